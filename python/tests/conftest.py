"""What the tests share: where things are, and corpora. All texts are invented here, or are the samples of the repository."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "data"


def pytest_report_header(config):
    have = []
    for name in ("pyarrow", "pandas", "polars", "duckdb", "datasets", "datatrove", "pyspark", "pysail", "mypy", "nbclient"):
        try:
            have.append(f"{name} {__import__('importlib.metadata').metadata.version(name)}")
        except Exception:
            have.append(f"{name} ABSENT: its tests are skipped")
    return have


@pytest.fixture(scope="session")
def binary(tmp_path_factory) -> str:
    """The command line that results are held against: the binary, else that of the package, which is the same code."""
    named = os.environ.get("SAMESTORY_BINARY")
    if named and Path(named).exists():
        return named
    script = tmp_path_factory.mktemp("bin") / "samestory"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m samestory "$@"\n')
    script.chmod(0o755)
    return str(script)


@pytest.fixture()
def by_binary(binary, tmp_path):
    """What the binary writes for a file that is called ``data``."""

    def run(content: "Path | bytes", *flags: str, output: str = "binary.csv") -> bytes:
        folder = tmp_path / "of-binary"
        folder.mkdir(exist_ok=True)
        target = folder / "data"
        target.unlink(missing_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        else:
            target.symlink_to(Path(content).resolve())
        call = [binary, "cluster", "data", "-q", "-o", output, *flags]
        done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return (folder / output).read_bytes()

    return run


SYLLABLES = "ba be bi bo da de di do fa fe ka ke ki ko la le li lo ma me mi mo na ne ni no pa ra re ri ro sa se si so ta te ti to va ve".split()


def words(chance: random.Random, lexicon: list[str], count: int) -> str:
    sentences, left = [], count
    while left > 0:
        length = min(left, chance.randint(7, 16))
        sentence = " ".join(chance.choice(lexicon) for _ in range(length))
        sentences.append(sentence.capitalize() + ".")
        left -= length
    return " ".join(sentences)


def invented(articles: int, seed: int = 1) -> list[dict]:
    """Pages of five sites with furniture, among them reprints, versions and other reports of the same events."""
    chance = random.Random(seed)
    lexicon = ["".join(chance.choice(SYLLABLES) for _ in range(chance.randint(1, 4))) for _ in range(4_000)]
    rows: list[dict] = []
    while len(rows) < articles:
        event = [words(chance, lexicon, chance.randint(20, 60)) for _ in range(chance.randint(3, 6))]
        title = " ".join(chance.choice(lexicon) for _ in range(6)).capitalize()
        day = chance.randint(1, 27)
        for number in range(chance.choice([1, 1, 1, 2, 3])):
            site = chance.randint(1, 5)
            paragraphs = list(event)
            if number and chance.random() < 0.5:
                paragraphs[-1] = words(chance, lexicon, 25)
            text = "\n".join([f"Menu of site {site} | Home | News", *paragraphs, f"Subscribe to the letter of site {site} today"])
            rows.append(
                {
                    "id": f"a{len(rows):05}",
                    "title": title if number == 0 else title + " again",
                    "text": text,
                    "source": f"site{site}.example",
                    "published": f"2024-03-{day:02}T{chance.randint(0, 23):02}:15:00Z",
                    "url": f"https://site{site}.example/{len(rows)}",
                }
            )
    return rows[:articles]


def lines(rows: list[dict]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


@pytest.fixture(scope="session")
def news() -> list[dict]:
    return invented(200)
