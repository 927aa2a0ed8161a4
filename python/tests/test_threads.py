"""Threads, forks, signals: what a long call does to the process around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import samestory
from conftest import invented

pa = pytest.importorskip("pyarrow")

HERE = os.path.dirname(__file__)


def ids(clusters):
    return list(zip(clusters.table.column("copy_id"), clusters.table.column("story_id")))


def test_groups_do_not_depend_on_the_number_of_threads_or_the_memory(news):
    table = pa.Table.from_pylist(news)
    one = ids(samestory.cluster(table, threads=1))
    assert ids(samestory.cluster(table, threads=3)) == one
    assert ids(samestory.cluster(table, memory="80M")) == one


def test_several_threads_of_python_may_cluster_at_a_time(news):
    table = pa.Table.from_pylist(news)
    expected, found = ids(samestory.cluster(table)), [None] * 4

    def run(at):
        found[at] = ids(samestory.cluster(table, threads=1))

    threads = [threading.Thread(target=run, args=(at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_other_threads_of_python_go_on_meanwhile():
    table = pa.Table.from_pylist(invented(1_500))
    turns, done = [], threading.Event()

    def count():
        while not done.is_set():
            turns.append(time.monotonic())
            time.sleep(0.005)

    counter = threading.Thread(target=count)
    counter.start()
    started = time.monotonic()
    samestory.cluster(table, threads=1)
    took = time.monotonic() - started
    done.set()
    counter.join()
    longest = max((b - a for a, b in zip(turns, turns[1:])), default=0)
    # A machine with other things to do may hold any thread up for a while.
    assert longest < max(1.0, took / 2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are of Unix")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_child_of_a_process_that_has_clustered_can_cluster_too(news):
    rows = news[:120]
    table = pa.Table.from_pylist(rows)
    expected = ids(samestory.cluster(table))
    found = samestory.Table(samestory.cluster(table))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # Whatever happens in the child, it must not go on with the tests of its parent.
        try:
            is_same = ids(samestory.cluster(found_in_memory(rows))) == expected and len(found) == len(rows)
            os.write(writing, b"same" if is_same else b"other")
        finally:
            os._exit(0)
    os.close(writing)
    deadline = time.monotonic() + 60
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.fail("the child hangs")
        time.sleep(0.02)
    assert os.read(reading, 10) == b"same"
    os.close(reading)


def found_in_memory(rows):
    """A table that no thread of pyarrow has to work at: its own pools do not live through a fork."""
    return pa.Table.from_pylist(rows)


def test_workers_that_are_forked_can_cluster(news):
    program = f"""
import multiprocessing, sys
sys.path.insert(0, {HERE!r})
import samestory, pyarrow as pa
from conftest import invented
rows = invented(60)
def work(at):
    return samestory.cluster(pa.Table.from_pylist(rows), threads=2).table.column("copy_id")
expected = work(0)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(all(found == expected for found in pool.map(work, range(6))))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=300)
    assert done.stdout.strip() == "True", done.stderr


def interrupted_after(program: str) -> "tuple[float, list[str]]":
    """How long after Ctrl-C a program that has said `ready` catches it, and what it says then."""
    call = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "ready":
                break
        time.sleep(0.15)
        child.send_signal(signal.SIGINT)
        sent = time.monotonic()
        said = child.stdout.read().splitlines()
        child.wait(timeout=60)
    # The clock is one for all processes; what comes after it was caught is another matter.
    caught = [float(line.split()[1]) for line in said if line.startswith("caught ")]
    assert len(caught) == 1, said
    return caught[0] - sent, said


CAUGHT = """
except KeyboardInterrupt:
    print("caught", time.monotonic())
    # The next call works as if nothing had been.
    print(len(samestory.cluster(pa.table({"text": ["A ferry sails at noon."] * 3}))))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of Unix")
@pytest.mark.parametrize("stage", ["fingerprinting", "learning terms"])
def test_control_c_ends_a_run_within_a_second(stage):
    program = f"""
import sys, time
sys.path.insert(0, {HERE!r})
import samestory, pyarrow as pa
from conftest import invented
table = pa.concat_tables([pa.Table.from_pylist(invented(2_500, seed)) for seed in range(3)])
said = []
def told(stage, done, total):
    if stage == {stage!r} and not said:
        said.append(1)
        print("ready")
try:
    samestory.cluster(table, threads=1, progress=told)
    print("ready")
    time.sleep(10)
{CAUGHT}
"""
    took, said = interrupted_after(program)
    assert said[-1] == "3", said
    # Within a second, and what a loaded machine takes to wake a thread.
    assert took < 2.0


def test_control_c_does_not_wait_for_a_reader_that_hangs():
    program = f"""
import threading, time
import samestory, pyarrow as pa
table = pa.table({{"text": ["A ferry sails at noon."]}})
def batches():
    yield table.to_batches()[0]
    print("ready")
    threading.Event().wait(30)
    yield table.to_batches()[0]
try:
    samestory.cluster(pa.RecordBatchReader.from_batches(table.schema, batches()))
{CAUGHT}
import os
os._exit(0)
"""
    took, said = interrupted_after(program)
    assert said[-1] == "3", said
    assert took < 2.0


def test_progress_is_told_in_order_by_the_thread_that_waits(news):
    told = []

    def progress(stage, done, total):
        assert threading.current_thread() is threading.main_thread()
        told.append((stage, done, total))

    samestory.cluster(pa.Table.from_pylist(invented(1_000)), progress=progress)
    assert told and all(0 <= done <= total or total == 0 for _, done, total in told)
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages[-1] in ("linking stories", "relating", "weighing terms", "learning terms")


def test_an_exception_of_progress_ends_the_run():
    class Enough(Exception):
        pass

    def progress(stage, done, total):
        # What is told is looked at every so often: no stage is sure to be seen.
        raise Enough

    with pytest.raises(Enough):
        samestory.cluster(pa.Table.from_pylist(invented(1_500)), threads=1, progress=progress)


def test_a_bar_is_shown_where_it_is_asked_for(news, capsys):
    pytest.importorskip("tqdm")
    samestory.cluster(pa.Table.from_pylist(news), progress=True)
    assert "B/s" in capsys.readouterr().err


def test_importing_costs_next_to_nothing():
    program = "import time; t = time.perf_counter(); import samestory; print(time.perf_counter() - t); import sys; print('numpy' in sys.modules or 'pyarrow' in sys.modules)"
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout.split() for _ in range(5)]
    assert all(run[1] == "False" for run in runs)
    # A build for tests is larger; the figure of a release is in the documentation.
    assert min(float(run[0]) for run in runs) < 0.5
