"""What the package finds is what the binary finds, byte for byte, whatever kind of frame the articles come in."""

from __future__ import annotations

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
    ],
)
def test_settings_mean_what_the_flags_mean(keywords, flags, news, by_binary, tmp_path):
    clusters = samestory.cluster(pa.Table.from_pylist(news), **keywords)
    assert written(clusters, tmp_path) == by_binary(lines(news), *flags)


def test_paths_are_read_as_the_binary_reads_them(binary, tmp_path, monkeypatch):
    import subprocess

    monkeypatch.chdir(ROOT)
    inputs = ["samples/wire.jsonl", "samples/regional.csv", "samples/text", "samples/archive.jsonl.gz"]
    subprocess.run([binary, "cluster", *inputs, "-q", "-o", tmp_path / "theirs.csv"], check=True)
    assert written(samestory.cluster(inputs), tmp_path) == (tmp_path / "theirs.csv").read_bytes()


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
