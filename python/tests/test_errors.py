"""What goes wrong says what, where, and is of the kind that Python has for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import samestory

pa = pytest.importorskip("pyarrow")


@pytest.fixture()
def table(news):
    return pa.Table.from_pylist(news[:40])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"copy_threshold": 1.5}, "copy_threshold is 1.5"),
        ({"copy_threshold": float("nan")}, "copy_threshold is NaN"),
        ({"story_threshold": 0}, "story_threshold is 0"),
        ({"num_hashes": 3}, "num_hashes is 3"),
        ({"shingle_tokens": -1}, "shingle_tokens is -1"),
        ({"story_window": "soon"}, "story_window is soon"),
        ({"within": "town"}, "within is town: it must be one of source, across-sources"),
        ({"keep": "best"}, "keep is best"),
        ({"html": "some"}, "html is some"),
        ({"memory": "much"}, "memory is much"),
        ({"threads": 100_000}, "threads is 100000"),
        ({"max_record": 1}, "max_record is 1"),
        ({"max_record": "much"}, "max_record is much"),
        ({"keep_by": "score"}, "keep_by is score"),
        ({"encoding": "klingon"}, "encoding is klingon"),
        ({"since": "soon"}, "since is soon"),
        ({"sample": 1.5}, "sample is 1.5"),
        ({"sample": "none"}, "sample is none"),
        ({"min_words": -1}, "min_words is -1"),
    ],
)
def test_a_setting_out_of_range_is_named_as_python_has_it(settings, said, table):
    with pytest.raises(samestory.SettingError, match=said) as caught:
        samestory.cluster(table, **settings)
    assert isinstance(caught.value, ValueError)


def test_a_setting_that_is_none_is_a_type_error(table):
    with pytest.raises(TypeError, match="copy_treshold"):
        samestory.cluster(table, copy_treshold=0.5)
    with pytest.raises(TypeError, match="copy_treshold"):
        samestory.dedup(table, copy_treshold=0.5)
    with pytest.raises(TypeError):
        samestory.cluster(table, "id")
    with pytest.raises(TypeError):
        samestory.cluster(table, copy_threshold="high")


def test_a_wrong_column_is_named_with_those_there_are(table):
    with pytest.raises(samestory.ColumnError, match='no field "words"') as caught:
        samestory.cluster(table, text="words")
    assert isinstance(caught.value, KeyError)
    assert "title" in str(caught.value) and "source" in str(caught.value)
    with pytest.raises(samestory.ColumnError, match="looks like a text"):
        samestory.cluster(pa.table({"x": [1, 2], "y": [0.5, 1.5]}))


def test_errors_say_what_to_do_in_the_words_of_python(table, tmp_path):
    with pytest.raises(samestory.ColumnError) as caught:
        samestory.cluster(pa.table({"x": [1, 2], "y": [0.5, 1.5]}))
    assert str(caught.value).endswith("\n  name the text field with text=")
    with pytest.raises(samestory.ReadError) as caught:
        path = tmp_path / "dump.jsonl"
        path.write_text('{"text": \n')
        samestory.cluster(path, strict=True)
    assert str(caught.value).endswith("\n  leave out strict= to pass over bad records")
    with pytest.raises(samestory.Error) as caught:
        samestory.dedup(table, max_removed=0.0)
    said = str(caught.value).splitlines()[-1]
    assert "removed= FILE" in said and "max_removed=" in said and "copy_threshold=, within=" in said
    assert "--" not in said


def test_files_that_were_not_read_are_no_silence(tmp_path, news):
    from conftest import lines

    (tmp_path / "dump.jsonl").write_bytes(lines(news[:20]))
    (tmp_path / "old.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 400)
    try:
        found = samestory.cluster(tmp_path)
    except samestory.ReadError as error:
        assert "lenient=" in str(error)
        found = samestory.cluster(tmp_path, lenient=True)
        assert [it["input"] for it in found.summary["unread"]] == [str(tmp_path / "old.doc")]
    else:
        # It is of a kind that holds no articles.
        assert found.summary["passed_over"]
    assert len(found) == 20


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(samestory.ReadError) as caught:
        samestory.cluster(tmp_path / "none.jsonl")
    assert isinstance(caught.value, OSError)
    assert caught.value.path == str(tmp_path / "none.jsonl")


def test_a_bad_record_is_named_where_records_must_be_good(tmp_path, news):
    path = tmp_path / "dump.jsonl"
    path.write_text('{"id": "1", "text": "A ferry sails."}\n{"id": \n')
    assert samestory.cluster(path).summary["rejected"] == 1
    with pytest.raises(samestory.ReadError) as caught:
        samestory.cluster(path, strict=True)
    assert (caught.value.path, caught.value.record) == (str(path), 2)


def test_rows_that_are_all_rejected_are_an_error():
    with pytest.raises(samestory.ReadError, match="2 records were rejected"):
        samestory.cluster(pa.table({"title": pa.array([None, None], pa.string()), "text": pa.array([None, ""])}))


def test_an_exception_within_a_reader_is_told(table):
    def batches():
        yield table.to_batches()[0]
        raise RuntimeError("the tape tore")

    reader = pa.RecordBatchReader.from_batches(table.schema, batches())
    with pytest.raises(samestory.ReadError, match="the tape tore"):
        samestory.cluster(reader)


def test_a_generator_that_was_closed_gives_what_it_gave(table):
    def batches():
        yield from table.to_batches(max_chunksize=10)

    closed = batches()
    next(closed)
    closed.close()
    reader = pa.RecordBatchReader.from_batches(table.schema, closed)
    assert len(samestory.cluster(reader)) == 0


def test_a_reader_that_was_read_is_not_read_again(table):
    reader = table.to_reader()
    assert len(samestory.cluster(reader)) == len(table)
    with pytest.raises((samestory.Error, ValueError, OSError)):
        assert len(samestory.cluster(reader)) == 0
        raise samestory.Error("nothing is left of it")


def test_what_is_no_data_is_told_what_would_be():
    for wrong in (None, 5, {"text": ["x"]}, [], [{"text": "x"}], b"path"):
        with pytest.raises(TypeError, match="data is a path"):
            samestory.cluster(wrong)
    with pytest.raises((TypeError, samestory.Error)):
        samestory.cluster(pa.array(["not", "a", "table"]))


def test_lazy_frames_and_several_splits_are_told_what_to_do(table):
    pl = pytest.importorskip("polars")
    with pytest.raises(TypeError, match=r"collect\(\)"):
        samestory.cluster(pl.from_arrow(table).lazy())


def test_memory_that_is_too_little_says_so(tmp_path, news):
    with pytest.raises(samestory.MemoryLimitError) as caught:
        samestory.cluster(pa.Table.from_pylist(news), memory=1_000)
    assert isinstance(caught.value, MemoryError)


def test_an_output_never_replaces_what_is_read(tmp_path, news):
    from conftest import lines

    path = tmp_path / "dump.jsonl"
    path.write_bytes(lines(news))
    clusters = samestory.cluster(path)
    with pytest.raises(samestory.Error):
        clusters.write(path)
    with pytest.raises(samestory.SettingError):
        clusters.write(tmp_path / "out.xlsx")
    with pytest.raises(samestory.ReadError):
        clusters.write(tmp_path / "no" / "such" / "folder" / "out.csv")
    assert path.read_bytes() == lines(news)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of Unix")
def test_a_folder_of_temporary_files_that_is_full_is_named(tmp_path):
    program = f"""
import resource, signal
import samestory, pyarrow as pa
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
frame = pa.table({{"text": [str(number) * 1_000 for number in range(500)]}})
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    samestory.cluster(frame, temp_dir={str(tmp_path)!r})
except samestory.ReadError as error:
    print(error.path)
    print(str(error).splitlines()[-1])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    path, remedy = done.stdout.splitlines()
    assert path == str(tmp_path) and "temp_dir=" in remedy


def test_unknown_ids_have_neighbours(news):
    with pytest.raises(samestory.UnknownIdError, match="a00001"):
        samestory.explain("a0001", "a00002", data=pa.Table.from_pylist(news))


def without(packages: str, program: str) -> str:
    """What a program prints in a Python where these packages are not there."""
    hide = f"import sys\nfor name in {packages.split()!r}: sys.modules[name] = None\n"
    done = subprocess.run([sys.executable, "-c", hide + program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_paths_need_no_other_package(tmp_path, news):
    from conftest import lines

    path = tmp_path / "dump.jsonl"
    path.write_bytes(lines(news))
    program = f"""
import samestory
clusters = samestory.cluster({str(path)!r})
print(len(clusters), len(clusters.table.column("article_id")), len(list(clusters.table.rows())))
print(len(clusters._repr_html_()) > 100)
clusters.write({str(tmp_path / "out.csv")!r})
try:
    clusters.to_pandas()
except samestory.MissingPackageError as error:
    print(error, isinstance(error, ImportError))
"""
    said = without("pyarrow pandas polars numpy duckdb", program).splitlines()
    assert said[0] == "200 200 200"
    assert said[2].endswith("True") and "pip install" in said[2]


def test_frames_of_polars_need_no_pyarrow():
    pytest.importorskip("polars")
    program = """
import polars, samestory
frame = polars.DataFrame({"id": ["a", "b", "c"], "text": ["The ferry will not sail today."] * 2 + ["A fox crossed the snow."]})
print(samestory.dedup(frame).height, samestory.cluster(frame).to_polars().height)
"""
    assert without("pyarrow pandas numpy", program).strip() == "2 3"


def test_frames_of_pandas_say_that_they_need_pyarrow():
    pytest.importorskip("pandas")
    program = """
import pandas, samestory
frame = pandas.DataFrame({"id": ["a", "b"], "text": ["The ferry will not sail today."] * 2})
try:
    samestory.cluster(frame)
except samestory.MissingPackageError as error:
    print(error)
"""
    assert without("pyarrow", program).strip() == "a frame of pandas needs pyarrow: pip install pyarrow"
