"""The step of a datatrove pipeline, tried with datatrove itself."""

from __future__ import annotations

import json

import pytest

import samestory

pytest.importorskip("datatrove")
pa = pytest.importorskip("pyarrow")

from datatrove.data import Document  # noqa: E402

from samestory.adapters.datatrove import Deduplicate  # noqa: E402


def documents(news):
    for row in news:
        metadata = {name: value for name, value in row.items() if name not in ("id", "text")}
        yield Document(row["text"], row["id"], metadata={**metadata, "odd": {"of": [1, None]}})


def test_what_is_handed_on_is_what_dedup_keeps(news):
    kept = samestory.dedup(pa.Table.from_pylist(news)).column("id").to_pylist()
    step = Deduplicate()
    handed = list(step(documents(news)))
    assert [document.id for document in handed] == kept
    assert handed[0].metadata["odd"] == {"of": [1, None]}
    assert step.stats["dropped"].total == len(news) - len(kept)


def test_marks_stand_in_the_metadata(news):
    marked = samestory.dedup(pa.Table.from_pylist(news), mark=True, clean=True).to_pylist()
    handed = list(Deduplicate(mark=True, clean=True).run(documents(news)))
    assert [document.text for document in handed] == [row["text"] for row in marked]
    for name in ("copy_id", "story_id", "relation", "similarity", "copies"):
        assert [document.metadata[name] for document in handed] == [row[name] for row in marked]


def test_it_runs_in_a_pipeline_of_datatrove(news, tmp_path):
    pytest.importorskip("orjson")
    executor = pytest.importorskip("datatrove.executor.local")
    readers = pytest.importorskip("datatrove.pipeline.readers")
    writers = pytest.importorskip("datatrove.pipeline.writers.jsonl")
    (tmp_path / "in").mkdir()
    with open(tmp_path / "in" / "dump.jsonl", "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in news)
    left_out = writers.JsonlWriter(str(tmp_path / "left"), compression=None)
    pipeline = [
        readers.JsonlReader(str(tmp_path / "in")),
        Deduplicate(exclusion_writer=left_out),
        writers.JsonlWriter(str(tmp_path / "out"), compression=None),
    ]
    executor.LocalPipelineExecutor(pipeline, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    written = [json.loads(line)["id"] for path in (tmp_path / "out").iterdir() for line in open(path)]
    left = [json.loads(line)["id"] for path in (tmp_path / "left").iterdir() for line in open(path)]
    assert written == samestory.dedup(pa.Table.from_pylist(news)).column("id").to_pylist()
    assert sorted(written + left) == [row["id"] for row in news]


def test_several_tasks_are_refused(news):
    with pytest.raises(samestory.SettingError, match="tasks=1"):
        list(Deduplicate().run(documents(news), rank=0, world_size=2))
    assert list(Deduplicate().run(iter(()))) == []
    assert list(Deduplicate().run(None)) == []
