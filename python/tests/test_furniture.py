"""Furniture by itself, and the steps from a text to its numbers."""

from __future__ import annotations

import json
import pickle
import subprocess

import pytest

import samestory
from conftest import invented, lines

pa = pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def table(news):
    return pa.Table.from_pylist(news)


@pytest.fixture(scope="module")
def furniture(table):
    return samestory.Furniture.learn(table)


def test_texts_are_cleaned_as_the_binary_cleans_them(furniture, table, news, binary, tmp_path):
    (tmp_path / "data").write_bytes(lines(news))
    call = [binary, "dedup", "data", "-q", "-o", "kept.jsonl", "--strip-furniture", "--mark"]
    subprocess.run(call, cwd=tmp_path, check=True)
    theirs = [json.loads(line)["text"] for line in (tmp_path / "kept.jsonl").read_text().splitlines()]
    cleaned = furniture.clean(table)
    assert cleaned.column("text").to_pylist() == theirs
    assert cleaned.drop_columns("text").equals(table.drop_columns("text"))
    assert any("Menu of site" in row["text"] for row in news)
    assert not any("Menu of site" in text for text in theirs)
    frame = pytest.importorskip("pandas").DataFrame(news)
    assert list(furniture.clean(frame)["text"]) == theirs


def test_furniture_is_kept_and_read_again(furniture, table, tmp_path):
    furniture.save(tmp_path / "f.bin")
    again = samestory.Furniture.load(tmp_path / "f.bin")
    assert again == furniture == pickle.loads(pickle.dumps(furniture))
    assert again.clean(table).equals(furniture.clean(table))
    whole = (tmp_path / "f.bin").read_bytes()
    again.save(tmp_path / "g.bin")
    assert (tmp_path / "g.bin").read_bytes() == whole
    for broken in (b"", whole[:-1], whole[:40], b"x" + whole[1:], whole[:100] + b"\xff" + whole[101:]):
        (tmp_path / "b.bin").write_bytes(broken)
        with pytest.raises(samestory.ReadError, match="no file of furniture"):
            samestory.Furniture.load(tmp_path / "b.bin")
    with pytest.raises(samestory.ReadError):
        samestory.Furniture.load(tmp_path / "none.bin")


def test_merged_furniture_knows_what_either_knows(table):
    sites = table.column("source").to_pylist()
    one = table.filter(pa.array([site < "site3" for site in sites]))
    other = table.filter(pa.array([site >= "site3" for site in sites]))
    a, b = samestory.Furniture.learn(one), samestory.Furniture.learn(other)
    merged = a.merge(b)
    assert merged == b.merge(a)
    assert merged.merge(samestory.Furniture()) == merged
    for part in (one, other):
        assert not any("Menu of site" in text for text in merged.clean(part).column("text").to_pylist())
    untouched = "Menu of site 5 | Home | News\nA ferry sails."
    assert a.clean_text(untouched, source="site5.example") == untouched
    assert merged.clean_text(untouched, source="site5.example") == "A ferry sails."


def test_fingerprints_are_of_what_is_left(furniture, table, news):
    prints = samestory.fingerprint(table, furniture)
    assert prints.column("id") == [row["id"] for row in news]
    assert prints.column("record") == list(range(1, len(news) + 1))
    as_is = samestory.fingerprint(table)
    assert sum(prints.column("tokens")) < sum(as_is.column("tokens"))
    first = as_is.column("signature")[0]
    assert first == list(samestory.signature(news[0]["text"]))
    assert as_is.column("shingles")[0] == len(samestory.shingles(news[0]["text"]))
    assert prints.to_pyarrow().schema.field("signature").type == pa.list_(pa.uint32(), 128)
    narrow = samestory.fingerprint(table, num_hashes=16)
    assert len(narrow.column("signature")[3]) == 16


def test_similarity_is_exact():
    a = "one two three four five six seven"
    told = samestory.similarity(a, "one two three four five six other")
    assert (told.shared, told.sizes) == (2, (3, 3))
    assert told.jaccard == 0.5 and told.containment == pytest.approx(2 / 3, abs=1e-6)
    assert samestory.similarity("", "").jaccard == 0.0
    assert samestory.similarity(a, a, shingle_tokens=2).jaccard == 1.0
    assert samestory.signature(" , ") is None
    assert len(samestory.signature(a, num_hashes=64)) == 64
    shingles = samestory.shingles(a)
    assert list(shingles) == sorted(set(shingles)) and shingles.typecode == "Q"
    with pytest.raises(ValueError):
        samestory.shingles(a, shingle_tokens=0)
    numpy = pytest.importorskip("numpy")
    assert numpy.asarray(shingles).dtype == numpy.uint64


def test_signatures_estimate_the_similarity():
    rows = invented(2, seed=9)
    a = rows[0]["text"]
    b = a.replace(a.split(".")[3], " something quite different stands here now")
    told = samestory.similarity(a, b)
    x, y = samestory.signature(a, num_hashes=1024), samestory.signature(b, num_hashes=1024)
    agreement = sum(p == q for p, q in zip(x, y)) / 1024
    assert abs(agreement - told.jaccard) < 0.08
