"""The door to Spark: tried with Sail, which is Spark Connect without Java, and with Spark itself where there are it and Java.

Spark's client and Spark cannot be installed together. Where the one is not there, its tests are skipped and say so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest

import samestory

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pyspark = pytest.importorskip("pyspark")

from samestory import _staged  # noqa: E402
from samestory import spark as door  # noqa: E402
from conftest import invented  # noqa: E402


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
    with pytest.raises(samestory.SettingError, match="shares"):
        door.cluster(frame, work=tmp_path, mode="staged", shares=0)
    with pytest.raises(samestory.SettingError, match="limit"):
        door.cluster(frame, work=tmp_path, mode="staged", limit=10)
    with pytest.raises(samestory.SettingError, match="mount"):
        door.cluster(frame, work="s3://bucket/work")
    with pytest.raises(TypeError, match="copy_treshold"):
        door.cluster(frame, work=tmp_path, copy_treshold=0.5)


def digest(frame) -> str:
    """What is found, whatever the order of the rows."""
    names = ["article_id", "copy_id", "story_id", "relation", "similarity", "kind", "form_id"]
    rows = sorted(repr(tuple(row[name] for name in names)) for row in frame.select(*names).collect())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@pytest.mark.parametrize(("partitions", "shares"), [(1, 1), (3, 5), (8, 2)])
def test_stages_find_what_one_task_finds_however_articles_and_shares_are_cut(frame, news, tmp_path, partitions, shares):
    alone = samestory.cluster(pa.Table.from_pylist(news))
    shuffled = frame.orderBy("text").repartition(partitions)
    found = door.cluster(shuffled, work=tmp_path, mode="staged", shares=shares)
    assert digest(found) == digest(door.cluster(frame, work=tmp_path / "one", mode="one"))
    assert found.count() == len(alone)
    assert {row["copies"] for row in found.collect()} == set(alone.table.column("copies"))


def test_stages_keep_what_the_package_keeps(frame, news, tmp_path):
    kept = door.dedup(frame, work=tmp_path, mode="staged", shares=3)
    assert kept.columns == frame.columns
    alone = samestory.dedup(pa.Table.from_pylist(news)).column("id").to_pylist()
    assert sorted(row["id"] for row in kept.collect()) == sorted(alone)
    marked = door.dedup(frame, work=tmp_path, mode="staged", shares=3, mark=True, copy_threshold=0.5)
    alone = samestory.dedup(pa.Table.from_pylist(news), mark=True, copy_threshold=0.5)
    names = ["id", "copy_id", "story_id"]
    expected = sorted(zip(*(alone.column(name).to_pylist() for name in names)))
    assert sorted(tuple(row[name] for name in names) for row in marked.collect()) == expected


def test_what_was_stopped_goes_on_and_other_settings_are_refused_by_name(frame, tmp_path, monkeypatch):
    expected = digest(door.cluster(frame, work=tmp_path / "whole", mode="staged", shares=3))
    note, noted = _staged.Checkpoints.note, []

    def stops(self, stage):
        if stage == "pairs":
            raise KeyboardInterrupt
        noted.append(stage)
        note(self, stage)

    monkeypatch.setattr(_staged.Checkpoints, "note", stops)
    with pytest.raises(KeyboardInterrupt):
        door.cluster(frame, work=tmp_path / "work", mode="staged", shares=3)
    stages = [stage for stage, _, _ in _staged.graph()]
    stopped = stages.index("pairs")
    assert noted == ["articles", *stages[:stopped]]
    with pytest.raises(samestory.SettingError, match="copy_threshold is 0.5"):
        door.cluster(frame, work=tmp_path / "work", mode="staged", shares=3, copy_threshold=0.5)
    with pytest.raises(samestory.SettingError, match="shares is 4"):
        door.cluster(frame, work=tmp_path / "work", mode="staged", shares=4)
    monkeypatch.setattr(_staged.Checkpoints, "note", lambda self, stage: (noted.append(stage), note(self, stage)))
    del noted[:]
    assert digest(door.cluster(frame, work=tmp_path / "work", mode="staged", shares=3)) == expected
    assert noted == stages[stopped:]
    # What is done is done anew, of whatever there is then.
    less = frame.limit(40)
    assert door.cluster(less, work=tmp_path / "work", mode="staged", shares=3).count() == 40


def test_a_table_that_is_damaged_is_named(frame, tmp_path, monkeypatch):
    note = _staged.Checkpoints.note

    def damages(self, stage):
        note(self, stage)
        if stage == "learn":
            table = Path(self.folder) / "samestory-tables"
            table.write_bytes(table.read_bytes()[:-3])

    monkeypatch.setattr(_staged.Checkpoints, "note", damages)
    with pytest.raises(Exception, match="samestory-tables"):
        door.cluster(frame, work=tmp_path, mode="staged", shares=2)


def test_what_stages_take_is_told_before(frame):
    stages = door.describe(frame, shares=4)
    assert [stage.name for stage in stages] == [name for name, _, _ in _staged.graph()]
    assert all(stage.shuffled >= 0 and stage.largest >= 0 for stage in stages)
    texts = next(stage for stage in stages if stage.name == "texts")
    assert texts.tasks == 4 and texts.shuffled > 100 * frame.count()


def test_twenty_thousand_articles_on_sail_are_found_as_in_one_process(session, tmp_path, request):
    if "sail" not in request.node.callspec.id:
        pytest.skip("Spark takes longer than a test should: benches/scale/engines.py tries it")
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist(invented(20_000, seed=7))
    pq.write_table(table, tmp_path / "articles.parquet")
    frame = session.read.parquet(str(tmp_path / "articles.parquet")).repartition(4)
    found = door.cluster(frame, work=tmp_path / "work", mode="staged", copies_only=True)
    rows = sorted(tuple(row[name] for name in NAMES) for row in found.select(*NAMES).collect())
    alone = samestory.cluster(table, copies_only=True).table
    assert rows == sorted(zip(*(alone.column(name) for name in NAMES)))
