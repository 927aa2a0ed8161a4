"""What a run found."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Dict, Optional, Union

from ._samestory import Run
from ._settings import moment, names
from ._table import HandsOver, Table, table_html

if TYPE_CHECKING:
    import pandas
    import polars

    from ._settings import Moment, Names

    Path = Union[str, os.PathLike[str]]


class Clusters(HandsOver):
    """The copy groups and stories of a run: a row an article, in input order, as the command line writes them.

    It hands over Arrow itself (``__arrow_c_stream__``): ``polars.DataFrame(clusters)``, ``duckdb.sql("from clusters")``. The columns
    are those of ``clusters.csv``: texts are strings, ``similarity`` is a double from 0 to 1, counts are unsigned integers,
    ``published`` is a time in milliseconds in UTC; what is empty there is null here.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._table: Optional[Table] = None
        self._pairs: Optional[Table] = None
        self._stories: Optional[Table] = None

    def __len__(self) -> int:
        return len(self._run)

    @property
    def table(self) -> Table:
        """A row an article, in input order; what was rejected has none (see :attr:`summary`)."""
        if self._table is None:
            self._table = Table(self._run.clusters([]))
        return self._table

    def select(self, columns: Names) -> Table:
        """:attr:`table` with these columns alone, in this order; ``"url"`` is one more that may be named."""
        return Table(self._run.clusters(names(columns)))

    @property
    def pairs(self) -> Table:
        """A row for each pair of similar articles: ``id_a``, ``id_b``, ``relation``, ``jaccard``, ``containment``, ``hours_apart``."""
        if self._pairs is None:
            self._pairs = Table(self._run.pairs())
        return self._pairs

    @property
    def stories(self) -> Table:
        """A row a story, with its lead, its sources and the ids of its articles, the lead's first."""
        if self._stories is None:
            self._stories = Table(self._run.stories())
        return self._stories

    @property
    def summary(self) -> Dict[str, Any]:
        """What the command line tells of a run: articles, rejects by reason and the first of them, groups, stories, fields read."""
        summary: Dict[str, Any] = json.loads(self._run.summary())
        return summary

    def to_pandas(self) -> pandas.DataFrame:
        """:attr:`table` as a ``pandas.DataFrame``; this needs pyarrow."""
        return self.table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """:attr:`table` as a ``polars.DataFrame``."""
        return self.table.to_polars()

    @property
    def report(self) -> Dict[str, Any]:
        """What the run was, as ``--report-json`` writes it: settings, inputs with their hashes, counts, by source, time and memory.

        The inputs are read once more for it.
        """
        report: Dict[str, Any] = json.loads(self._run.report())
        return report

    def write(
        self,
        path: Path,
        *,
        by: Optional[str] = None,
        columns: Names = (),
        min_articles: Optional[int] = None,
        new_since: Optional[Moment] = None,
        sort: str = "lead",
        csv_safe: bool = False,
    ) -> None:
        """Writes what ``samestory cluster -o`` writes, byte for byte. The file appears whole or not at all.

        Args:
            path: It ends in ``.csv`` or ``.jsonl``, alone or with ``.gz`` or ``.zst`` behind it, or in ``.parquet``; for stories in
                ``.jsonl`` or ``.atom``, for versions in ``.jsonl``.
            by: Of what there is a row: ``"article"``, ``"story"`` (by default where the ending is ``.atom``), or ``"version"`` (of
                every article that was published under one address again and again, with what changed).
            columns: Of articles, these columns alone, in this order; ``"url"`` is one more that may be named.
            min_articles: Of stories, only those of at least so many articles: 2 in a feed by default, else 1.
            new_since: Of stories, only those of which an article was published at this time or later.
            sort: The order of stories: ``"lead"`` (that of their leads; in a feed the newest first), or ``"size"``.
            csv_safe: Put an apostrophe before cells of CSV that a spreadsheet would run as formulas.

        Raises:
            SettingError: The ending, or a column, is none of those known.
            ReadError: The file cannot be written.
        """
        form = {
            "by": by,
            "columns": names(columns),
            "min_articles": min_articles,
            "new_since": moment(new_since),
            "sort": sort,
            "csv_safe": csv_safe,
        }
        self._run.write(os.fspath(path), form)

    def write_pairs(self, path: Path, *, csv_safe: bool = False) -> None:
        """Writes what ``samestory cluster --pairs`` writes."""
        self._run.write_pairs(os.fspath(path), csv_safe)

    def write_rejects(self, path: Path) -> None:
        """Writes the records that are no articles, as they were read, and names the files that were not: what ``--rejects`` writes."""
        self._run.write_rejects(os.fspath(path))

    def write_furniture(self, path: Path, *, csv_safe: bool = False) -> None:
        """Lists the lines that cleaning drops, by source and with counts, as CSV: what ``--furniture-out`` writes."""
        self._run.write_furniture(os.fspath(path), csv_safe)

    def __repr__(self) -> str:
        told = self.summary
        return (
            f"<samestory.Clusters: {told['articles']} articles in {told['copy_groups']} copy groups and {told['stories']} stories;"
            f" {told['copies']} copies, {told['rejected']} rejected>"
        )

    def _repr_html_(self) -> str:
        told = self.summary
        facts = [
            ("articles", told["articles"]),
            ("rejected", told["rejected"]),
            ("copy groups", told["copy_groups"]),
            ("copies", told["copies"]),
            ("stories", told["stories"]),
        ]
        line = " · ".join(f"{name} <b>{number:,}</b>" for name, number in facts)
        names = ["article_id", "copy_id", "story_id", "relation", "similarity", "title", "source", "published"]
        return f"<p>{line}</p>{table_html(self.table, names)}"
