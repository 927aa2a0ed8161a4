"""A run on a cluster, in stages that share nothing: the graph is the library's, the exchange is the engine's."""

from __future__ import annotations

import glob
import json
import os
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple

from ._errors import SettingError
from ._samestory import Stages

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SCHEMA = "kind int, share int, payload binary"
PER_SHARE = 100_000
"""Articles in a share, where nobody says how many shares there are."""
LEAST_SHARES = 8
# What was found hangs on none of these, so a call may go on with others.
_FREE = {"memory", "threads", "temp_dir"}
# A batch holds runs of about a megabyte.
_ROWS_A_BATCH = 16

# A row of no run.
_MARK = ("cast(-1 as int) as kind", "cast(0 as int) as share", "cast('' as binary) as payload")

Row = Tuple[int, int, bytes]


def graph(stories: bool = True) -> List[Tuple[str, List[Tuple[str, int]], str]]:
    """The stages, in their order: name, the stages and kinds of runs that it reads, and how they come together."""
    return Stages.graph(stories)


def shares_of(articles: int, shares: Optional[int]) -> int:
    """How many shares a run has."""
    if shares is None:
        return max(LEAST_SHARES, -(-articles // PER_SHARE))
    if not 1 <= shares <= 1_000_000:
        raise SettingError(f"shares is {shares}: it must be from 1 to 1,000,000")
    return shares


class Checkpoints:
    """The folder of a job: what is done, and for which settings."""

    def __init__(self, folder: str, settings: Dict[str, Any], shape: Dict[str, Any]) -> None:
        self.folder = os.path.join(folder, "stages")
        self._path = os.path.join(self.folder, "job.json")
        self._job = {
            "settings": {name: value for name, value in settings.items() if name not in _FREE},
            **shape,
        }

    def goes_on(self) -> bool:
        """Whether an earlier call with these settings was stopped here. One with others is refused, and one that was done is
        forgotten."""
        try:
            with open(self._path, encoding="utf-8") as file:
                known = json.load(file)
        except FileNotFoundError:
            return False
        if os.path.exists(os.path.join(self.folder, "done")):
            return False
        job = json.loads(json.dumps(self._job))
        for name in sorted({**known, **job}):
            was, now = known.get(name), job.get(name)
            if was == now:
                continue
            if name == "settings":
                name = next(each for each in sorted({**was, **now}) if was.get(each) != now.get(each))
                was, now = was.get(name), now.get(name)
            raise SettingError(
                f"{name} is {now}, and the run that was stopped in {self.folder} had {was}: call it as before to go on, "
                "or remove that folder to begin anew"
            )
        return True

    def begin(self) -> None:
        """Forgets what an earlier call left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        aside = self._path + ".new"
        with open(aside, "w", encoding="utf-8") as file:
            json.dump(self._job, file)
        os.replace(aside, self._path)

    def has(self, stage: str) -> bool:
        return os.path.exists(os.path.join(self.folder, f"{stage}.done"))

    def note(self, stage: str) -> None:
        with open(os.path.join(self.folder, f"{stage}.done"), "w", encoding="utf-8"):
            pass

    def end(self) -> None:
        """Notes that the whole job is done, and removes what only its stages read."""
        with open(os.path.join(self.folder, "done"), "w", encoding="utf-8"):
            pass
        for stage, _, _ in graph():
            shutil.rmtree(os.path.join(self.folder, stage), ignore_errors=True)

    def path(self, stage: str) -> str:
        return os.path.join(self.folder, stage)


def run(spark: SparkSession, articles: List[str], checkpoints: Checkpoints, settings: Dict[str, Any], shares: int) -> None:
    """Runs every stage that is not done. Afterwards the folder of the checkpoints is a work folder, from which a run goes on."""
    said = json.dumps({"settings": settings, "files": articles, "folder": checkpoints.folder, "shares": shares})
    for stage, inputs, gather in graph(not settings["copies_only"]):
        if checkpoints.has(stage):
            continue
        frame = None
        for source, kind in inputs:
            part = _files(spark, said, len(articles)) if source == "" else _made(spark, checkpoints.path(source), kind)
            frame = part if frame is None else frame.unionByName(part)
        assert frame is not None
        frame = frame.mapInArrow(_mapper(said, stage), SCHEMA)
        if gather == "share":
            frame = frame.repartition(shares, "share").mapInArrow(_reducer(said, stage, True), SCHEMA)
        elif gather == "one":
            # Spark leaves out what it knows to have no rows, and a table must be written of nothing too.
            frame = frame.unionByName(spark.range(1).selectExpr(*_MARK)).repartition(1).mapInArrow(_reducer(said, stage, False), SCHEMA)
        frame.write.mode("overwrite").parquet(checkpoints.path(stage))
        checkpoints.note(stage)


def _files(spark: SparkSession, said: str, count: int) -> DataFrame:
    rows = [(kind, share, bytearray(payload)) for kind, share, payload in _stages(said).files()]
    return spark.createDataFrame(rows, SCHEMA).repartition(max(1, count))


def _made(spark: SparkSession, path: str, kind: int) -> DataFrame:
    frame = spark.read.schema(SCHEMA).parquet(path)
    return frame.where(frame["kind"] == kind)


@lru_cache(maxsize=4)
def _stages(said: str) -> Stages:
    """The job as this process knows it: tables are read once, however many tasks run here."""
    job = json.loads(said)
    return Stages(job["settings"], job["files"], job["folder"], job["shares"])


Task = Callable[[Iterator[Any]], Iterator[Any]]


def _mapper(said: str, stage: str) -> Task:
    def task(batches: Iterator[Any]) -> Iterator[Any]:
        from samestory._staged import _batches, _rows, _stages

        job = _stages(said)
        yield from _batches(made for row in _rows(batches) for made in job.map(stage, *row))

    return task


def _reducer(said: str, stage: str, by_share: bool) -> Task:
    def task(batches: Iterator[Any]) -> Iterator[Any]:
        from samestory._staged import _batches, _rows, _stages

        job = _stages(said)
        if not by_share:
            yield from _batches(job.reduce(stage, _rows(batches)))
            return
        # Rows come in any order, and a partition may hold several shares or none.
        of_share: Dict[int, List[Row]] = {}
        for row in _rows(batches):
            of_share.setdefault(row[1], []).append(row)
        for share in sorted(of_share):
            yield from _batches(job.reduce(stage, of_share.pop(share)))

    return task


def _rows(batches: Iterable[Any]) -> Iterator[Row]:
    for batch in batches:
        kinds, shares = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        payloads = batch.column(2)
        for at in range(batch.num_rows):
            if kinds[at] < 0:
                continue
            yield kinds[at], shares[at], payloads[at].as_py()


def _batches(rows: Iterable[Row]) -> Iterator[Any]:
    import pyarrow

    types = pyarrow.schema([("kind", pyarrow.int32()), ("share", pyarrow.int32()), ("payload", pyarrow.binary())])

    def batch(rows: List[Row]) -> Any:
        columns = [pyarrow.array(column, field.type) for column, field in zip(zip(*rows), types)]
        return pyarrow.RecordBatch.from_arrays(columns, schema=types)

    held: List[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == _ROWS_A_BATCH:
            yield batch(held)
            held = []
    if held:
        yield batch(held)


def written(folder: str) -> List[str]:
    """The files of a frame that was written to a folder, in their order."""
    return sorted(glob.glob(os.path.join(glob.escape(folder), "articles", "*.parquet")))
