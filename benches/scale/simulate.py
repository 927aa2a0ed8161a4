"""What the largest share of each stage holds at sizes that nobody runs to find out: ``python simulate.py RUNS.jsonl [SHARE_ARTICLES]``.

``cargo run --release --example shares -- SHARES INPUT...`` says for one run what each stage exchanges and what its largest share holds.
RUNS.jsonl has the lines of several such runs, of different sizes and numbers of shares.

Model. A stage exchanges ``b`` bytes an article, which hashing spreads evenly over the shares. Beyond that one share holds what cannot be
spread: the postings of its hottest key, or a component that hangs together. These grow as the dump does, so they are a share ``h`` of
all bytes. So the largest share of ``n`` articles in ``s`` shares holds ``b * n * ((1 - h) / s + h)``, and ``h`` follows from the run with
the most shares. Where keys meet (stage ``meet``), a key that some 80,000 texts have is hot, and its texts are spread by ranges of
65,536: so what one key adds to a share is bounded. Without that, "plain" is what the share would hold. A component is not spread.

The model is fitted to all runs but the largest, and held against that one.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Dict, List, NamedTuple

# A hot key has 80 of the texts that are sampled, of which one in 1,024 is; a row of a bucket takes 28 bytes.
HOT_BYTES = 80 * 1024 * 28
SALTED = {"meet"}
SIZES = (10**5, 10**6, 10**7, 10**8, 10**10)


class Line(NamedTuple):
    """A stage of a run."""

    articles: int
    shares: int
    stage: str
    bytes: int
    largest: int


class Fit(NamedTuple):
    """What is known of a stage: bytes an article, and the share of all bytes that no hashing spreads."""

    bytes: float
    hot: float

    def largest(self, articles: float, shares: float, salted: bool = False) -> float:
        """Bytes of the largest share."""
        whole = self.bytes * articles
        hot = self.hot * whole
        return (whole - hot) / shares + (min(hot, HOT_BYTES) if salted else hot)


def read(path: str) -> List[Line]:
    lines = []
    for text in Path(path).read_text(encoding="utf-8").splitlines():
        row = json.loads(text)
        if not row["equal"]:
            sys.exit(f"the run of {row['articles']} articles found something else than one task")
        lines.append(Line(row["articles"], row["shares"], row["stage"], row["bytes"], row["largest"]))
    return lines


def fit(lines: List[Line]) -> Fit:
    """Of the lines of one stage."""
    largest = max(lines, key=lambda line: (line.shares, line.articles))
    an_article = sum(line.bytes for line in lines) / sum(line.articles for line in lines)
    if largest.bytes == 0 or largest.shares < 2:
        return Fit(an_article, 0.0)
    even = 1 / largest.shares
    hot = (largest.largest / largest.bytes - even) / (1 - even)
    return Fit(an_article, max(0.0, hot))


def sized(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} PB"


def main() -> None:
    lines = read(sys.argv[1])
    per_share = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    most = max(line.articles for line in lines)
    held: Dict[str, List[Line]] = defaultdict(list)
    fitted: Dict[str, List[Line]] = defaultdict(list)
    for line in lines:
        # Of runs of one size only, that size is fitted and nothing is held.
        (held if line.articles == most else fitted)[line.stage].append(line)
    for stage, of_stage in (fitted or held).items():
        # What stages do with all runs together is no share.
        if all(line.largest in (0, line.bytes) for line in of_stage if line.shares > 1):
            continue
        model = fit(of_stage)
        print(f"\n{stage}: {model.bytes:.0f} B an article, {model.hot:.2%} of all bytes in one key or component")
        for line in held[stage] if fitted else []:
            told = model.largest(line.articles, line.shares)
            print(
                f"  {line.articles:>14,} articles, {line.shares:>7,} shares: predicted {sized(told)}, "
                f"measured {sized(line.largest)} ({told / max(1, line.largest) - 1:+.0%})"
            )
        for size in SIZES:
            shares = max(8, size // per_share)
            plain = f"  {size:>14,} articles, {shares:>7,} shares: {sized(model.largest(size, shares))}"
            salted = f", salted {sized(model.largest(size, shares, True))}" if stage in SALTED else ""
            print(plain + salted)


if __name__ == "__main__":
    main()
