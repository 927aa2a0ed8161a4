"""Holds a staged run on one engine against the run of one task: ``python engines.py ENGINE ARTICLES.parquet [SHARES]``.

ENGINE is ``sail`` (needs pysail), ``classic`` or ``connect`` (need pyspark and Java), or ``alone``: no engine, for what is compared.
A line of JSON says the digest of what was found, seconds by the clock and of the processor, and where Spark keeps an event log the
bytes that were shuffled. With ``KILL=1`` one worker of Spark is killed while stages run, with ``FAIL=1`` every task of one
stage fails twice: both are tried again.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import resource
import signal
import sys
import tempfile
import threading
import time
from typing import Any, Iterable, Iterator, Tuple

NAMES = ["article_id", "copy_id", "story_id", "relation", "kind"]


def digest(rows: Iterable[Tuple[Any, ...]]) -> str:
    """What is found, whatever the order of the rows and the names of the files that articles without an id have."""
    whole = hashlib.sha256()
    for row in sorted("\t".join(map(str, row)) for row in rows):
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()[:16]


def alone(path: str) -> str:
    import samestory

    found = samestory.cluster(path).table
    return digest(zip(*(found.column(name) for name in NAMES)))


def sail() -> Iterator[Any]:
    import pysail.spark
    from pyspark.sql import SparkSession

    server = pysail.spark.SparkConnectServer()
    server.start()
    session = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
    yield session
    session.stop()
    server.stop()


def spark(log: str, is_connect: bool) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "3g",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": f"file://{log}",
        "spark.eventLog.compress": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
    }
    builder = SparkSession.builder
    builder = builder.remote("local[2]") if is_connect else builder.master("local[2,4]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def shuffled(log: str) -> int:
    """Bytes that tasks wrote for others, of an event log."""
    written = 0
    for path in glob.glob(os.path.join(log, "**", "*"), recursive=True):
        if os.path.isdir(path):
            continue
        with open(path, encoding="utf-8") as events:
            for line in events:
                if '"SparkListenerTaskEnd"' in line:
                    metrics = json.loads(line).get("Task Metrics") or {}
                    written += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
    return written


def kill_a_worker() -> None:
    """Kills one Python worker of Spark once there is one."""
    for _ in range(600):
        time.sleep(0.1)
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                call = open(path, "rb").read()
            except OSError:
                continue
            if b"pyspark.worker" in call or b"pyspark/daemon" in call or b"pyspark.daemon" in call:
                children = open(path.replace("cmdline", f"task/{path.split('/')[2]}/children")).read().split()
                if children:
                    os.kill(int(children[0]), signal.SIGKILL)
                    print("killed a worker", file=sys.stderr)
                    return


def fail_twice() -> None:
    """Has the tasks that meet texts fail the first two times."""
    from samestory import _staged

    mapper = _staged._mapper

    def failing(said: str, stage: str) -> Any:
        task = mapper(said, stage)

        def fails(batches: Iterator[Any]) -> Iterator[Any]:
            from pyspark import TaskContext

            context = TaskContext.get()
            if stage == "meet" and context is not None and context.attemptNumber() < 2:
                raise RuntimeError("it is to fail twice")
            return task(batches)

        return fails

    _staged._mapper = failing


def main() -> None:
    engine, path = sys.argv[1:3]
    shares = int(sys.argv[3]) if len(sys.argv) > 3 else None
    began = time.time()
    if engine == "alone":
        print(json.dumps({"engine": engine, "digest": alone(path), "seconds": round(time.time() - began, 1)}))
        return
    import samestory.spark

    os.environ["PYTHONPATH"] = os.pathsep.join(each for each in sys.path if each)
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    log, work = tempfile.mkdtemp(), tempfile.mkdtemp()
    sessions = sail() if engine == "sail" else spark(log, engine == "connect")
    session = next(sessions)
    frame = session.read.parquet(path).repartition(4)
    began = time.time()
    if os.environ.get("FAIL"):
        fail_twice()
    if os.environ.get("KILL"):
        threading.Thread(target=kill_a_worker, daemon=True).start()
    found = samestory.spark.cluster(frame, work=work, mode="staged", shares=shares)
    took = time.time() - began
    what = digest(tuple(row[name] for name in NAMES) for row in found.select(*NAMES).toLocalIterator())
    articles = found.count()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    said = {
        "engine": engine,
        "digest": what,
        "articles": articles,
        "seconds": round(took, 1),
        "processor": round(sum(each.ru_utime + each.ru_stime for each in used), 1),
        "shuffled_an_article": round(shuffled(log) / max(1, articles)) if engine != "sail" else None,
    }
    print(json.dumps(said), flush=True)
    next(sessions, None)


if __name__ == "__main__":
    main()
