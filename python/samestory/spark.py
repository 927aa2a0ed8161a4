"""``cluster`` and ``dedup`` for a DataFrame of Spark.

What is found is what the binary finds, and there are two ways to it. In one task (``mode="one"``) the frame is written as Parquet to a
folder that driver and workers see under one path, one task reads that as the binary does, and its tables are read back. In stages
(``mode="staged"``) tasks read, clean, compare and group the articles, and find their stories, in shares that need nothing of each other;
only tables of the whole dump, and the result, are made by one task. ``mode="auto"`` takes stages where there are more articles than
one machine should be asked to hold.

It works with Spark 3.5 and 4, with 4 by Connect, and with Sail. The workers need ``samestory`` and ``pyarrow`` installed.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Union

from . import _settings, _staged
from ._errors import SettingError
from ._samestory import MARKS
from ._settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

    Name = Union[str, os.PathLike[str]]

MOST_IN_ONE = 100_000_000
"""Up to so many articles ``mode="auto"`` takes one task: what one machine finds in hours is cheaper there."""
_COUNTS = ("copies", "story_articles", "record", "story_sources", "story_independent")


def cluster(
    df: DataFrame, *, work: Name, mode: str = "auto", shares: Optional[int] = None, **settings: Unpack[Settings]
) -> DataFrame:
    """A row an article, as :func:`samestory.cluster` gives them, as a DataFrame.

    Args:
        df: The articles.
        work: A folder for the frame, the tables and what stages found, on a file system that all workers see under this path. A call
            that was stopped goes on from the last stage that was whole; one that was done is done anew.
        mode: ``"one"`` task, ``"staged"``, or ``"auto"``: stages from 10^8 articles on.
        shares: How many shares stages have; one for each 100,000 articles, and at least 8, by default.
        settings: Those of :func:`samestory.cluster`; ``memory``, ``threads`` and ``temp_dir`` are the worker's. One thread is
            used unless they say otherwise, as Spark expects of a task.
    """
    made = _plain(settings)
    folder, checkpoints = _prepared(df, work, (mode, shares), made)
    out = os.path.join(folder, "clusters")
    _in_one_task(df, {"folder": folder, "out": out, "settings": made, "work": _work(checkpoints)})
    if checkpoints is not None:
        checkpoints.end()
    found = df.sparkSession.read.parquet(out)
    return _signed(found)


def dedup(
    df: DataFrame,
    *,
    work: Name,
    mode: str = "auto",
    shares: Optional[int] = None,
    one_per: str = "copy",
    drop: Iterable[str] = (),
    max_per_form: Optional[int] = None,
    max_removed: Union[float, str, None] = None,
    clean: bool = False,
    strip_repeats: bool = False,
    mark: bool = False,
    **settings: Unpack[Settings],
) -> DataFrame:
    """The frame without its copies, as :func:`samestory.dedup` gives it; see :func:`cluster` for ``work``, ``mode`` and ``shares``."""
    made = _plain(settings)
    if one_per == "copy" and not mark:
        # Stories cost more than copies do: they are found only where something hangs on them.
        made["copies_only"] = True
    folder, checkpoints = _prepared(df, work, (mode, shares), made)
    out = os.path.join(folder, "kept")
    plan = {
        "one_per": one_per,
        "drop": [drop] if isinstance(drop, str) else list(drop),
        "max_per_form": max_per_form,
        "max_removed": max_removed,
        "clean": clean,
        "strip_repeats": strip_repeats,
        "mark": mark,
    }
    call = {"folder": folder, "out": out, "settings": made, "plan": plan, "work": _work(checkpoints)}
    has_rows = _in_one_task(df, call)
    if checkpoints is not None:
        checkpoints.end()
    kept = df.sparkSession.read.parquet(out)
    if not has_rows:
        taken = set(df.columns)
        marks = [kept[name].alias(f"samestory_{name}" if name in taken else name) for name in MARKS]
        return df.limit(0).crossJoin(_signed(kept.select(*marks))) if mark else df.limit(0)
    return _signed(kept) if mark else kept


class Stage(NamedTuple):
    """What a stage of a job is expected to take."""

    name: str
    """Its name."""
    tasks: int
    """How many tasks its results are made by."""
    shuffled: int
    """Bytes that go from one task to another."""
    largest: int
    """Bytes of memory that the largest task takes, where no component of texts is larger than a share."""


def describe(df: DataFrame, *, shares: Optional[int] = None) -> List[Stage]:
    """What a staged run over a frame is expected to take, before anything is run but a count.

    The figures are articles times bytes an article, as measured on generated articles of 3.4 kB; texts count as long as they are.
    """
    articles, text = _sized(df)
    many = _staged.shares_of(articles, shares)
    described = []
    for name, _, gather in _staged.graph():
        fixed, of_text, held = _BYTES[name]
        shuffled = int(articles * (fixed + of_text * text))
        tasks = {"share": many, "one": 1, "none": 0}[gather]
        if name in _IN_SLICES:
            tasks = min(many, -(-articles // _SLICE)) or 1
        described.append(Stage(name, tasks, shuffled, int(articles * (held + of_text * text) / max(1, tasks))))
    return described


# By stage: bytes an article that go to other tasks, compressed; of that what hangs on the length of texts (as a share of it); and bytes an
# article that a task holds for each of its share.
_BYTES = {
    "learn": (50, 0.17, 60),
    "prints": (0, 0.0, 0),
    "twins": (40, 0.0, 60),
    "twin-table": (1, 0.0, 1),
    "texts": (450, 0.55, 2500),
    "hot": (1, 0.0, 1),
    "heads": (1, 0.0, 1),
    "meet": (1100, 0.0, 2000),
    "pairs": (740, 0.0, 1000),
    "asked": (200, 0.0, 300),
    "forms": (300, 0.0, 600),
    "form-table": (1, 0.0, 1),
    "components": (65, 0.0, 100),
    "copies": (200, 0.3, 2500),
    "titles": (40, 0.0, 100),
    "nodes": (200, 0.45, 2500),
    "title-table": (45, 0.0, 1),
    "inside": (1, 0.0, 1),
    "languages": (1, 0.0, 1),
    "frequencies": (720, 0.0, 1500),
    "frequency-table": (40, 0.0, 8),
    "drafts": (0, 0.0, 0),
    "pair-counts": (75, 0.0, 150),
    "pair-table": (10, 0.0, 8),
    "vectors": (0, 0.0, 0),
    "story-keys": (670, 0.0, 1500),
    "story-pairs": (690, 0.0, 1300),
    "slices": (770, 0.0, 1300),
    "slices-across": (1500, 0.0, 1300),
    "fading": (3, 0.0, 10),
    "story-components": (5, 0.0, 50),
    "link": (520, 0.0, 1300),
    "work": (75, 0.0, 200),
}
# Slices of time are as long as one task holds: there are as many as that makes, or as there are shares.
_IN_SLICES = ("story-pairs", "slices", "slices-across")
_SLICE = 1 << 19


def _sized(df: DataFrame) -> tuple[int, float]:
    """How many rows there are, and how many characters of text an average one has, by a sample."""
    articles = df.count()
    names = [name for name, kind in df.dtypes if kind == "string"]
    sample = df.select(*names).limit(1000).collect()
    characters = sum(len(value) for row in sample for value in row if value)
    return articles, characters / max(1, len(sample))


def _prepared(
    df: DataFrame, work: Name, how: tuple[str, Optional[int]], settings: Dict[str, Any]
) -> tuple[str, Optional[_staged.Checkpoints]]:
    """Writes the frame, and runs the stages where there are to be any."""
    mode, shares = how
    if mode not in ("auto", "one", "staged"):
        raise SettingError(f"mode is {mode}: it must be one of auto, one, staged")
    if shares is not None:
        _staged.shares_of(0, shares)
    folder = os.fspath(work)
    if folder.startswith("file:"):
        folder = "/" + folder[5:].lstrip("/")
    if "://" in folder:
        raise SettingError(f"work is {folder}: it must be a folder that all workers see as a path, such as a mount")
    folder = os.path.abspath(folder)
    if mode == "staged" and settings["limit"] is not None:
        raise SettingError("limit is for one task: take df.limit() for stages")
    articles = 0 if mode == "one" else df.count()
    is_one = mode == "one" or articles == 0 or mode == "auto" and (articles <= MOST_IN_ONE or settings["limit"] is not None)
    if is_one:
        df.write.mode("overwrite").parquet(os.path.join(folder, "articles"))
        return folder, None
    many = _staged.shares_of(articles, shares)
    shape = {"articles": articles, "columns": sorted(df.dtypes), "shares": many}
    checkpoints = _staged.Checkpoints(folder, settings, shape)
    if not checkpoints.goes_on():
        checkpoints.begin()
    if not checkpoints.has("articles"):
        df.write.mode("overwrite").parquet(os.path.join(folder, "articles"))
        checkpoints.note("articles")
    _staged.run(df.sparkSession, _staged.written(folder), checkpoints, settings, many)
    return folder, checkpoints


def _work(checkpoints: Optional[_staged.Checkpoints]) -> Optional[str]:
    return None if checkpoints is None else checkpoints.folder


def _plain(settings: Any) -> Dict[str, Any]:
    given: Dict[str, Any] = dict(settings)
    given.pop("progress", None)
    # What is wrong with them should be known before anything is written.
    made = _settings.of(given)
    if made["threads"] is None:
        made["threads"] = 1
    if made["temp_dir"] is not None:
        made["temp_dir"] = os.fspath(made["temp_dir"])
    return made


def _in_one_task(df: DataFrame, call: Dict[str, Any]) -> bool:
    """Whether there was a row at all; where there was none, an empty table of clusters is written whatever was asked for."""
    said = json.dumps(call)

    def task(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        from samestory.spark import _run

        # Empty partitions call the function too; one row is one call.
        for batch in batches:
            for _ in range(batch.num_rows):
                yield pyarrow.RecordBatch.from_pydict({"rows": [_run(said)]})

    one = df.sparkSession.range(1).repartition(1)
    return bool(one.mapInArrow(task, "rows bigint").collect()[0]["rows"])


def _run(said: str) -> int:
    """What the task does, where it runs; how many rows the frame has."""
    import pyarrow
    from pyarrow import parquet

    from . import _api
    from ._clusters import Clusters
    from ._samestory import Run, Source

    call = json.loads(said)
    out, settings = call["out"], call["settings"]
    # Not the folder: Spark leaves files of its own beside the parts.
    articles = _staged.written(call["folder"])
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    table = os.path.join(out, "part-00000.parquet")
    rows = sum(int(parquet.ParquetFile(path).metadata.num_rows) for path in articles)
    folders = {"state": None, "work": call["work"], "links": None}
    if not rows:
        nothing = pyarrow.table({"text": pyarrow.array([], pyarrow.string())})
        made = _settings.of({})
        Clusters(Run(Source.stream(nothing, made, None), made, {**folders, "work": None}, None)).write(table)
        return 0
    found = Clusters(Run(Source.paths(articles), settings, folders, None))
    if "plan" in call:
        _api.dedup(articles, output=table, clusters=found, **call["plan"])
    else:
        found.write(table)
    return rows


def _signed(frame: DataFrame) -> DataFrame:
    """Counts are unsigned in the file, which Spark does not know."""
    for name in _COUNTS:
        if name in frame.columns:
            frame = frame.withColumn(name, frame[name].cast("bigint"))
    return frame
