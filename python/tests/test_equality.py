"""What the package finds is what the binary finds, byte for byte, whatever kind of frame the articles come in."""

from __future__ import annotations

import datetime
import io
import json

import pytest

import samestory
from conftest import ROOT, SAMPLES, SHARED, invented, lines

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def table_of(path) -> "pa.Table":
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows])


def corpora():
    for name in ("wire", "local", "europe", "asia", "arabic"):
        yield pytest.param(lambda name=name: table_of(SAMPLES / f"{name}.jsonl"), id=name)
    yield pytest.param(lambda: pa.Table.from_pylist(invented(300)), id="invented")
    sets = sorted(SHARED.glob("*/*.jsonl")) if SHARED.exists() else []
    for path in [path for path in sets if path.stat().st_size < 4_000_000][:3]:
        yield pytest.param(lambda path=path: table_of(path), id=path.stem)


def polars_frame(table):
    return pytest.importorskip("polars").from_arrow(table)


def pandas_frame(table):
    pytest.importorskip("pandas")
    return table.to_pandas()


def pandas_arrow_frame(table):
    pandas = pytest.importorskip("pandas")
    return table.to_pandas(types_mapper=pandas.ArrowDtype)


def duckdb_relation(table):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.from_arrow(table)


def dataset(table):
    datasets = pytest.importorskip("datasets")
    return datasets.Dataset(table)


def shuffled_dataset(table):
    return dataset(table).select(list(range(len(table))))


def streamed_dataset(table):
    return dataset(table).to_iterable_dataset()


def arrow_dataset(table):
    return pytest.importorskip("pyarrow.dataset").dataset(table)


def small_batches(table):
    return pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=7))


KINDS = {
    "pyarrow-table": lambda table: table,
    "pyarrow-batch": lambda table: table.combine_chunks().to_batches()[0],
    "pyarrow-reader": small_batches,
    "pyarrow-dataset": arrow_dataset,
    "samestory-table": samestory.Table,
    "polars": polars_frame,
    "pandas": pandas_frame,
    "pandas-arrow": pandas_arrow_frame,
    "duckdb": duckdb_relation,
    "datasets": dataset,
    "datasets-indices": shuffled_dataset,
    "datasets-stream": streamed_dataset,
}


def written(clusters, folder, name="ours.csv", **how) -> bytes:
    path = folder / name
    clusters.write(path, **how)
    return path.read_bytes()


@pytest.mark.parametrize("corpus", list(corpora()))
def test_every_kind_of_frame_gives_the_bytes_of_the_binary(corpus, by_binary, tmp_path):
    table = corpus()
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    expected = by_binary(parquet.getvalue())
    assert expected.count(b"\n") > len(table) // 2
    differing = [
        name for name, make in KINDS.items() if written(samestory.cluster(make(table)), tmp_path) != expected
    ]
    assert not differing


def test_a_frame_gives_what_json_lines_of_the_same_values_give(news, by_binary, tmp_path):
    assert written(samestory.cluster(pa.Table.from_pylist(news)), tmp_path) == by_binary(lines(news))


def test_every_form_of_output_is_that_of_the_binary(news, by_binary, tmp_path):
    clusters = samestory.cluster(pa.Table.from_pylist(news))
    content = lines(news)
    for name in ("out.jsonl", "out.csv.gz", "out.jsonl.zst", "out.parquet"):
        assert written(clusters, tmp_path, name) == by_binary(content, output=name), name
    assert written(clusters, tmp_path, "s.jsonl", by="story") == by_binary(content, "--by", "story", output="s.jsonl")
    by_binary(content, "--by", "version", output="v.jsonl")
    assert written(clusters, tmp_path, "v.jsonl", by="version") == by_binary(content, "--by", "version", output="v.jsonl")
    how = {"by": "story", "min_articles": 2, "sort": "size"}
    flags = ["--by", "story", "--min-articles", "2", "--sort", "size"]
    assert written(clusters, tmp_path, "l.jsonl", **how) == by_binary(content, *flags, output="l.jsonl")
    columns = ["url", "article_id", "copy_id"]
    assert written(clusters, tmp_path, "c.csv", columns=columns) == by_binary(content, "--columns", ",".join(columns))
    assert clusters.select(columns).column_names == columns
    assert clusters.select("url").column("url") == [row["url"] for row in news]
    clusters.write_pairs(tmp_path / "pairs.csv")
    by_binary(content, "--pairs", "pairs.csv")
    assert (tmp_path / "pairs.csv").read_bytes() == (tmp_path / "of-binary" / "pairs.csv").read_bytes()


@pytest.mark.parametrize(
    ("keywords", "flags"),
    [
        ({"copies_only": True}, ["--copies-only"]),
        ({"copy_threshold": 0.9, "keep": "longest"}, ["--copy-threshold", "0.9", "--keep", "longest"]),
        ({"within": "across_sources", "copy_window": "2d"}, ["--within", "across-sources", "--copy-window", "2d"]),
        ({"prefer": ["site3.example"], "keep_furniture": True}, ["--prefer", "site3.example", "--keep-furniture"]),
        ({"story_window": "1d", "story_threshold": 0.5}, ["--story-window", "1d", "--story-threshold", "0.5"]),
        ({"num_hashes": 64, "seed": 7, "threads": 1, "memory": "512M"}, ["--num-hashes", "64", "--seed", "7"]),
        ({"text": "title"}, ["--text-field", "title"]),
        ({"keep_by": "score:desc,date:asc"}, ["--keep-by", "score:desc,date:asc"]),
        ({"min_words": 60, "max_words": 150}, ["--min-words", "60", "--max-words", "150"]),
        ({"since": "2024-03-05", "until": datetime.date(2024, 3, 20)}, ["--since", "2024-03-05", "--until", "2024-03-20"]),
        ({"until": datetime.datetime(2024, 3, 20, 12)}, ["--until", "2024-03-20T12:00"]),
        ({"limit": 50}, ["--limit", "50"]),
        ({"sample": 0.25}, ["--sample", "25%"]),
        ({"sample": "10%"}, ["--sample", "0.1"]),
        ({"recall": 0.9, "excerpt_threshold": 0.8, "story_terms": 10}, ["--recall", "0.9", "--excerpt-threshold", "0.8", "--story-terms", "10"]),
    ],
)
def test_settings_mean_what_the_flags_mean(keywords, flags, news, by_binary, tmp_path):
    rows = [{**row, "score": at * 37 % 101} for at, row in enumerate(news)]
    # A record of a line of JSON is its line, one of a frame its text: the same file for both.
    parquet = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), parquet)
    clusters = samestory.cluster(pa.Table.from_pylist(rows), **keywords)
    assert written(clusters, tmp_path) == by_binary(parquet.getvalue(), *flags)


def test_paths_are_read_as_the_binary_reads_them(binary, tmp_path, monkeypatch):
    import subprocess

    monkeypatch.chdir(ROOT)
    inputs = ["samples/wire.jsonl", "samples/regional.csv", "samples/text", "samples/archive.jsonl.gz"]
    subprocess.run([binary, "cluster", *inputs, "-q", "-o", tmp_path / "theirs.csv"], check=True)
    assert written(samestory.cluster(inputs), tmp_path) == (tmp_path / "theirs.csv").read_bytes()


def test_languages_are_chosen_as_the_binary_chooses_them(by_binary, tmp_path):
    table = table_of(SAMPLES / "europe.jsonl")
    found = samestory.cluster(table, language=["de", "fr"])
    assert 0 < len(found) < len(table)
    assert found.summary["left_out"] == {"in another language": len(table) - len(found)}
    assert written(found, tmp_path) == by_binary(SAMPLES / "europe.jsonl", "--language", "de,fr")
    assert written(samestory.cluster(table, language="de,fr"), tmp_path) == written(found, tmp_path)
    with pytest.raises(samestory.ReadError, match="were left out"):
        samestory.cluster(table, language="ja")


def test_records_that_are_too_long_are_rejected_as_the_binary_rejects_them(by_binary, news, tmp_path):
    (tmp_path / "dump.jsonl").write_bytes(lines(news))
    found = samestory.cluster(tmp_path / "dump.jsonl", max_record="1500")
    assert found.summary["rejects"] == {"longer than a record may be": len(news) - len(found)}
    expected = by_binary(lines(news), "--max-record", "1500")
    assert expected.count(b"\n") == len(found) + 1 < len(news)


def test_csv_without_a_header_and_texts_by_lines_are_read_as_the_binary_reads_them(binary, tmp_path, monkeypatch, news):
    import csv
    import subprocess

    monkeypatch.chdir(tmp_path)
    with open("bare.csv", "w", newline="", encoding="utf-16") as file:
        csv.writer(file).writerows([row["id"], 7, row["title"], row["text"]] for row in news)
    (tmp_path / "lines.txt").write_text("\n".join(row["text"].replace("\n", " ") for row in news), encoding="cp1251")
    both = [
        ("bare.csv", {"columns": ["id", "", "title", "text"], "encoding": "utf-16le"}, ["--columns", "id,,title,text", "--encoding", "utf-16le"]),
        ("lines.txt", {"lines": True, "encoding": "windows-1251"}, ["--lines", "--encoding", "windows-1251"]),
    ]
    for name, keywords, flags in both:
        subprocess.run([binary, "cluster", name, "-q", "-o", "theirs.csv", *flags], check=True)
        found = samestory.cluster(name, **keywords)
        assert len(found) > 100
        assert written(found, tmp_path) == (tmp_path / "theirs.csv").read_bytes()


def test_the_table_of_a_database_can_be_named(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "pages.db") as base:
        base.execute("create table notes (id text, title text, body text)")
        base.execute("create table pages (id text, title text, body text)")
        base.execute("insert into notes values ('n', 'Note', 'The ferry sails at noon from the old pier.')")
        base.execute("insert into pages values ('p', 'Page', 'A fox crossed the pass in the ninth night of snow.')")
    base.close()
    assert samestory.cluster(tmp_path / "pages.db", table="notes").table.column("article_id") == ["n"]
    assert samestory.cluster(tmp_path / "pages.db", table="pages").table.column("article_id") == ["p"]


def test_what_is_beside_the_table_is_what_the_binary_writes(binary, tmp_path, monkeypatch, news):
    import subprocess

    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.jsonl").write_bytes(lines(news) + b'{"id": 5\n')
    call = [binary, "cluster", "dump.jsonl", "-q", "-o", "c.csv", "--rejects", "r1", "--furniture-out", "f1.csv", "--report-json", "r.json"]
    subprocess.run(call, check=True)
    found = samestory.cluster("dump.jsonl")
    found.write_rejects("r2")
    found.write_furniture("f2.csv")
    assert (tmp_path / "r1").read_bytes() == (tmp_path / "r2").read_bytes() == b'{"id": 5\n'
    assert (tmp_path / "f1.csv").read_bytes() == (tmp_path / "f2.csv").read_bytes()
    theirs, ours = json.loads((tmp_path / "r.json").read_text()), found.report
    for report in (theirs, ours):
        del report["seconds"], report["memory"]
        report["stages"] = [stage["name"] for stage in report["stages"] if stage["name"] not in ("opening", "writing", "reading")]
    assert ours == theirs
    assert samestory.cluster(pa.Table.from_pylist(news)).report["found"]["articles"] == len(news)


def test_a_state_and_a_work_folder_are_those_of_the_command_line(binary, tmp_path, monkeypatch, news):
    import subprocess

    monkeypatch.chdir(tmp_path)
    (tmp_path / "dump.jsonl").write_bytes(lines(news))
    samestory.cluster("dump.jsonl", state="state")
    a, b = news[0]["id"], news[1]["id"]
    subprocess.run([binary, "explain", a, b, "--state", "state"], check=True, stdout=subprocess.DEVNULL)
    assert samestory.explain(a, b, state="state").sentences
    first = samestory.cluster("dump.jsonl", work="work")
    again = samestory.cluster("dump.jsonl", work="work")
    assert first.summary["taken_over"] == [] and again.summary["taken_over"]
    assert written(again, tmp_path) == written(first, tmp_path)
    for wrong in ({"state": "state"}, {"work": "work"}):
        with pytest.raises(samestory.SettingError, match="for paths"):
            samestory.cluster(pa.Table.from_pylist(news), **wrong)


def test_links_are_respected_as_the_binary_respects_them(by_binary, news, tmp_path):
    clusters = samestory.cluster(pa.Table.from_pylist(news))
    a, b = list(dict.fromkeys(clusters.table.column("story_id")))[:2]
    path = tmp_path / "links.csv"
    path.write_text(f"{a},{b},same\n")
    linked = samestory.cluster(pa.Table.from_pylist(news), links=path)
    assert len(linked.stories) < len(clusters.stories)
    assert written(linked, tmp_path) == by_binary(lines(news), "--links", str(path))


def test_the_table_holds_what_the_file_says(news, tmp_path):
    clusters = samestory.cluster(pa.Table.from_pylist(news))
    table = clusters.table.to_pyarrow()
    assert table.schema.field("published").type == pa.timestamp("ms", "UTC")
    assert table.schema.field("similarity").type == pa.float64()
    assert table.schema.field("copies").type == pa.uint32()
    clusters.write(tmp_path / "c.parquet")
    assert pq.read_table(tmp_path / "c.parquet").to_pylist() == table.to_pylist()
    assert pa.table(clusters).equals(table)
    assert clusters.table.column("article_id") == table.column("article_id").to_pylist()
    assert list(clusters.table.rows(3, 2)) == table.slice(3, 2).to_pylist()
    ids = [id for story in clusters.stories.column("article_ids") for id in story]
    assert sorted(ids) == sorted(table.column("article_id").to_pylist())


def test_other_libraries_take_what_is_found(news):
    clusters = samestory.cluster(pa.Table.from_pylist(news))
    assert pytest.importorskip("polars").DataFrame(clusters).height == len(clusters)
    assert len(clusters.to_pandas()) == len(clusters.to_polars()) == len(clusters)
    duckdb = pytest.importorskip("duckdb")
    assert duckdb.sql("select count(*) from clusters").fetchall() == [(len(clusters),)]
