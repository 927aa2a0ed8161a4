"""Finds which scraped news articles are one text, and which tell one story.

>>> import samestory
>>> clusters = samestory.cluster("samples")
>>> len(clusters), clusters.table.column("article_id")[0]
(85, 'br-1445-2201')

Data is a path, a list of paths, or anything that hands over Arrow: tables and readers of pyarrow, frames of pandas and Polars,
relations of DuckDB, datasets of Hugging Face. What is found is what the command line finds, byte for byte.
"""

from __future__ import annotations

from . import _api
from ._api import cluster, dedup, evaluate, explain, fingerprint, keep_mask
from ._clusters import Clusters
from ._errors import (
    ColumnError,
    Error,
    MemoryLimitError,
    MissingPackageError,
    ReadError,
    SettingError,
    UnknownIdError,
)
from ._explanation import Explanation, Scores
from ._furniture import Furniture
from ._index import Compared, Index
from ._kernel import Similarity, shingles, signature, similarity
from ._samestory import __version__
from ._settings import Settings
from ._table import Table

__all__ = [
    "Clusters",
    "ColumnError",
    "Compared",
    "Error",
    "Explanation",
    "Furniture",
    "Index",
    "MemoryLimitError",
    "MissingPackageError",
    "ReadError",
    "Scores",
    "SettingError",
    "Settings",
    "Similarity",
    "Table",
    "UnknownIdError",
    "__version__",
    "cluster",
    "dedup",
    "evaluate",
    "explain",
    "fingerprint",
    "keep_mask",
    "shingles",
    "signature",
    "similarity",
]

del _api
