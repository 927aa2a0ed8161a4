"""Odd columns: what Arrow can hold and a dump of news seldom does."""

from __future__ import annotations

import datetime
import os

import pytest

import samestory

pa = pytest.importorskip("pyarrow")


def groups(clusters) -> list[tuple[str, str]]:
    return list(zip(clusters.table.column("copy_id"), clusters.table.column("story_id")))


@pytest.fixture(scope="module")
def plain(news):
    return groups(samestory.cluster(pa.Table.from_pylist(news)))


def cast(table, name, kind):
    at = table.column_names.index(name)
    return table.set_column(at, name, table.column(name).cast(kind))


@pytest.fixture()
def table(news):
    return pa.Table.from_pylist(news)


@pytest.mark.parametrize("kind", ["large_string", "string_view", "binary", "large_binary"])
def test_text_may_be_of_any_kind_of_string(kind, table, plain):
    kind = getattr(pa, kind)()
    assert groups(samestory.cluster(cast(cast(table, "text", kind), "title", kind))) == plain


def test_columns_may_be_dictionaries(table, plain):
    for name in ("source", "text"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table.column(name).dictionary_encode())
    assert groups(samestory.cluster(table)) == plain


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_times_may_have_any_unit_and_zone(unit, zone, table, news):
    times = [datetime.datetime.fromisoformat(row["published"].replace("Z", "+00:00")) for row in news]
    kind = pa.timestamp(unit, zone)
    values = pa.array(times if zone else [time.replace(tzinfo=None) for time in times], kind)
    table = table.set_column(table.column_names.index("published"), "published", values)
    assert samestory.cluster(table).table.column("published") == times


def test_days_are_midnight_in_utc(table):
    at = table.column_names.index("published")
    for kind in (pa.date32(), pa.date64()):
        days = pa.array([datetime.date(2024, 3, 5)] * len(table), kind)
        found = samestory.cluster(table.set_column(at, "published", days))
        midnight = datetime.datetime(2024, 3, 5, tzinfo=datetime.timezone.utc)
        assert set(found.table.column("published")) == {midnight}


def test_text_may_be_a_list_of_paragraphs(table, plain):
    at = table.column_names.index("text")
    paragraphs = [text.split("\n") for text in table.column("text").to_pylist()]
    for kind in (pa.list_(pa.string()), pa.large_list(pa.large_string())):
        listed = table.set_column(at, "text", pa.array(paragraphs, kind))
        assert groups(samestory.cluster(listed)) == plain


def test_text_may_stand_within_a_struct(table, plain):
    inner = pa.StructArray.from_arrays([table.column(n).combine_chunks() for n in ("title", "text")], ["headline", "body"])
    nested = table.drop_columns(["title", "text"]).append_column("article", inner)
    found = samestory.cluster(nested, text="article.body", title="article.headline")
    assert groups(found) == plain


def test_chunked_and_sliced_arrays_are_read_where_they_lie(table, plain):
    padded = pa.concat_tables([table.slice(0, 5), *(table.slice(at, 3) for at in range(0, len(table), 3)), table.slice(0, 5)])
    assert groups(samestory.cluster(padded.slice(5, len(table)))) == plain


def test_what_parquet_cannot_hold_is_left_aside(table, plain):
    union = pa.UnionArray.from_sparse(pa.array([0] * len(table), pa.int8()), [pa.array(range(len(table)))])
    odd = table.append_column("union", union)
    odd = odd.append_column("nothing", pa.nulls(len(table)))
    odd = odd.append_column("interval", pa.array([pa.MonthDayNano([1, 2, 3])] * len(table)))
    odd = odd.append_column("vector", pa.array([[0.5] * 4] * len(table), pa.list_(pa.float32(), 4)))
    odd = odd.append_column("map", pa.array([[("k", 1)]] * len(table), pa.map_(pa.string(), pa.int64())))
    odd = odd.append_column("elapsed", pa.array([5] * len(table), pa.duration("s")))
    assert groups(samestory.cluster(odd)) == plain
    assert samestory.dedup(odd).column_names == odd.column_names


def test_ids_may_be_numbers(table):
    numbered = table.set_column(0, "id", pa.array(range(7, 7 + len(table)), pa.int64()))
    assert samestory.cluster(numbered).table.column("article_id")[:2] == ["7", "8"]


def test_rows_without_text_and_title_are_counted(news):
    rows = [*news[:4], {**news[4], "title": None, "text": None}, *news[5:10]]
    found = samestory.cluster(pa.Table.from_pylist(rows))
    assert len(found) == 9
    told = found.summary
    assert told["rejected"] == 1
    assert told["first_rejects"] == [{"input": "data", "record": 5, "reason": next(iter(told["rejects"]))}]
    mask = samestory.keep_mask(pa.Table.from_pylist(rows))
    assert len(mask) == 10 and not mask[4]


def test_no_rows_give_no_rows(table):
    empty = table.slice(0, 0)
    assert len(samestory.cluster(empty)) == 0
    assert samestory.cluster(empty).table.num_rows == 0
    assert samestory.dedup(empty).schema == empty.schema
    assert len(samestory.keep_mask(empty)) == 0


def test_very_many_rows_of_one_word():
    # A build for tests is slow: SAMESTORY_ALL asks for all of them.
    number = 1_000_000 if "SAMESTORY_ALL" in os.environ else 50_000
    words = pa.table({"text": pa.array([f"w{at % 50_000}" for at in range(number)])})
    assert len(samestory.cluster(words, copies_only=True)) == number


def test_what_has_no_capsule_of_a_stream_may_have_one_of_an_array(table, plain):
    class Arrays:
        def __init__(self, batch):
            self.batch = batch

        def __arrow_c_array__(self, requested_schema=None):
            return self.batch.__arrow_c_array__(requested_schema)

    assert groups(samestory.cluster(Arrays(table.combine_chunks().to_batches()[0]))) == plain


def test_an_index_of_pandas_may_be_the_id(news):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(news).set_index("id")
    assert samestory.cluster(frame).table.column("article_id")[:1] == ["a00000"]
