"""What can go wrong. Each exception is also the built-in one that it is a kind of."""

from __future__ import annotations

from typing import Optional

__all__ = [
    "ColumnError",
    "Error",
    "MemoryLimitError",
    "MissingPackageError",
    "ReadError",
    "SettingError",
    "UnknownIdError",
]


class Error(Exception):
    """Anything that goes wrong in samestory.

    ``path`` is the file it happened in (``"data"`` for a frame) and ``record`` the 1-based record in it, where they are known.
    """

    path: Optional[str] = None
    record: Optional[int] = None

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class SettingError(Error, ValueError):
    """A setting is out of its range, or there is none of that name."""


class ColumnError(Error, KeyError):
    """A column was named that the data does not have, or none looks like a text. The message lists those there are."""


class UnknownIdError(Error, KeyError):
    """No article has this id. The message names the nearest ones."""


class ReadError(Error, OSError):
    """Data could not be read, or a file not be written. ``path`` and ``record`` say where."""


class MemoryLimitError(Error, MemoryError):
    """The run does not fit into ``memory=``, though all that can lie on disk does."""


class MissingPackageError(Error, ImportError):
    """What was asked for needs a package that is not installed. The message names it."""
