"""An index: the articles of all runs, kept so that tomorrow's are held against them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Tuple, Union

from . import _settings
from ._errors import SettingError
from ._frames import Given, are_paths, is_path
from ._samestory import Kept
from ._settings import Settings, Told
from ._table import HandsOver, Table, table_html

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Unpack

    from ._settings import Moment, Progress, Window

    Name = Union[str, os.PathLike[str]]

# Those that say what is decided; the others say how a call reads and runs.
_DECIDING = (
    "keep_furniture",
    "copy_threshold",
    "excerpt_threshold",
    "recall",
    "shingle_tokens",
    "num_hashes",
    "seed",
    "within",
    "copy_window",
    "keep",
    "keep_by",
    "prefer",
    "copies_only",
    "story_threshold",
    "story_window",
    "story_terms",
)


class Compared(HandsOver):
    """A dump that was held against an index: a row an article, in input order.

    It hands over Arrow itself. The columns are those of ``clusters``, where ``matched_id`` and ``copy_id`` may be articles of the
    index, and three more: ``matched_in`` (the ingest that the matched article came with; null for one of the same dump),
    ``group_key`` (the first of its copies that the index ever took in) and ``story_status`` (``new``, ``grown``, ``same``,
    ``merged``, ``closed``).
    """

    def __init__(self, table: Table, summary: Dict[str, Any]) -> None:
        self._table = table
        self.summary = summary

    @property
    def table(self) -> Table:
        """A row an article of the dump, in input order."""
        return self._table

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        told = self.summary
        return (
            f"<samestory.Compared: {told['articles']} articles, {told['known']} of them in the index already;"
            f" {told['copies_of_index']} copies of articles of the index, {told['copies_of_each_other']} of each other>"
        )

    def _repr_html_(self) -> str:
        return table_html(self.table, ["article_id", "relation", "matched_id", "matched_in", "copy_id", "title", "source", "published"])


def _keeps_texts(kept: Kept, made: Any) -> bool:
    """Whether an index keeps texts."""
    return bool(json.loads(kept.stats(made))["texts"])


class Index:
    """An index in a folder: the one that ``samestory index`` keeps.

    Each call is of the last version there is when it begins, so any number of processes may read while one writes; who writes
    meanwhile gets an error. A call that is broken off leaves the index as it was. Open it by :meth:`open`.

    >>> import samestory, tempfile
    >>> with samestory.Index.open(tempfile.mkdtemp(), create=True) as index:
    ...     monday = index.ingest("samples/wire.jsonl", name="monday")
    ...     tuesday = index.seen(["samples/wire.jsonl", "samples/local.jsonl"])
    ...     len(index) == len(monday), tuesday.column("seen")[0], tuesday.column("seen")[-1]
    (True, 'exact', 'no')
    """

    def __init__(self, path: Name, **settings: Unpack[Settings]) -> None:
        self.path = os.fspath(path)
        self._settings: Dict[str, Any] = dict(settings)
        self._made = _settings.of(self._settings)
        self._kept: Optional[Kept] = Kept(self.path)

    @classmethod
    def open(cls, path: Name, create: bool = False, texts: Optional[bool] = None, **settings: Unpack[Settings]) -> Index:
        """Opens an index.

        Args:
            path: Its folder.
            create: Make it, without articles, where it is not there yet and the folder is none or empty.
            texts: ``False`` makes one that keeps no texts and no titles: how alike an article of it is to others is an estimate then,
                and it can not be settled. To name other than what it was made with is an error.
            settings: Those of :func:`samestory.cluster`. What decides is kept in the index when it is made: to name other ones
                later is an error, to name none is not. What says how to read and to run goes for all calls that do not say
                otherwise.

        Raises:
            ReadError: There is no index, it is damaged or of another version, or other settings made it.
        """
        index = cls(path, **settings)
        kept = index._open()
        if create and not os.path.exists(os.path.join(index.path, "MANIFEST")):
            Kept.create(index.path, index._made, texts is not False)
        if texts is not None and _keeps_texts(kept, index._made) != texts:
            raise SettingError(f"the index {index.path} was made {'without' if texts else 'with'} texts")
        if any(name in settings for name in _DECIDING):
            kept.check_settings(index._made)
        else:
            kept.stats(index._made)
        return index

    def _open(self) -> Kept:
        if self._kept is None:
            raise ValueError(f"the index {self.path} is closed")
        return self._kept

    def _with(self, given: Dict[str, Any]) -> Dict[str, Any]:
        for name in _DECIDING:
            if name in given:
                raise SettingError(f"{name} is decided when an index is made: name it to Index.open()")
        return {**self._settings, **given}

    def close(self) -> None:
        """Lets go of what was opened; the index takes no calls then."""
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def __enter__(self) -> Index:
        self._open()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def ingest(
        self,
        data: Any,
        *,
        name: Optional[str] = None,
        retain: Optional[Window] = None,
        **settings: Unpack[Settings],
    ) -> Compared:
        """Takes articles in, and says what they match.

        What the index has under the same id, as the same record, is not taken in again: to do so once more changes nothing.

        Args:
            data: As :func:`samestory.cluster` takes it.
            name: What the articles are said to have come with; the name of the first path by default, or ``"data"``.
            retain: Then forget what was published so long before the newest articles: ``"400d"``, or a ``timedelta``.
            settings: How to read and run, for this call.
        """
        how = (name or _name_of(data), _settings.window(retain))
        return self._hold(data, how, dict(settings))

    def compare(self, data: Any, **settings: Unpack[Settings]) -> Compared:
        """Holds articles against the index, and says what they match; the index stays as it is."""
        return self._hold(data, None, dict(settings))

    def _hold(self, data: Any, how: Optional[Tuple[str, Optional[str]]], settings: Dict[str, Any]) -> Compared:
        kept = self._open()
        given = self._with(settings)
        with Told(given.get("progress")) as told:
            made = _settings.of(given)
            table, summary = kept.hold(Given(data, made, told).source, made, how, told)
        return Compared(Table(table), json.loads(summary))

    def seen(self, data: Any, **settings: Unpack[Settings]) -> Table:
        """Says of each record whether the index has its text: a row each, in input order.

        The columns: ``input``, ``record``, ``id``; ``seen`` (``exact``, ``near``, ``excerpt``, ``related``, ``no``; ``rejected`` for what is no
        article, with a ``reason``); ``similarity`` to ``matched_id`` (from 0 to 1), the ``matched_in`` that it came with, and its
        ``copy_id``, ``group_key`` and ``story_id``.
        """
        kept = self._open()
        given = self._with(dict(settings))
        with Told(given.get("progress")) as told:
            made = _settings.of(given)
            return Table(kept.seen(Given(data, made, told).source, made, told))

    def seen_text(
        self,
        text: str,
        *,
        title: str = "",
        source: Optional[str] = None,
        published: Optional[Moment] = None,
        url: Optional[str] = None,
    ) -> Dict[str, Any]:
        """Says whether the index has one text, as :meth:`seen` does, in a few milliseconds."""
        page, known = (text, title, source), (_settings.moment(published), url)
        told: Dict[str, Any] = json.loads(self._open().look(self._made, page, known))
        return told

    def settle(self, *, progress: Progress = None) -> None:
        """Decides of all articles anew, from their kept texts: copies as one run over all finds them; stories grow or become one."""
        with Told(progress) as told:
            self._open().settle(self._made, False, told)

    def rebuild(self, *, progress: Progress = None) -> None:
        """As :meth:`settle`, with stories as one run over all finds them."""
        with Told(progress) as told:
            self._open().settle(self._made, True, told)

    def link(self, links: Name) -> None:
        """Keeps what a CSV says of stories, and respects it from now on: a line is ``a,b,same`` or ``a,b,different``, of two
        ``article_id``."""
        self._open().link(self._made, os.fspath(links))

    def merge(self, other: Union[Index, Name], *, progress: Progress = None) -> None:
        """Takes all articles of another index in, which stays as it is."""
        path = other.path if isinstance(other, Index) else os.fspath(other)
        with Told(progress) as told:
            self._open().merge(self._made, path, told)

    def forget(self, ids: Union[str, Iterable[str]] = (), *, older: Optional[Window] = None) -> int:
        """Removes articles for good, with their texts; gives how many.

        Args:
            ids: Their ``article_id``. Where one is unknown nothing is removed.
            older: Instead: what was published so long before the newest articles.

        Raises:
            UnknownIdError: No article has one of these ids.
        """
        named = [ids] if isinstance(ids, str) else [str(id) for id in ids]
        if bool(named) == (older is not None):
            raise SettingError("name ids, or say how old, and not both")
        return self._open().forget(self._made, (named, _settings.window(older)))

    def changes(self, after: str = "0") -> List[Dict[str, Any]]:
        """What was changed behind a cursor, in order; ``"0"`` is before all.

        Each change has the ``cursor`` behind it, to ask from the next time: none is told twice, and none is left out. ``change`` is
        ``created``, ``joined``, ``merged``, ``representative``, ``closed``, ``opened`` or ``gone``, ``of`` a ``group``, ``story`` or
        ``article``, by its ``key``; with ``article``, ``into`` and ``from`` where they say something.
        """
        return [json.loads(line) for line in self._open().changes(self._made, after)]

    def stats(self) -> Dict[str, Any]:
        """What the index holds: version, articles, groups, stories, its ingests in order, and bytes by part."""
        told: Dict[str, Any] = json.loads(self._open().stats(self._made))
        return told

    def check(self) -> Dict[str, Any]:
        """Holds every byte against its hash: ``files``, ``bytes``, and what is ``wrong``, a line each; nothing where all is well.

        ``unfinished`` are files that a writer left behind which was stopped; the next one removes them.
        """
        told: Dict[str, Any] = json.loads(self._open().check(self._made))
        return told

    @property
    def table(self) -> Table:
        """All articles, a row each, with the columns of :class:`Compared`."""
        return Table(self._open().table(self._made))

    def stories(self, since: Optional[Moment] = None) -> Table:
        """The stories of which an article was published at a moment or later, a row each; all where none is named.

        ``story_id`` is given once and never again for another. A story that became part of another has the status ``merged``, the
        ``replaced_by`` that it is part of, and no articles.
        """
        return Table(self._open().stories(self._made, _settings.moment(since)))

    def __len__(self) -> int:
        articles: int = self.stats()["articles"]
        return articles

    def __repr__(self) -> str:
        return f"<samestory.Index: {self.path}{' (closed)' if self._kept is None else ''}>"


def _name_of(data: Any) -> str:
    """What a dump is called, as the command line calls it."""
    if not are_paths(data):
        return "data"
    if is_path(data):
        return str(os.fspath(data))
    more = f" and {len(data) - 1} more" if len(data) > 1 else ""
    return f"{os.fspath(data[0])}{more}"
