"""Settings as Python has them, made into what Rust takes."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Optional, TypedDict, Union

from ._errors import MissingPackageError, SettingError

if TYPE_CHECKING:
    Window = Union[str, timedelta]
    Moment = Union[str, date]
    Names = Union[str, Iterable[str]]
    Path = Union[str, os.PathLike[str]]
    Progress = Union[bool, Callable[[str, int, int], Any], None]


class Settings(TypedDict, total=False):
    """The settings of a run, by the names of the command line's flags; ``None`` is its default.

    The first seven name columns, where they have no common name. See :func:`samestory.cluster` for the others.
    """

    id: Optional[str]
    title: Optional[str]
    text: Optional[str]
    source: Optional[str]
    published: Optional[str]
    url: Optional[str]
    lang: Optional[str]
    columns: Optional[Names]
    encoding: Optional[str]
    lines: bool
    table: Optional[str]
    html: Optional[str]
    max_record: Union[int, str, None]
    max_ratio: Optional[int]
    strict: bool
    lenient: bool
    min_words: Optional[int]
    max_words: Optional[int]
    language: Names
    since: Optional[Moment]
    until: Optional[Moment]
    limit: Optional[int]
    sample: Union[float, str, None]
    keep_furniture: bool
    copy_threshold: Optional[float]
    excerpt_threshold: Optional[float]
    recall: Optional[float]
    shingle_tokens: Optional[int]
    num_hashes: Optional[int]
    seed: Optional[int]
    within: Optional[str]
    copy_window: Optional[Window]
    keep: Optional[str]
    keep_by: Names
    prefer: Iterable[str]
    copies_only: bool
    story_threshold: Optional[float]
    story_window: Optional[Window]
    story_terms: Optional[int]
    memory: Union[int, str, None]
    threads: Optional[int]
    temp_dir: Optional[Path]
    progress: Progress


_FLAGS = ("lines", "strict", "lenient", "keep_furniture", "copies_only")
_LISTS = ("language", "keep_by", "prefer")
_COUNTS = (
    "max_ratio",
    "min_words",
    "max_words",
    "limit",
    "shingle_tokens",
    "num_hashes",
    "seed",
    "story_terms",
    "threads",
)
_DEFAULTS: Dict[str, Any] = {
    **dict.fromkeys(Settings.__annotations__),
    **dict.fromkeys(_FLAGS, False),
    **dict.fromkeys(_LISTS, ()),
}


def of(given: Dict[str, Any]) -> Dict[str, Any]:
    """All settings, with the defaults of those that were not given."""
    for name in given:
        if name not in _DEFAULTS:
            raise TypeError(f"there is no setting {name!r}; there are {', '.join(_DEFAULTS)}")
    settings = {**_DEFAULTS, **given}
    del settings["progress"]
    for name in _COUNTS:
        value = settings[name]
        if value is not None and value < 0:
            raise SettingError(f"{name} is {value}: it must not be negative")
    for name in ("copy_window", "story_window"):
        settings[name] = window(settings[name])
    for name in ("since", "until"):
        settings[name] = moment(settings[name])
    for name in ("memory", "max_record", "sample"):
        settings[name] = text_of(settings[name])
    within = settings["within"]
    settings["within"] = within if within is None else within.replace("_", "-")
    prefer = settings["prefer"]
    settings["prefer"] = [prefer] if isinstance(prefer, str) else list(prefer)
    for name in ("language", "keep_by"):
        settings[name] = names(settings[name])
    columns = settings["columns"]
    settings["columns"] = None if columns is None else names(columns)
    for name in _FLAGS:
        settings[name] = bool(settings[name])
    return settings


def names(given: Names) -> List[str]:
    """Names as a list, or as the command line takes them: with commas between."""
    return given.split(",") if isinstance(given, str) else list(given)


def text_of(value: Any) -> Optional[str]:
    """A number as the command line would be given it."""
    if isinstance(value, float):
        # As decimals, not as 1e-05.
        return f"{value:.9f}".rstrip("0").rstrip(".") if value == value else str(value)
    return None if value is None else str(value)


def moment(given: Any) -> Optional[str]:
    """A day or a moment as a record may have it."""
    if isinstance(given, date):
        return given.isoformat()
    if given is None or isinstance(given, str):
        return given
    raise TypeError(f"a moment is a text such as '2021-03-01', a date or a datetime, not {type(given).__name__}")


def window(given: Any) -> Optional[str]:
    """A time as the command line takes it."""
    if isinstance(given, timedelta):
        return f"{int(given.total_seconds())}s"
    if given is None or isinstance(given, str):
        return given
    raise TypeError(f"a time is a text such as '14d', or a timedelta, not {type(given).__name__}")


class Told:
    """Whoever is told of the progress of a call; it is called by the thread that waits for it."""

    def __init__(self, progress: Progress) -> None:
        self.call: Optional[Callable[[str, int, int], Any]] = None
        self._bar: Any = None
        if progress is True:
            try:
                from tqdm.auto import tqdm
            except ImportError as error:
                raise MissingPackageError("progress=True needs tqdm: pip install tqdm") from error
            self._bar = tqdm(unit="B", unit_scale=True, leave=False)
            self.call = self._show
        elif callable(progress):
            self.call = progress
        elif progress:
            raise TypeError("progress is True, or is called with a stage, bytes done and bytes in all")

    def _show(self, stage: str, done: int, total: int) -> None:
        bar = self._bar
        bar.set_description(stage, refresh=False)
        bar.total, bar.n = total or None, done
        bar.refresh()

    def __enter__(self) -> Optional[Callable[[str, int, int], Any]]:
        return self.call

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.close()
