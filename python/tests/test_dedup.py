"""The same data without its copies: the kind of frame that was given, all columns, in order."""

from __future__ import annotations

import json
import subprocess

import pytest

import samestory
from conftest import ROOT, lines
from test_equality import KINDS, pa


@pytest.fixture(scope="module")
def table(news):
    extra = [{**row, "number": at, "tags": ["x", str(at)]} for at, row in enumerate(news)]
    return pa.Table.from_pylist(extra)


@pytest.fixture(scope="module")
def kept_by_binary(news, binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    (folder / "data").write_bytes(lines(news))

    def run(*flags):
        call = [binary, "dedup", "data", "-q", "-o", "kept.jsonl", *flags]
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in (folder / "kept.jsonl").read_text().splitlines()]

    return run


def as_rows(frame):
    if type(frame).__module__.startswith("pandas"):
        return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    if hasattr(frame, "to_pylist"):
        return frame.to_pylist()
    if hasattr(frame, "read_all"):
        return frame.read_all().to_pylist()
    if hasattr(frame, "to_list"):
        return frame.to_list()
    return samestory.Table(frame if hasattr(frame, "__arrow_c_stream__") else pa.table(frame)).to_pyarrow().to_pylist()


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_frame_comes_back(kind, table, kept_by_binary):
    expected = [row["id"] for row in kept_by_binary()]
    given = KINDS[kind](table)
    back = samestory.dedup(given)
    if kind == "datasets-stream":
        assert type(back).__name__ == "Dataset"
    elif kind == "pyarrow-dataset":
        assert isinstance(back, pa.Table)
    else:
        assert type(back) is type(given)
    if kind.startswith("datasets"):
        assert back["id"][:] == expected and back.column_names == table.column_names
        return
    rows = as_rows(back)
    assert [row["id"] for row in rows] == expected
    names = [name for name in rows[0] if not name.startswith("__index")]
    assert names == table.column_names
    assert all(list(row["tags"]) == ["x", str(row["number"])] for row in rows)


@pytest.mark.parametrize(
    ("keywords", "flags"),
    [
        ({"one_per": "story"}, ["--one-per", "story"]),
        ({"drop": ["notice", "form"], "max_per_form": 1}, ["--drop", "notice,form", "--max-per-form", "1"]),
        ({"keep": "longest"}, ["--keep", "longest"]),
        ({"clean": True}, ["--strip-furniture"]),
        ({"mark": True}, ["--mark"]),
        ({"mark": True, "clean": True}, ["--mark", "--strip-furniture"]),
        ({"strip_repeats": True}, ["--strip-repeats"]),
        ({"mark": True, "strip_repeats": True, "clean": True}, ["--mark", "--strip-repeats", "--strip-furniture"]),
        ({"since": "2024-03-08", "min_words": 60, "max_removed": "90%"}, ["--since", "2024-03-08", "--min-words", "60"]),
    ],
)
@pytest.mark.parametrize("kind", ["pyarrow-table", "pandas", "polars", "pyarrow-reader", "samestory-table", "datasets", "duckdb"])
def test_rows_are_those_that_the_binary_writes(kind, keywords, flags, news, kept_by_binary):
    expected = kept_by_binary(*flags)
    back = samestory.dedup(KINDS[kind](pa.Table.from_pylist(news)), **keywords)
    rows = as_rows(back)
    for row in rows:
        for name in [name for name in row if name.startswith("__index")]:
            del row[name]
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected):
        similarity = row.get("similarity")
        if similarity != similarity:
            row["similarity"] = None
        assert row == wanted


def test_the_index_of_pandas_stays(news):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(news, index=range(1_000, 1_000 + len(news)))
    back = samestory.dedup(frame, clean=True)
    mask = samestory.keep_mask(frame)
    assert list(back.index) == list(frame.index[mask])
    assert back.dtypes.equals(frame.dtypes)


def test_a_mask_chooses_the_rows_that_are_kept(table, kept_by_binary):
    numpy = pytest.importorskip("numpy")
    mask = samestory.keep_mask(table)
    assert mask.dtype == numpy.bool_ and mask.shape == (len(table),) and mask.flags.writeable
    expected = [row["id"] for row in kept_by_binary()]
    assert table.filter(pa.array(mask)).column("id").to_pylist() == expected


def test_names_that_are_taken_are_prefixed(news):
    marked = samestory.dedup(pa.Table.from_pylist([{**row, "copies": 99} for row in news]), mark=True)
    assert set(marked.column("copies").to_pylist()) == {99}
    assert "samestory_copies" in marked.column_names


def test_paths_are_written_as_the_binary_writes_them(binary, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    inputs = ["samples/wire.jsonl", "samples/local.jsonl"]
    subprocess.run([binary, "dedup", *inputs, "-q", "-o", tmp_path / "theirs.jsonl"], check=True)
    told = samestory.dedup(inputs, output=tmp_path / "ours.jsonl", removed=tmp_path / "removed.csv")
    theirs = (tmp_path / "theirs.jsonl").read_bytes()
    assert (tmp_path / "ours.jsonl").read_bytes() == theirs
    assert told["kept"] == theirs.count(b"\n")
    assert (tmp_path / "removed.csv").read_text().count("\n") >= told["removed"]
    assert len(samestory.dedup(inputs)) == told["kept"]


def test_what_is_beside_the_records_is_what_the_binary_writes(binary, news, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").write_bytes(lines(news))
    beside = ["--removed", "removed.csv", "--spans", "spans.csv", "--report-json", "report.json"]
    subprocess.run([binary, "dedup", "data", "-q", "-o", "kept.jsonl", *beside], check=True)
    keywords = {"removed": "removed2.csv", "spans": "spans2.csv", "report_json": "report2.json"}
    for given, output in ((pa.Table.from_pylist(news), None), ("data", "kept2.jsonl")):
        samestory.dedup(given, output=output, **keywords)
        for name in ("removed", "spans"):
            assert (tmp_path / f"{name}2.csv").read_bytes() == (tmp_path / f"{name}.csv").read_bytes()
        theirs, ours = (json.loads((tmp_path / f"report{n}.json").read_text()) for n in ("", "2"))
        assert ours["written"] == theirs["written"] and ours["command"] == "dedup"
    assert (tmp_path / "spans.csv").read_text().count("\n") > 100
    assert ours["inputs"] == theirs["inputs"]


def test_a_dry_run_counts_and_writes_nothing(table):
    kept = samestory.dedup(table)
    assert samestory.dedup(table, dry_run=True) == {"kept": len(kept), "removed": len(table) - len(kept)}
    with pytest.raises(samestory.SettingError, match="dry_run"):
        samestory.dedup(table, dry_run=True, mark=True)


def test_what_was_found_already_is_not_found_again(table, tmp_path):
    clusters = samestory.cluster(table, copy_threshold=0.4)
    assert samestory.dedup(table, clusters=clusters) == samestory.dedup(table, copy_threshold=0.4)
    assert samestory.dedup(table, clusters=clusters, one_per="story") == samestory.dedup(table, copy_threshold=0.4, one_per="story")
    assert samestory.keep_mask(table, clusters=clusters).sum() == len(samestory.dedup(table, copy_threshold=0.4))
    with pytest.raises(samestory.SettingError, match="copy_threshold"):
        samestory.dedup(table, clusters=clusters, copy_threshold=0.4)
    with pytest.raises(samestory.SettingError, match="other data"):
        samestory.dedup(table.slice(1), clusters=clusters)
    with pytest.raises(TypeError, match="cluster"):
        samestory.dedup(table, clusters="clusters.csv")


def test_too_much_is_not_left_out_in_silence(table):
    with pytest.raises(samestory.Error, match="would be left out"):
        samestory.dedup(table, max_removed=0.01)


def test_a_text_within_a_struct_is_not_cleaned_in_silence(table):
    inner = pa.StructArray.from_arrays([table.column("text").combine_chunks()], ["body"])
    nested = table.drop_columns(["text"]).append_column("article", inner)
    with pytest.raises(samestory.ColumnError, match="within a column"):
        samestory.dedup(nested, clean=True, text="article.body")


def test_what_does_not_go_together_is_refused(table):
    with pytest.raises(samestory.SettingError):
        samestory.dedup(table, mark=True, one_per="story")
    with pytest.raises(samestory.SettingError):
        samestory.dedup(table, clean=True, keep_furniture=True)
    with pytest.raises(samestory.SettingError):
        samestory.dedup(table, output="x.jsonl")
