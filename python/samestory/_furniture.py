"""What sites repeat around their articles: learned by itself, kept, and taken out of texts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Optional, Union

from . import _settings
from ._errors import ReadError
from ._frames import Given, records_of
from ._samestory import Learned
from ._settings import Settings, Told
from ._table import Table

if TYPE_CHECKING:
    from typing_extensions import Unpack

    Name = Union[str, os.PathLike[str]]


class Furniture:
    """The lines that a dump's pages repeat around their articles: menus, rankings, prompts, copyright.

    >>> from samestory import Furniture
    >>> furniture = Furniture.learn("samples")
    >>> furniture.clean_text("Skip to content\\nThe ferry will sail again on Monday.", source="millbrook-gazette.example")
    'The ferry will sail again on Monday.'
    """

    def __init__(self, learned: Optional[Learned] = None) -> None:
        self._learned = Learned.nothing() if learned is None else learned

    @classmethod
    def learn(cls, data: Any, **settings: Unpack[Settings]) -> Furniture:
        """Learns from every page of ``data``, which is as :func:`samestory.cluster` takes it; so are the settings."""
        given: Dict[str, Any] = dict(settings)
        with Told(given.get("progress")) as told:
            made = _settings.of(given)
            return cls(Learned.learn(Given(data, made, told).source, made, told))

    def clean(self, data: Any, **settings: Unpack[Settings]) -> Any:
        """The same kind of frame with its text cleaned: all rows and columns, in their order.

        Paths give a :class:`Table` of ``input`` (a number), ``record`` and ``text``, of the texts that cleaning changes.
        """
        given: Dict[str, Any] = dict(settings)
        with Told(given.get("progress")) as told:
            made = _settings.of(given)
            frame = Given(data, made, told)
            if not frame.is_paths and frame.rows == 0:
                return frame.kept(b"")
            table, field = self._learned.cleaned(frame.source, made, told)
        cleaned = Table(table)
        if frame.is_paths:
            return cleaned
        mask = b"\x01" * frame.rows
        if not len(cleaned) or field is None:
            return frame.kept(mask)
        names = frame.names()
        return frame.kept(mask, {field: records_of(cleaned, mask, field, names)})

    def clean_text(self, text: str, *, title: str = "", source: Optional[str] = None) -> str:
        """One text without its furniture. What only its source repeats goes where ``source`` is named."""
        return self._learned.cleaned_text(text, title, source)

    def merge(self, other: Furniture) -> Furniture:
        """What this or the other knows: of a line that both know the stronger evidence, and the pages of both.

        That is less than what is learned of both dumps at once: a line that is too rare in each of them is not known.
        """
        return Furniture(self._learned.merged(other._learned))

    def save(self, path: Name) -> None:
        """Writes it to a file, whole or not at all; the same furniture is the same bytes."""
        target = os.fspath(path)
        beside = f"{target}.{os.getpid()}.tmp"
        try:
            with open(beside, "wb") as file:
                file.write(self._learned.to_bytes())
            os.replace(beside, target)
        except OSError as error:
            if os.path.exists(beside):
                os.unlink(beside)
            raise ReadError(f"{target}: {error.strerror}") from error

    @classmethod
    def load(cls, path: Name) -> Furniture:
        """Reads what :meth:`save` wrote. Raises :class:`ReadError` where the file is none of those, or not whole."""
        try:
            with open(path, "rb") as file:
                return cls(Learned.from_bytes(file.read()))
        except ReadError as error:
            raise ReadError(f"{os.fspath(path)}: {error}") from None
        except OSError as error:
            raise ReadError(f"{os.fspath(path)}: {error.strerror}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Furniture) and self._learned.to_bytes() == other._learned.to_bytes()

    def __reduce__(self) -> Any:
        return _of_bytes, (self._learned.to_bytes(),)


def _of_bytes(data: bytes) -> Furniture:
    return Furniture(Learned.from_bytes(data))
