"""For a DataFrame of Spark that one machine can hold: the whole of ``cluster`` in one task.

The frame is written as Parquet to a folder that driver and workers see under one path, one task reads that as the binary does, and its
tables are read back. So what is found is what the binary finds. It is right for what one machine holds, some 10^8 articles; more than
that needs a job of several stages.

It works with Spark 3.5 and 4, with 4 by Connect, and with Sail. The workers need ``samestory`` and ``pyarrow`` installed.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Optional, Union

from . import _settings
from ._errors import SettingError
from ._samestory import MARKS
from ._settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

    Name = Union[str, os.PathLike[str]]

_COUNTS = ("copies", "story_articles", "record", "story_sources", "story_independent")


def cluster(df: DataFrame, *, work: Name, mode: str = "one", **settings: Unpack[Settings]) -> DataFrame:
    """A row an article, as :func:`samestory.cluster` gives them, as a DataFrame.

    Args:
        df: The articles.
        work: A folder for the frame and the tables, on a file system that all workers see under this path. What an earlier call left
            in its ``articles`` and ``clusters`` is replaced.
        mode: ``"one"``: all in one task.
        settings: Those of :func:`samestory.cluster`; ``memory``, ``threads`` and ``temp_dir`` are the worker's. One thread is
            used unless they say otherwise, as Spark expects of a task.
    """
    folder = _written(df, work, mode)
    out = os.path.join(folder, "clusters")
    _in_one_task(df, {"folder": folder, "out": out, "settings": _plain(settings)})
    found = df.sparkSession.read.parquet(out)
    return _signed(found)


def dedup(
    df: DataFrame,
    *,
    work: Name,
    mode: str = "one",
    one_per: str = "copy",
    drop: Iterable[str] = (),
    max_per_form: Optional[int] = None,
    max_removed: Union[float, str, None] = None,
    clean: bool = False,
    strip_repeats: bool = False,
    mark: bool = False,
    **settings: Unpack[Settings],
) -> DataFrame:
    """The frame without its copies, as :func:`samestory.dedup` gives it; see :func:`cluster` for ``work``."""
    folder = _written(df, work, mode)
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
    call = {"folder": folder, "out": out, "settings": _plain(settings), "plan": plan}
    has_rows = _in_one_task(df, call)
    kept = df.sparkSession.read.parquet(out)
    if not has_rows:
        taken = set(df.columns)
        marks = [kept[name].alias(f"samestory_{name}" if name in taken else name) for name in MARKS]
        return df.limit(0).crossJoin(_signed(kept.select(*marks))) if mark else df.limit(0)
    return _signed(kept) if mark else kept


def _written(df: DataFrame, work: Name, mode: str) -> str:
    if mode != "one":
        raise SettingError(f'mode is {mode}: it must be "one"')
    folder = os.fspath(work)
    if folder.startswith("file:"):
        folder = "/" + folder[5:].lstrip("/")
    if "://" in folder:
        raise SettingError(f"work is {folder}: it must be a folder that all workers see as a path, such as a mount")
    folder = os.path.abspath(folder)
    df.write.mode("overwrite").parquet(os.path.join(folder, "articles"))
    return folder


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

    from . import dedup as dedup_paths
    from ._clusters import Clusters
    from ._samestory import Run, Source

    call = json.loads(said)
    out, settings = call["out"], call["settings"]
    # Not the folder: Spark leaves files of its own beside the parts.
    articles = sorted(glob.glob(os.path.join(glob.escape(call["folder"]), "articles", "*.parquet")))
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    table = os.path.join(out, "part-00000.parquet")
    rows = sum(int(parquet.ParquetFile(path).metadata.num_rows) for path in articles)
    if rows and "plan" in call:
        known = {name: value for name, value in settings.items() if value is not None}
        dedup_paths(articles, output=table, **call["plan"], **known)
        return rows
    nothing = pyarrow.table({"text": pyarrow.array([], pyarrow.string())})
    source = Source.paths(articles) if rows else Source.stream(nothing, _settings.of({}), None)
    made = settings if rows else _settings.of({})
    Clusters(Run(source, made, {"state": None, "work": None, "links": None}, None)).write(table)
    return rows


def _signed(frame: DataFrame) -> DataFrame:
    """Counts are unsigned in the file, which Spark does not know."""
    for name in _COUNTS:
        if name in frame.columns:
            frame = frame.withColumn(name, frame[name].cast("bigint"))
    return frame
