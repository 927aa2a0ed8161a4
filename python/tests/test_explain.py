"""Why two articles are together, how right clusters are, and how both show themselves."""

from __future__ import annotations

import json
import subprocess

import pytest

import samestory
from conftest import ROOT, SAMPLES, lines

pa = pytest.importorskip("pyarrow")


@pytest.fixture(scope="module")
def told():
    return samestory.explain("hc-20240312-004", "mg-88120", data=SAMPLES)


def test_an_explanation_is_that_of_the_binary(binary, monkeypatch):
    monkeypatch.chdir(ROOT)
    call = [binary, "explain", "hc-20240312-004", "mg-88120", "--input", "samples", "--json", "-q"]
    theirs = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    ours = samestory.explain("hc-20240312-004", "mg-88120", data="samples")
    assert ours.to_dict() == theirs
    assert ours.sentences == [*theirs["because"], *theirs["changes"]]


def test_an_explanation_of_a_frame_names_its_rows(news):
    clusters = samestory.cluster(pa.Table.from_pylist(news))
    copy = next(row for row in clusters.table.rows() if row["relation"] == "near")
    told = samestory.explain(copy["article_id"], copy["matched_id"], data=pa.Table.from_pylist(news))
    assert told.decision == "near"
    assert told.to_dict()["a"]["input"] == "data"
    assert str(told).startswith(copy["article_id"])


def test_a_state_explains_without_deciding_anew(binary, tmp_path, news):
    dump = tmp_path / "dump.jsonl"
    dump.write_bytes(lines(news))
    subprocess.run([binary, "cluster", dump, "-q", "-o", tmp_path / "c.csv", "--state", tmp_path / "state"], check=True)
    told = samestory.explain("a00000", "a00001", state=tmp_path / "state")
    assert told.to_dict() == samestory.explain("a00000", "a00001", data=dump).to_dict()
    with pytest.raises(samestory.ReadError, match="other settings"):
        samestory.explain("a00000", "a00001", state=tmp_path / "state", copy_threshold=0.9)


def test_a_page_of_a_notebook_holds_nothing_that_runs(tmp_path):
    evil = "<script>alert(1)</script> The ferry will not sail before Monday, the harbour master said on Friday night at the pier."
    table = pa.table({"id": ["<b>x", "y"], "title": ["<img src=x onerror=alert(1)>"] * 2, "text": [evil, evil + " It rains."]})
    clusters = samestory.cluster(table)
    shown = clusters._repr_html_()
    assert "<img" not in shown and "&lt;img" in shown and "<b>x" not in shown
    page = samestory.explain("<b>x", "y", data=table)._repr_html_()
    assert page.count("<") == 2 and page.startswith("<iframe sandbox ")
    assert "<script>alert" not in clusters.table._repr_html_()


def test_what_is_shown_says_what_was_found(told):
    assert repr(told) == "<samestory.Explanation: hc-20240312-004 and mg-88120, near>"
    assert "Jaccard" in " ".join(told.sentences)
    assert told.to_html().startswith("<!")
    clusters = samestory.cluster(SAMPLES)
    assert repr(clusters).startswith("<samestory.Clusters: 85 articles in ")
    assert "and 75 rows more" in clusters._repr_html_()
    assert repr(clusters.pairs).startswith("<samestory.Table: ")


def test_a_run_against_itself_is_right(binary, tmp_path):
    clusters = samestory.cluster(SAMPLES)
    gold = pa.table({"id": clusters.table.column("article_id"), "cluster": clusters.table.column("copy_id")})
    scores = samestory.evaluate(clusters, gold)
    assert scores.bcubed["f1"] == scores.adjusted_rand == 1.0
    assert scores.articles == 85
    clusters.write(tmp_path / "c.csv")
    pq = pytest.importorskip("pyarrow.csv")
    pq.write_csv(gold, tmp_path / "gold.csv")
    call = [binary, "eval", tmp_path / "c.csv", tmp_path / "gold.csv", "--json", "--column", "copy_id"]
    theirs = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    assert samestory.evaluate(tmp_path / "c.csv", tmp_path / "gold.csv").to_dict() == theirs == scores.to_dict()
    assert "B-cubed" in str(scores)
    stories = samestory.evaluate(clusters, gold, column="story_id")
    assert stories.bcubed["recall"] == 1.0


def test_a_gold_of_pairs_is_one_too():
    pairs = pa.table({"id_a": ["hc-20240312-004"], "id_b": ["mg-88120"], "label": [1]})
    assert samestory.evaluate(samestory.cluster(SAMPLES), pairs).pairwise["f1"] == 1.0
    with pytest.raises(samestory.SettingError):
        samestory.evaluate(samestory.cluster(SAMPLES), pairs, column="relation")
    with pytest.raises(samestory.ReadError):
        samestory.evaluate(samestory.cluster(SAMPLES), pa.table({"x": [1]}))
