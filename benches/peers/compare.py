"""Runs each tool on the corpus in a process of its own, and prints what it took and what it found as a Markdown table.

A tool reads `corpus.jsonl` and writes `id,cluster`. Its time is that of the whole process, by the clock and by what its
threads and children used of the processors; its memory is the largest sum of the resident memory of the process and its
children, looked at twenty times a second. What it found is held against the planted copies, pair by pair.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Optional

from score import read_groups, pair_scores

HERE = Path(__file__).parent
LIMIT = 1800
PAGE = os.sysconf("SC_PAGE_SIZE")

# Name in the table, package, script, arguments.
PEERS = [
    ("datasketch, 0.7", "datasketch", "with_datasketch.py", ["0.7"]),
    ("datasketch, 0.5", "datasketch", "with_datasketch.py", ["0.5"]),
    ("rensa, all shingles, 0.7", "rensa", "with_rensa.py", ["0.7"]),
    ("rensa, all shingles, 0.5", "rensa", "with_rensa.py", ["0.5"]),
    ("rensa, its `rho` path, 0.7", "rensa", "with_rensa.py", ["0.7", "rho"]),
    ("gaoya, 0.7", "gaoya", "with_gaoya.py", ["0.7"]),
    ("gaoya, 0.5", "gaoya", "with_gaoya.py", ["0.5"]),
    ("Daft, MinHash column only", "daft", "with_daft.py", ["column"]),
    ("Daft, with groups, 0.7", "daft", "with_daft.py", ["groups"]),
    ("text-dedup, 0.7", "text-dedup", "with_text_dedup.py", ["0.7"]),
]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--work", type=Path, required=True, help="folder with corpus.jsonl and copies.csv")
    arguments.add_argument("--samestory", type=Path, required=True, help="the binary")
    arguments = arguments.parse_args()
    work = arguments.work.resolve()
    truth = read_groups(work / "copies.csv", "id", "cluster")
    corpus = work / "corpus.jsonl"
    print(f"{len(truth):,} articles, {corpus.stat().st_size / 1e6:.0f} MB of JSON lines\n")
    print("| tool | version | time | processor time | memory | pair precision | recall | F1 |")
    print("|---|---|---|---|---|---|---|---|")
    for row in tools(arguments.samestory.resolve(), work):
        print(line(*row, work, truth), flush=True)


def tools(samestory, work):
    """Each tool's name, version, command and the columns of its groups."""
    corpus, groups = work / "corpus.jsonl", work / "groups.csv"
    says = subprocess.run([samestory, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    ours = ("article_id", "copy_id")
    command = [samestory, "cluster", "--copies-only", "--quiet", corpus, "-o", groups]
    as_peers = [*command, "--keep-furniture", "--copy-threshold", "0.7"]
    yield "samestory", says, command, ours
    yield "samestory, one thread", says, [*command, "--threads", "1"], ours
    yield "samestory, whole pages as the others, 0.7", says, as_peers, ours
    for name, package, script, extra in PEERS:
        try:
            of = version(package)
        except PackageNotFoundError:
            of = None
        yield name, of, [sys.executable, HERE / script, corpus, groups, *extra], ("id", "cluster")


def line(name, of, command, columns, work, truth):
    """A row of the table."""
    if of is None:
        package = command[1].stem.removeprefix("with_").replace("_", "-")
        return f"| {name} | | not installed: {reason(work / f'{package}.log')} | | | | | |"
    groups = work / "groups.csv"
    groups.unlink(missing_ok=True)
    run = measure(command, work)
    took = f"{run.seconds:.1f} s | {run.processor:.1f} s | {run.memory / 2**20:,.0f} MiB"
    if run.status is None:
        return f"| {name} | {of} | {took} | ended after {LIMIT} s | | |"
    if run.status != 0:
        return f"| {name} | {of} | {took} | failed: {reason(run.log)} | | |"
    if not groups.exists():
        return f"| {name} | {of} | {took} | makes no groups | | |"
    precision, recall, f1 = pair_scores(read_groups(groups, *columns), truth)
    return f"| {name} | {of} | {took} | {precision:.4f} | {recall:.4f} | {f1:.4f} |"


@dataclass
class Run:
    """Times in seconds, memory in bytes; the status is none if it was ended."""

    seconds: float
    processor: float
    memory: int
    status: Optional[int]
    log: Path


def measure(command, work):
    """Runs a command, and ends it when it takes too long."""
    log = work / "tool.log"
    start = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out, cwd=work)
    memory, done, late = 0, 0, False
    while not done:
        memory = max(memory, resident(process.pid))
        if not late and time.monotonic() - start > LIMIT:
            process.kill()
            late = True
        time.sleep(0.05)
        done, status, used = os.wait4(process.pid, os.WNOHANG)
    status = None if late else os.waitstatus_to_exitcode(status)
    process.returncode = status
    return Run(time.monotonic() - start, used.ru_utime + used.ru_stime, memory, status, log)


def resident(root):
    """Resident memory of a process and all that came from it, in bytes."""
    parents, sizes = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                sizes[int(entry.name)] = int((entry / "statm").read_text().split()[1]) * PAGE
            except (OSError, IndexError):
                continue
    family, grew = {root}, True
    while grew:
        children = {child for child, parent in parents.items() if parent in family}
        grew = not children <= family
        family |= children
    return sum(sizes.get(process, 0) for process in family)


def reason(log):
    """The last line of a log that says something."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].replace("|", "/")[:160] if lines else "no word"


if __name__ == "__main__":
    main()
