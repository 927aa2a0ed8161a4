"""Uses the package as a typed program does: `mypy --strict` has to be content with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Dict, List

import samestory


def representatives(dump: Path) -> Dict[str, List[str]]:
    """The ids of each copy group, by the one that stands for it."""
    clusters: samestory.Clusters = samestory.cluster(
        dump,
        copy_threshold=0.3,
        story_window=timedelta(days=3),
        prefer=["harbour-courier.example"],
        memory="1G",
        progress=lambda stage, done, total: None,
    )
    groups: Dict[str, List[str]] = {}
    for row in clusters.table.rows():
        groups.setdefault(str(row["copy_id"]), []).append(str(row["article_id"]))
    return groups


def main() -> None:
    """Runs it all."""
    dump = Path("samples")
    groups = representatives(dump)
    likeness: float = samestory.similarity("one two", "one two three").jaccard
    furniture: samestory.Furniture = samestory.Furniture.learn(dump, threads=1)
    prints: samestory.Table = samestory.fingerprint(dump, furniture)
    told: samestory.Explanation = samestory.explain("hc-20240312-004", "mg-88120", data=dump)
    try:
        samestory.cluster(dump, copy_threshold=2.0)
    except samestory.SettingError as error:
        print(error, error.record)
    print(len(groups), likeness, len(prints), told.sentences[0])


if __name__ == "__main__":
    main()
