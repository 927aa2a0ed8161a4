"""A step of a datatrove pipeline that leaves out copies, or says of each document what it copies.

>>> from datatrove.data import Document
>>> from samestory.adapters.datatrove import Deduplicate
>>> text = "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night."
>>> documents = [Document(text, "a"), Document(text.upper(), "b"), Document("A fox crossed the snow.", "c")]
>>> [document.id for document in Deduplicate().run(iter(documents))]
['a', 'c']
"""

from __future__ import annotations

import contextlib
import json
import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, Iterable, Iterator, List, Optional, Union

from .. import _settings
from .._api import _AS_IT_IS, _wanted
from .._errors import MissingPackageError, SettingError
from .._samestory import MARKS, Run, Source
from .._settings import Settings

try:
    from datatrove.pipeline.base import PipelineStep
except ImportError as error:
    raise MissingPackageError("samestory.adapters.datatrove needs datatrove: pip install datatrove") from error

if TYPE_CHECKING:
    from datatrove.data import Document, DocumentsPipeline

    from .._samestory import ArrowTable
    from typing_extensions import Unpack


class Deduplicate(PipelineStep):  # type: ignore[misc]
    """Reads all documents, finds the copies among them, and hands on those that stand for them, in their order.

    What its metadata say of a document is found by the common names (``title``, ``source``, ``url``, ``date``, ``language``), or by
    those that the settings name. Documents are kept in temporary files meanwhile, not in memory. A step sees the documents of its
    own task alone, so the pipeline has to run it in one (``tasks=1``): it refuses to run in several.

    Args:
        one_per, drop, max_per_form, max_removed, strip_repeats: As :func:`samestory.dedup` has them.
        mark: Hand on all documents, with ``article_id``, ``copy_id``, ``relation`` and so on in their metadata.
        clean: Leave the furniture out of the texts.
        exclusion_writer: A writer of datatrove's for the documents that are left out.
        settings: Those of :func:`samestory.cluster`.
    """

    name = "📰 samestory"
    type = "🫂 - DEDUP"
    _requires_dependencies: List[str] = []

    def __init__(
        self,
        *,
        one_per: str = "copy",
        drop: Iterable[str] = (),
        max_per_form: Optional[int] = None,
        max_removed: Union[float, str, None] = None,
        mark: bool = False,
        clean: bool = False,
        strip_repeats: bool = False,
        exclusion_writer: Any = None,
        **settings: Unpack[Settings],
    ) -> None:
        super().__init__()
        given: Dict[str, Any] = dict(settings)
        if one_per == "copy" and not mark:
            given["copies_only"] = True
        self.settings = _settings.of(given)
        self.wanted = _wanted(one_per, drop, max_per_form, max_removed)
        self.mark = mark
        self.clean = clean
        self.strip_repeats = strip_repeats
        self.exclusion_writer = exclusion_writer

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Reads all documents before it hands on the first."""
        if world_size > 1:
            raise SettingError(f"copies are found among the documents of one task, and this is one of {world_size}: run it with tasks=1")
        if not data:
            return
        with tempfile.TemporaryDirectory(dir=self.settings["temp_dir"]) as folder:
            with self.track_time("all"):
                count = _keep(data, Path(folder))
                if not count:
                    return
                folders = {"state": None, "work": None, "links": None}
                run = Run(Source.paths([Path(folder, "documents.jsonl")]), self.settings, folders, None)
                how = {**_AS_IT_IS, "clean": self.clean, "strip_repeats": self.strip_repeats, "mark": self.mark}
                mask, cleaned = run.choose(self.wanted, how, count)
                marks = self._marks(run)
                texts = _texts(cleaned)
            yield from self._kept(Path(folder), mask, marks, texts)

    def _kept(self, folder: Path, mask: bytes, marks: Dict[int, Any], texts: Dict[int, str]) -> Iterator[Document]:
        with contextlib.ExitStack() as stack:
            excluded = self.exclusion_writer and stack.enter_context(self.exclusion_writer)
            file = stack.enter_context(open(folder / "documents.pickle", "rb"))
            for number, document in enumerate(_documents(file)):
                self.stat_update("total")
                if self.mark:
                    document.metadata.update(marks.get(number, {}))
                elif not mask[number]:
                    self.stat_update("dropped")
                    if excluded:
                        excluded.write(document, 0)
                    continue
                document.text = texts.get(number, document.text)
                self.stat_update("forwarded")
                self.update_doc_stats(document)
                yield document

    def _marks(self, run: Run) -> Dict[int, Any]:
        if not self.mark:
            return {}
        table = run.clusters([])
        columns = [table.values(name) for name in MARKS]
        records: List[Any] = table.values("record")
        return {record - 1: dict(zip(MARKS, row)) for record, row in zip(records, zip(*columns))}


def _texts(cleaned: Optional[ArrowTable]) -> Dict[int, str]:
    if cleaned is None:
        return {}
    records: List[Any] = cleaned.values("record")
    texts: List[Any] = cleaned.values("text")
    return {record - 1: text for record, text in zip(records, texts)}


def _keep(data: Iterable[Document], folder: Path) -> int:
    """Keeps documents in two files: what samestory reads of each, and all of it."""
    count = 0
    with open(folder / "documents.jsonl", "w", encoding="utf-8") as lines:
        with open(folder / "documents.pickle", "wb") as whole:
            for document in data:
                record = {**document.metadata, "id": document.id, "text": document.text}
                lines.write(json.dumps(record, default=str) + "\n")
                pickle.dump(document, whole, pickle.HIGHEST_PROTOCOL)
                count += 1
    return count


def _documents(file: BinaryIO) -> Iterator[Any]:
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(file)
