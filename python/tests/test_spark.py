"""The door to Spark: tried with Sail, which is Spark Connect without Java, and with Spark itself where there are it and Java.

Spark's client and Spark cannot be installed together. Where the one is not there, its tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

import samestory

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pyspark = pytest.importorskip("pyspark")

from samestory import spark as door  # noqa: E402


def sail():
    """A server of Sail in this process."""
    pysail = pytest.importorskip("pysail.spark")
    from pyspark.sql import SparkSession

    server = pysail.SparkConnectServer()
    server.start()
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def needs_spark():
    if not (Path(pyspark.__file__).parent / "jars").exists():
        pytest.skip("this pyspark is a client without Spark: pip install pyspark")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark needs Java, and there is none")


def classic():
    """Spark in a process of its own, which this one drives."""
    needs_spark()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "3").getOrCreate()
    yield session
    session.stop()


def connect():
    """A server of Spark Connect that the client starts."""
    needs_spark()
    pytest.importorskip("grpc", reason="Spark Connect needs grpcio")
    if int(pyspark.__version__.split(".")[0]) < 4:
        pytest.skip("Spark 3.5 as PyPI has it has no server of Connect")
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote("local[2]").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module", params=[sail, classic, connect], ids=lambda kind: kind.__name__)
def session(request):
    # Whoever runs the functions is this Python, in this process or in one that is started.
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    yield from request.param()


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


def test_settings_reach_the_task(frame, news, tmp_path):
    marked = door.dedup(frame, work=tmp_path, mark=True, copy_threshold=0.5, since="2024-03-05", prefer=["site2.example"])
    alone = samestory.dedup(pa.Table.from_pylist(news), mark=True, copy_threshold=0.5, since="2024-03-05", prefer=["site2.example"])
    names = ["id", "article_id", "copy_id", "story_id"]
    expected = sorted(zip(*(alone.column(name).to_pylist() for name in names)))
    assert sorted(tuple(row[name] for name in names) for row in marked.collect()) == expected


def test_frames_of_many_partitions_and_of_none_are_read(session, frame, tmp_path):
    spread = frame.repartition(7).limit(20)
    assert door.cluster(spread, work=tmp_path / "spread").count() == 20
    nothing = frame.limit(0)
    found = door.cluster(nothing, work=tmp_path / "none")
    assert found.count() == 0 and set(NAMES) <= set(found.columns)
    assert door.dedup(nothing, work=tmp_path / "none").collect() == []
    assert door.dedup(nothing, work=tmp_path / "none", mark=True).columns[-12:] == door.dedup(spread, work=tmp_path / "spread", mark=True).columns[-12:]


def test_what_cannot_be_is_known_before_anything_is_written(frame, tmp_path):
    with pytest.raises(samestory.SettingError, match="mode"):
        door.cluster(frame, work=tmp_path, mode="many")
    with pytest.raises(samestory.SettingError, match="mount"):
        door.cluster(frame, work="s3://bucket/work")
    with pytest.raises(TypeError, match="copy_treshold"):
        door.cluster(frame, work=tmp_path, copy_treshold=0.5)
