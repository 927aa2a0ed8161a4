"""The calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Iterable, Optional, Union

from . import _samestory, _settings
from ._clusters import Clusters
from ._errors import SettingError
from ._explanation import Explanation, Scores
from ._frames import Column, Given, are_paths, is_path, records_of
from ._furniture import Furniture
from ._samestory import MARKS, Learned, Run, Source
from ._settings import Settings, Told
from ._table import Table, needs

if TYPE_CHECKING:
    import numpy
    from typing_extensions import Unpack

    from ._settings import Moment, Names, Progress, Window

    Name = Union[str, os.PathLike[str]]

def cluster(
    data: Any,
    *,
    id: Optional[str] = None,
    title: Optional[str] = None,
    text: Optional[str] = None,
    source: Optional[str] = None,
    published: Optional[str] = None,
    url: Optional[str] = None,
    lang: Optional[str] = None,
    columns: Optional[Names] = None,
    encoding: Optional[str] = None,
    lines: bool = False,
    table: Optional[str] = None,
    html: Optional[str] = None,
    max_record: Union[int, str, None] = None,
    max_ratio: Optional[int] = None,
    strict: bool = False,
    lenient: bool = False,
    min_words: Optional[int] = None,
    max_words: Optional[int] = None,
    language: Names = (),
    since: Optional[Moment] = None,
    until: Optional[Moment] = None,
    limit: Optional[int] = None,
    sample: Union[float, str, None] = None,
    copy_threshold: Optional[float] = None,
    excerpt_threshold: Optional[float] = None,
    story_threshold: Optional[float] = None,
    story_window: Optional[Window] = None,
    story_terms: Optional[int] = None,
    copies_only: bool = False,
    within: Optional[str] = None,
    copy_window: Optional[Window] = None,
    keep: Optional[str] = None,
    keep_by: Names = (),
    prefer: Iterable[str] = (),
    keep_furniture: bool = False,
    recall: Optional[float] = None,
    shingle_tokens: Optional[int] = None,
    num_hashes: Optional[int] = None,
    seed: Optional[int] = None,
    memory: Union[int, str, None] = None,
    threads: Optional[int] = None,
    temp_dir: Optional[Name] = None,
    progress: Progress = None,
    state: Optional[Name] = None,
    work: Optional[Name] = None,
    links: Optional[Name] = None,
) -> Clusters:
    """Groups the articles that are one text, and those that tell one story.

    What is found is what ``samestory cluster`` finds; ``None`` is its default. Other threads of Python go on meanwhile, and Ctrl-C
    ends it within a second.

    Args:
        data: A path, a list of paths (files, folders, globs: JSONL, CSV, TSV, Parquet, WARC, HTML, plain text, compressed or not), or
            anything that hands over Arrow (``__arrow_c_stream__``), also a reader of more than fits into memory: it is read once,
            and kept in a temporary file while it is needed. In ``clusters`` its name is ``data``.
        id, title, text, source, published, url, lang: The columns, where they have no common name; dots lead into structs.
        columns: The columns of CSV without a header row, in their order; an empty name is of one that is not read.
        encoding: That of all texts that do not say theirs, such as ``"windows-1251"``; by default told from their bytes.
        lines: Read text files as an article a line instead of one article.
        table: The table of a database that holds the articles; by default the one whose columns look like it.
        html: What is taken of fields that hold HTML: ``"auto"``, ``"fast"``, ``"best"``, ``"off"``.
        max_record: The most bytes a record may have, or a text such as ``"64M"``, the default; a longer one is rejected.
        max_ratio: How many times its own size a compressed input may be when decompressed, beyond 4 GB: 200.
        strict: Makes the first bad record an error; otherwise they are counted in :attr:`Clusters.summary`.
        lenient: Goes on where files that may hold articles cannot be read, which is an error where they have over a hundredth of all.
        min_words, max_words: Only articles with so many words (characters, in scripts without spaces).
        language: Only articles in these languages, by their words, else as they say: ``"en,de"`` or a list.
        since, until: Only articles published at this time or later, and up to this day, or before this time: a text, a date, a datetime.
        limit: Only the first so many records, for trying out.
        sample: Only this share of the articles, the same whatever their order: ``0.1`` or ``"1%"``.
        copy_threshold: Jaccard similarity from which two texts are copies: 0.2.
        excerpt_threshold: Share of the smaller text that the larger must hold for it to be an excerpt: 0.65.
        story_threshold: Average score from which two groups tell one story: 0.15.
        story_window: Compare for stories only what was published within this time: ``"14d"``, or a :class:`datetime.timedelta`.
        story_terms: How many of its most telling terms an article is met by: 20.
        copies_only: Find copies only; each copy group is a story of its own then.
        within: Call copies only what is of one source (``"source"``), or of different ones (``"across-sources"``).
        copy_window: Call copies only what was published within this time.
        keep: Which article stands for its copies, and which leads a story: ``"earliest"``, ``"latest"``, ``"longest"``, ``"central"``.
        keep_by: Fields whose values say so before that, up to 3, each with a direction: ``"score:desc,date:asc"`` or a list. Numbers
            and dates have an order; an article without a value comes last.
        prefer: Sources whose articles do so before all others.
        keep_furniture: Take the pages as they are, menus and all.
        recall: Share of the pairs at the threshold of the bands that they must find: 0.99.
        shingle_tokens, num_hashes, seed: Tokens in a shingle (5), MinHash values in a signature (128), and their seed (0).
        memory: Bytes to take at most, or a text such as ``"4G"`` or ``"50%"``; half of what there is by default.
        threads: Threads to use; as many as there are cores by default.
        temp_dir: The folder of temporary files; the system's by default.
        progress: ``True`` for a bar (needs tqdm), or what is called with the stage, the bytes read in it, and those in all.
        state: For paths: keep what was learned and decided in this folder, for :func:`explain` and the command line.
        work: For paths: leave what stages found in this folder, and go on from what an earlier call left there of the same inputs
            and settings.
        links: Respect what this CSV says of stories: a line is ``a,b,same`` or ``a,b,different``, of two ``article_id``; copies go
            with each other.

    Raises:
        SettingError: A setting is out of its range.
        ColumnError: A column is not there, or none looks like a text.
        ReadError: Data cannot be read, or holds no article; with ``path`` and ``record``.
        MemoryLimitError: What a run cannot do without does not fit into ``memory``.

    >>> import samestory
    >>> clusters = samestory.cluster("samples", copies_only=True)
    >>> clusters.table.column_names[:4]
    ['article_id', 'story_id', 'copy_id', 'relation']
    """
    settings: Dict[str, Any] = dict(locals())
    for name in ("data", "state", "work", "links"):
        del settings[name]
    folders = {"state": _path(state), "work": _path(work), "links": _path(links)}
    if state is not None and work is not None:
        raise SettingError("state and work do not go together: name one of them")
    if links is not None and copies_only:
        raise SettingError("links say what stories are, and copies_only finds none")
    if (state is not None or work is not None) and not are_paths(data):
        raise SettingError("state and work are for paths: a frame is not there to be read again")
    return _cluster(data, settings, folders)[0]


_NOWHERE: Dict[str, Any] = {"state": None, "work": None, "links": None}


def _cluster(
    data: Any, settings: Dict[str, Any], folders: Dict[str, Any] = _NOWHERE
) -> tuple[Clusters, Given]:
    with Told(settings.get("progress")) as told:
        made = _settings.of(settings)
        frame = Given(data, made, told)
        return Clusters(Run(frame.source, made, folders, told)), frame


def dedup(
    data: Any,
    *,
    one_per: str = "copy",
    drop: Iterable[str] = (),
    max_per_form: Optional[int] = None,
    max_removed: Union[float, str, None] = None,
    clean: bool = False,
    strip_repeats: bool = False,
    mark: bool = False,
    output: Optional[Name] = None,
    overwrite: bool = False,
    dry_run: bool = False,
    removed: Optional[Name] = None,
    csv_safe: bool = False,
    spans: Optional[Name] = None,
    report_json: Optional[Name] = None,
    clusters: Optional[Clusters] = None,
    **settings: Unpack[Settings],
) -> Any:
    """The same data without its copies: all columns, in the order of the input.

    Args:
        data: As :func:`cluster` takes it. A frame gives the kind of frame it is: a ``pyarrow.Table``, a reader, a frame of pandas
            (with its index) or Polars, a relation of DuckDB, a dataset. What merely hands over Arrow gives a :class:`Table`.
            Paths give a :class:`Table`, or are written to ``output`` as ``samestory dedup`` writes them.
        one_per: Of what one record is kept: ``"copy"`` (a copy group) or ``"story"``.
        drop: Kinds of records that are left out altogether: ``"notice"``, ``"empty"``, ``"form"``.
        max_per_form: How many records of each form, and of each notice, are kept at most.
        max_removed: Fail where more than this share of all records would be left out: ``0.6`` or ``"60%"``.
        clean: Leave the furniture out of the texts (``--strip-furniture``).
        strip_repeats: Leave paragraphs out of the texts which stand in a record that was published before: lines of 12 words and
            more, up to half of a text.
        mark: Keep all articles, and add the columns of ``clusters`` to each: ``article_id``, ``copy_id`` and so on, with
            ``samestory_`` before a name that is taken.
        output: For paths: a file, or a folder to write shard for shard under the same names. What is returned is then a dictionary
            of how many records were ``kept`` and ``removed``.
        overwrite: Replace what an earlier run wrote to the folder.
        dry_run: Return that dictionary, and give back or write no records.
        removed: Where the rows of ``clusters`` go of what was left out.
        csv_safe: Put an apostrophe before cells of ``removed`` that a spreadsheet would run as formulas.
        spans: Where it is written at which characters of the kept texts there is furniture or a repeated paragraph.
        report_json: Where it is written what the run was, as JSON.
        clusters: What :func:`cluster` found in the same data, instead of finding it again; it has its settings.
        settings: Those of :func:`cluster`.

    Raises:
        As :func:`cluster`.

    >>> import samestory
    >>> kept = samestory.dedup(["samples/wire.jsonl", "samples/local.jsonl"])
    >>> len(kept) < len(samestory.cluster(["samples/wire.jsonl", "samples/local.jsonl"]))
    True
    """
    given: Dict[str, Any] = dict(settings)
    wanted = _wanted(one_per, drop, max_per_form, max_removed)
    if mark and wanted != _wanted("copy", (), None, None):
        raise SettingError("mark keeps all articles: one_per, drop, max_per_form and max_removed say nothing with it")
    if mark and removed is not None:
        raise SettingError("mark keeps all articles: none is removed")
    if clean and given.get("keep_furniture"):
        raise SettingError("clean drops the furniture that keep_furniture keeps")
    if dry_run and (mark or removed is not None or spans is not None):
        raise SettingError("dry_run writes nothing: it does not go with mark, removed or spans")
    if not are_paths(data) and (output is not None or overwrite):
        raise SettingError("output and overwrite are for paths: a frame is given back")
    # Stories cost more than copies do: they are found only where something hangs on them.
    if one_per == "copy" and not mark:
        given["copies_only"] = True
    how = {
        "overwrite": overwrite,
        "mark": mark,
        "clean": clean,
        "strip_repeats": strip_repeats,
        "removed": _path(removed),
        "csv_safe": csv_safe,
        "spans": _path(spans),
        "report_json": _path(report_json),
    }
    if clusters is None:
        found, frame = _cluster(data, given)
    else:
        found, frame = _found(clusters, data, settings)
    if dry_run:
        kept, left = found._run.count(wanted, how)
        return {"kept": kept, "removed": left}
    if frame.is_paths:
        return _dedup_paths(found, (wanted, how), (output, given.get("temp_dir")))
    return _dedup_frame(found, frame, (wanted, how))


def _found(clusters: Clusters, data: Any, settings: Any) -> tuple[Clusters, Given]:
    """What was found before, if it was in the same data."""
    if settings:
        raise SettingError(f"clusters were found with settings of their own: leave out {', '.join(settings)}")
    if not isinstance(clusters, Clusters):
        raise TypeError("clusters are what cluster() gives; a table in a file is for the command line")
    frame = Given(data, _settings.of({}))
    rows = None if frame.is_paths else frame.rows
    if clusters._run.rows != rows:
        raise SettingError(f"clusters are of other data: of {clusters._run.rows} rows, not {rows}")
    return clusters, frame


def _dedup_frame(found: Clusters, frame: Given, plan: tuple[Any, Any]) -> Any:
    wanted, how = plan
    kept, texts = found._run.choose(wanted, how, frame.rows)
    columns = {}
    field = found._run.field("text")
    if texts is not None and texts.num_rows and field is not None:
        columns[field] = records_of(Table(texts), kept, field, frame.names())
    if how["mark"]:
        names = frame.names()
        for name in MARKS:
            values = Table(found.table._table.select([name]))
            columns[f"samestory_{name}" if name in names else name] = Column(values)
    return frame.kept(kept, columns)


def _dedup_paths(
    found: Clusters, plan: tuple[Any, Any], where: tuple[Optional[Name], Optional[Name]]
) -> Any:
    import tempfile

    wanted, how = plan
    output, temp_dir = where
    if output is not None:
        kept, left = found._run.dedup(os.fspath(output), wanted, how)
        return {"kept": kept, "removed": left}
    with tempfile.TemporaryDirectory(dir=temp_dir) as folder:
        path = os.path.join(folder, "kept.parquet")
        found._run.dedup(path, wanted, how)
        return Table(Source.paths([path]).table())


def _path(name: Optional[Name]) -> Optional[str]:
    return None if name is None else os.fspath(name)


def _wanted(
    one_per: str,
    drop: Iterable[str],
    max_per_form: Optional[int],
    max_removed: Union[float, str, None],
) -> Dict[str, Any]:
    return {
        "one_per": one_per,
        "drop": _settings.names(drop),
        "max_per_form": max_per_form,
        "max_removed": _settings.text_of(max_removed),
    }


_AS_IT_IS: Dict[str, Any] = {
    **dict.fromkeys(("overwrite", "mark", "clean", "strip_repeats", "csv_safe"), False),
    **dict.fromkeys(("removed", "spans", "report_json")),
}


def keep_mask(
    data: Any,
    *,
    one_per: str = "copy",
    drop: Iterable[str] = (),
    max_per_form: Optional[int] = None,
    max_removed: Union[float, str, None] = None,
    clusters: Optional[Clusters] = None,
    **settings: Unpack[Settings],
) -> numpy.ndarray[Any, numpy.dtype[numpy.bool_]]:
    """Which rows of a frame :func:`dedup` keeps: an array of ``bool``, as long as the frame.

    A row that is no article (without text and title) is ``False``. For ``ds.select(mask.nonzero()[0])``, ``df[mask]`` and the
    like; this needs NumPy.
    """
    np = needs("numpy", "keep_mask()")
    given: Dict[str, Any] = dict(settings)
    if one_per == "copy":
        given["copies_only"] = True
    if are_paths(data):
        raise TypeError("keep_mask() is for a frame; dedup() takes paths")
    if clusters is None:
        found, frame = _cluster(data, given)
    else:
        found, frame = _found(clusters, data, settings)
    wanted = _wanted(one_per, drop, max_per_form, max_removed)
    mask, _ = found._run.choose(wanted, _AS_IT_IS, frame.rows)
    kept: numpy.ndarray[Any, numpy.dtype[numpy.bool_]] = np.frombuffer(bytearray(mask), dtype=bool)
    return kept


def explain(
    a: str,
    b: str,
    *,
    data: Any = None,
    state: Optional[Name] = None,
    **settings: Unpack[Settings],
) -> Explanation:
    """Says why two articles are, or are not, together.

    Args:
        a, b: Their ``article_id``; what is no text is made one.
        data: Where they are, as :func:`cluster` takes it: all is decided anew.
        state: A folder that ``samestory cluster --state`` made: nothing is decided anew. It knows its inputs.
        settings: Those of :func:`cluster`, as they were when it was decided.

    Raises:
        UnknownIdError: No article has this id; the nearest are named.

    >>> import samestory
    >>> told = samestory.explain("hc-20240312-004", "mg-88120", data="samples")
    >>> told.decision
    'near'
    """
    if data is None and state is None:
        raise SettingError("name the data that the articles are in, or a state")
    given: Dict[str, Any] = dict(settings)
    with Told(given.get("progress")) as told:
        made = _settings.of(given)
        source = None if data is None else Given(data, made, told).source
        folder = None if state is None else os.fspath(state)
        return Explanation(*_samestory.explain((str(a), str(b)), source, folder, made, told))


def evaluate(clusters: Any, gold: Any, *, column: Optional[str] = None) -> Scores:
    """Scores clusters against a gold standard: B-cubed, pairwise, adjusted Rand, V-measure.

    Args:
        clusters: :class:`Clusters`, a path, or a frame with ``article_id`` and the column that is judged.
        gold: A path, or a frame of ``id`` and ``cluster``, or of ``id_a``, ``id_b`` and ``label``.
        column: What is judged: ``"copy_id"`` (by default) or ``"story_id"``.
    """
    import tempfile

    if column not in (None, "copy_id", "story_id"):
        raise SettingError(f"column is {column}: it must be one of copy_id, story_id")
    with tempfile.TemporaryDirectory() as folder:

        def named(data: Any, name: str) -> str:
            if is_path(data):
                return str(os.fspath(data))
            path = os.path.join(folder, f"{name}.parquet")
            if isinstance(data, Clusters):
                data.write(path)
            else:
                Given(data, _settings.of({})).source.save(path)
            return path

        found = _samestory.evaluate(named(clusters, "clusters"), named(gold, "gold"), column or "copy_id")
        return Scores(*found)


def fingerprint(data: Any, furniture: Optional[Furniture] = None, **settings: Unpack[Settings]) -> Table:
    """What stands for each article's text: a row an article, in input order.

    The columns are ``input`` and ``record`` (where it was read), ``id``, ``tokens`` and ``shingles`` (how many it has, the latter
    different ones) and ``signature`` (a list of ``num_hashes`` numbers of 32 bits; null for a text without tokens). With
    ``furniture`` the text is cleaned of it first; without, it is as it is.
    """
    given: Dict[str, Any] = dict(settings)
    with Told(given.get("progress")) as told:
        made = _settings.of(given)
        learned = Learned.nothing() if furniture is None else furniture._learned
        return Table(learned.fingerprint(Given(data, made, told).source, made, told))
