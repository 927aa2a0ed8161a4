"""The door to Spark, tried with Sail, which is Spark Connect without Java."""

from __future__ import annotations

import os
import sys

import pytest

import samestory

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pytest.importorskip("pyspark")
pysail = pytest.importorskip("pysail.spark")

from samestory import spark as door  # noqa: E402


@pytest.fixture(scope="module")
def session():
    from pyspark.sql import SparkSession

    # Whoever runs the functions is a Python in this process, or one that it starts.
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    server = pysail.SparkConnectServer()
    server.start()
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    yield session
    session.stop()
    server.stop()


@pytest.fixture(scope="module")
def frame(session, news):
    return session.createDataFrame(pa.Table.from_pylist(news).to_pandas())


NAMES = ["article_id", "copy_id", "story_id", "relation", "similarity", "copies", "title", "source", "story_articles"]


def test_what_is_found_is_what_the_package_finds(frame, news, tmp_path):
    found = door.cluster(frame, work=tmp_path / "work")
    assert dict(found.dtypes)["copies"] == "bigint"
    rows = sorted(tuple(row[name] for name in NAMES) for row in found.collect())
    alone = samestory.cluster(pa.Table.from_pylist(news)).table
    assert rows == sorted(zip(*(alone.column(name) for name in NAMES)))


def test_what_is_kept_is_what_the_package_keeps(frame, news, tmp_path):
    kept = door.dedup(frame, work=tmp_path)
    assert kept.columns == frame.columns
    alone = samestory.dedup(pa.Table.from_pylist(news)).column("id").to_pylist()
    assert sorted(row["id"] for row in kept.collect()) == sorted(alone)


def test_what_cannot_be_is_known_before_anything_is_written(frame, tmp_path):
    with pytest.raises(samestory.SettingError, match="mode"):
        door.cluster(frame, work=tmp_path, mode="many")
    with pytest.raises(samestory.SettingError, match="mount"):
        door.cluster(frame, work="s3://bucket/work")
    with pytest.raises(TypeError, match="copy_treshold"):
        door.cluster(frame, work=tmp_path, copy_treshold=0.5)
