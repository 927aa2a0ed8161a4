"""More data than memory: a reader is spooled, not collected."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(__file__)

PROGRAM = f"""
import os, random, resource, sys
sys.path.insert(0, {HERE!r})
import samestory, pyarrow as pa
from conftest import invented

base = pa.Table.from_pylist(invented(100))
schema = base.schema
warm = len(samestory.cluster(base, copies_only=True))
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
chance, given = random.Random(5), 0
def batches():
    global given
    for number in range(MEGABYTES):
        # A megabyte of pages of which no two are alike.
        texts = [" ".join(f"w{{chance.getrandbits(34):x}}" for _ in range(1_000)) for _ in range(100)]
        ids = [f"n{{number}}-{{at}}" for at in range(100)]
        columns = [ids, ids, texts, ["big.example"] * 100, [None] * 100, [None] * 100]
        batch = pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, schema)], schema=schema)
        given += batch.nbytes
        yield batch
found = samestory.cluster(pa.RecordBatchReader.from_batches(schema, batches()), copies_only=True, memory="MEMORY", threads=2)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(found), given >> 20, (peak - start) >> 10)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is told otherwise elsewhere")
def test_data_larger_than_the_memory_it_may_take(tmp_path):
    megabytes, memory = (72, 48)
    program = PROGRAM.replace("MEGABYTES", str(megabytes)).replace("MEMORY", f"{memory}M")
    call = [sys.executable, "-c", program]
    done = subprocess.run(call, capture_output=True, text=True, timeout=600, env={**os.environ, "TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    found, given, taken = map(int, done.stdout.split())
    assert found == megabytes * 100
    assert given > memory
    # A row group being written, and buffers of Arrow, come on top of what the run may take.
    assert taken < memory + 64
    assert not list(tmp_path.iterdir())
