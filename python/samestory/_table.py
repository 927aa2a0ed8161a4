"""A table that needs no other package, and that every other one takes."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

from ._errors import MissingPackageError
from ._samestory import ArrowTable

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

_SHOWN = 10


def needs(name: str, what: str) -> Any:
    """A package that is not needed otherwise."""
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPackageError(f"{what} needs {name}: pip install {name}") from error


class Table:
    """Columns in Arrow, in memory.

    Whatever takes ``__arrow_c_stream__`` takes it as it is: ``pyarrow.table(t)``, ``polars.DataFrame(t)``,
    ``duckdb.sql("from t")``.
    """

    def __init__(self, data: Any) -> None:
        self._table = data if isinstance(data, ArrowTable) else ArrowTable.of(data)

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return self._table.num_rows

    @property
    def column_names(self) -> List[str]:
        """The names of the columns, in order."""
        return self._table.column_names

    def __len__(self) -> int:
        return self._table.num_rows

    def column(self, name: str) -> List[Any]:
        """The values of a column: ``None`` where there is none, times as :class:`datetime.datetime` in UTC."""
        return self._table.values(name)

    def rows(self, start: int = 0, length: Optional[int] = None) -> Iterator[Dict[str, Any]]:
        """The rows as dictionaries, ``length`` of them from ``start`` on."""
        names = self.column_names
        columns = [self._table.values(name, start, length) for name in names]
        return (dict(zip(names, row)) for row in zip(*columns))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self._table.__arrow_c_schema__()

    def to_pyarrow(self) -> pyarrow.Table:
        """As a ``pyarrow.Table``, without a copy."""
        pa = needs("pyarrow", "to_pyarrow()")
        reader = pa.RecordBatchReader._import_from_c_capsule(self.__arrow_c_stream__())
        table: pyarrow.Table = reader.read_all()
        return table

    def to_pandas(self) -> pandas.DataFrame:
        """As a ``pandas.DataFrame``; this needs pyarrow."""
        needs("pandas", "to_pandas()")
        frame: pandas.DataFrame = self.to_pyarrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """As a ``polars.DataFrame``, without a copy."""
        frame: polars.DataFrame = needs("polars", "to_polars()").DataFrame(self)
        return frame

    def __repr__(self) -> str:
        return f"<samestory.Table: {self.num_rows} rows of {', '.join(self.column_names)}>"

    def _repr_html_(self) -> str:
        return table_html(self)


class HandsOver:
    """What hands its table over as Arrow."""

    @property
    def table(self) -> Table:
        """A row an article, in input order."""
        raise NotImplementedError

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> Any:
        return self.table.__arrow_c_schema__()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(map(str, value[:5])) + (", …" if len(value) > 5 else "")
    text = str(value)
    return html.escape(text if len(text) <= 80 else text[:79] + "…")


def table_html(table: Table, names: Optional[List[str]] = None) -> str:
    """The first rows of a table as HTML; every value is escaped."""
    names = names or table.column_names
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    shown = min(_SHOWN, table.num_rows)
    columns = []
    for name in names:
        try:
            columns.append(table._table.values(name, 0, shown))
        except TypeError:
            # Of a kind that no Python value is made of here.
            columns.append(["…"] * shown)
    rows = ["<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row) + "</tr>" for row in zip(*columns)]
    more = table.num_rows - shown
    foot = f"<p>… and {more:,} rows more</p>" if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{foot}"
