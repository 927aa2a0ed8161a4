"""What a call is given, and the same kind of thing given back.

No package is imported that whoever calls has not imported: what is no instance of its classes need not be looked at.
"""

from __future__ import annotations

import os
import sys
from array import array
from typing import Any, Callable, Dict, List, Optional, Sequence

from ._errors import ColumnError, ReadError
from ._samestory import Source
from ._table import Table, needs

Told = Optional[Callable[[str, int, int], Any]]


def _is(data: Any, package: str, *names: str) -> bool:
    """Whether something is of a class of a package, which is imported then."""
    module: Any = sys.modules.get(package.split(".")[0])
    if module is None:
        return False
    module = sys.modules.get(package)
    classes = tuple(c for c in (getattr(module, name, None) for name in names) if isinstance(c, type))
    return isinstance(data, classes)


def is_path(data: Any) -> bool:
    """Whether something names a file."""
    return isinstance(data, (str, os.PathLike))


def are_paths(data: Any) -> bool:
    """Whether something names a file, or several."""
    return is_path(data) or (isinstance(data, (list, tuple)) and bool(data) and all(map(is_path, data)))


class Given:
    """What a call was given: where its articles are read from, and how it is given back."""

    def __init__(self, data: Any, settings: Dict[str, Any], told: Told = None) -> None:
        self.data = data
        if are_paths(data):
            data = [data] if is_path(data) else data
            self.kind: Kind = Kind()
            self.is_paths = True
            self.source = Source.paths([os.fspath(path) for path in data])
            return
        self.is_paths = False
        self.kind = _kind(data)
        self.source = _spooled(self.kind, data, settings, told)

    @property
    def rows(self) -> int:
        """How many rows the frame has."""
        rows = self.source.rows
        assert rows is not None
        return rows

    def names(self) -> List[str]:
        """The names of the columns."""
        return self.source.names()

    def kept(self, mask: bytes, columns: Optional[Dict[str, "Column"]] = None) -> Any:
        """The rows of which the byte is not 0, with columns that are new or changed; the kind that was given."""
        kept = self.kind.keep(self, mask)
        return self.kind.put(kept, columns) if columns else kept


class Column:
    """A column for the rows that were kept: a whole one, or texts for some of the rows."""

    def __init__(self, values: Optional[Table] = None, at: Sequence[int] = (), texts: Sequence[str] = ()) -> None:
        self.values = values
        self.at = at
        self.texts = texts


class Kind:
    """A kind of frames. This one is of all that hands over Arrow and is nothing better known: a Table comes back."""

    def stream(self, data: Any) -> Any:
        """Something that hands over Arrow."""
        return data

    def keep(self, given: Given, mask: bytes) -> Any:
        """The rows of which the byte is not 0."""
        return Table(given.source.kept(mask))

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        """A frame with columns that are new or changed."""
        return Table(_put_arrow(frame.to_pyarrow(), columns))


class _PyArrow(Kind):
    def keep(self, given: Given, mask: bytes) -> Any:
        return given.data.filter(_booleans(mask))

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        pa = needs("pyarrow", "this")
        table = pa.Table.from_batches([frame]) if isinstance(frame, pa.RecordBatch) else frame
        return _put_arrow(table, columns)


class _Reader(Kind):
    """A reader that is read once, and a dataset of files: a reader, or a table, of what was spooled."""

    def __init__(self, is_reader: bool) -> None:
        self.is_reader = is_reader

    def stream(self, data: Any) -> Any:
        return data if self.is_reader else data.scanner().to_reader()

    def keep(self, given: Given, mask: bytes) -> Any:
        pa = needs("pyarrow", "a reader")
        capsule = given.source.streamed(mask).__arrow_c_stream__()
        reader = pa.RecordBatchReader._import_from_c_capsule(capsule)
        return reader if self.is_reader else reader.read_all()

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        if not self.is_reader:
            return _put_arrow(frame, columns)
        return _put_arrow(frame.read_all(), columns).to_reader()


class _Pandas(Kind):
    def stream(self, data: Any) -> Any:
        pa = needs("pyarrow", "a frame of pandas")
        try:
            return pa.Table.from_pandas(data)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise ReadError(f"data: {error}") from error

    def keep(self, given: Given, mask: bytes) -> Any:
        numpy = needs("numpy", "a frame of pandas")
        return given.data.loc[numpy.frombuffer(mask, dtype=bool)]

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        frame = frame.copy()
        for name, column in columns.items():
            if column.values is None:
                values = frame[name].astype(object).to_numpy(copy=True)
                for at, text in zip(column.at, column.texts):
                    values[at] = text
                kind = frame[name].dtype
                frame[name] = values
                if kind != frame[name].dtype:
                    frame[name] = frame[name].astype(kind)
            else:
                frame[name] = column.values.to_pandas().iloc[:, 0].to_numpy()
        return frame


class _Polars(Kind):
    def keep(self, given: Given, mask: bytes) -> Any:
        pl = needs("polars", "a frame of Polars")
        return given.data.filter(pl.Series("keep", list(mask), dtype=pl.UInt8).cast(pl.Boolean))

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        pl = needs("polars", "a frame of Polars")
        made = []
        for name, column in columns.items():
            if column.values is None:
                made.append(frame[name].scatter(list(column.at), list(column.texts)).alias(name))
            else:
                made.append(column.values.to_polars().to_series(0).alias(name))
        return frame.with_columns(made)


class _DuckDB(Kind):
    """A relation: one of the default connection comes back."""

    def keep(self, given: Given, mask: bytes) -> Any:
        return self._relation(Table(given.source.kept(mask)).to_pyarrow())

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        return self._relation(_put_arrow(Table(frame).to_pyarrow(), columns))

    def _relation(self, table: Any) -> Any:
        return needs("duckdb", "a relation of DuckDB").from_arrow(table)


class _Datasets(Kind):
    """A dataset of Hugging Face, in memory or on disk, or a stream of one."""

    def __init__(self, is_stream: bool) -> None:
        self.is_stream = is_stream

    def stream(self, data: Any) -> Any:
        pa = needs("pyarrow", "a dataset")
        if not self.is_stream and data._indices is None:
            return data.data.table
        tables = data.with_format("arrow").iter(batch_size=1000)
        first = next(iter(tables), None)
        if first is None:
            return data.features.arrow_schema.empty_table()
        schema = first.schema

        def batches() -> Any:
            yield from first.to_batches()
            for table in tables:
                yield from table.cast(schema).to_batches()

        return pa.RecordBatchReader.from_batches(schema, batches())

    def keep(self, given: Given, mask: bytes) -> Any:
        if not self.is_stream:
            return given.data.select([at for at, byte in enumerate(mask) if byte])
        datasets = needs("datasets", "a dataset")
        return datasets.Dataset(Table(given.source.kept(mask)).to_pyarrow())

    def put(self, frame: Any, columns: Dict[str, Column]) -> Any:
        datasets = needs("datasets", "a dataset")
        table = Table(self.stream(frame)).to_pyarrow()
        return datasets.Dataset(_put_arrow(table, columns))


def _kind(data: Any) -> Kind:
    if _is(data, "pandas", "DataFrame"):
        return _Pandas()
    if _is(data, "polars", "DataFrame"):
        return _Polars()
    if _is(data, "pyarrow", "Table", "RecordBatch"):
        return _PyArrow()
    if _is(data, "pyarrow", "RecordBatchReader"):
        return _Reader(is_reader=True)
    if _is(data, "pyarrow.dataset", "Dataset"):
        return _Reader(is_reader=False)
    if _is(data, "duckdb", "DuckDBPyRelation"):
        return _DuckDB()
    if _is(data, "datasets", "Dataset"):
        return _Datasets(is_stream=False)
    if _is(data, "datasets", "IterableDataset"):
        return _Datasets(is_stream=True)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return Kind()
    hint = ""
    if _is(data, "polars", "LazyFrame"):
        hint = "; collect() a LazyFrame first"
    elif _is(data, "datasets", "DatasetDict", "IterableDatasetDict"):
        hint = "; name a split of it, such as data['train']"
    elif type(data).__module__.startswith(("pyspark", "sail")):
        hint = "; samestory.spark takes a DataFrame of Spark"
    raise TypeError(
        "data is a path, a list of paths, or something that hands over Arrow (__arrow_c_stream__): a table or reader of pyarrow,"
        f" a frame of pandas or Polars, a relation of DuckDB, a dataset; not {type(data).__module__}.{type(data).__name__}{hint}"
    )


def _spooled(kind: Kind, data: Any, settings: Dict[str, Any], told: Told) -> Source:
    return Source.stream(kind.stream(data), settings, told)


def _booleans(mask: bytes) -> Any:
    pa = needs("pyarrow", "this")
    numbers = pa.Array.from_buffers(pa.uint8(), len(mask), [None, pa.py_buffer(mask)])
    return numbers.cast(pa.bool_())


def _put_arrow(table: Any, columns: Dict[str, Column]) -> Any:
    pa = needs("pyarrow", "this")
    for name, column in columns.items():
        if column.values is None:
            old = table.column(name)
            values: List[Any] = old.to_pylist()
            for at, text in zip(column.at, column.texts):
                values[at] = text
            kind = old.type.value_type if pa.types.is_dictionary(old.type) else old.type
            new = pa.chunked_array([pa.array(values, kind)])
            table = table.set_column(table.column_names.index(name), name, new)
        else:
            new = column.values.to_pyarrow().column(0)
            table = table.append_column(name, new)
    return table


def records_of(cleaned: Table, mask: bytes, column: str, names: Sequence[str]) -> Column:
    """The texts of kept rows that cleaning changed, by their place among those."""
    if column not in names:
        raise ColumnError(
            f"the text is in {column!r}, within a column: only a text that is a column itself can be written back; the columns"
            f" are: {', '.join(names)}"
        )
    place = array("q", [0]) * (len(mask) + 1)
    at = 0
    for row, byte in enumerate(mask):
        place[row] = at if byte else -1
        at += bool(byte)
    rows = [record - 1 for record in cleaned.column("record")]
    texts = cleaned.column("text")
    kept = [(place[row], text) for row, text in zip(rows, texts) if place[row] >= 0]
    return Column(at=[at for at, _ in kept], texts=[text for _, text in kept])
