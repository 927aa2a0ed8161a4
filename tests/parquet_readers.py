"""DuckDB and Polars read what samestory writes as Parquet: python parquet_readers.py clusters.parquet clusters.csv

The CSV of the same run says what must be in it.
"""

import csv
import sys
from datetime import datetime

import duckdb
import polars


def main(parquet: str, table: str) -> None:
    with open(table, newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))

    frame = polars.read_parquet(parquet)
    assert frame.columns == list(expected[0]), frame.columns
    kinds = {
        "article_id": polars.String,
        "similarity": polars.Float64,
        "copies": polars.UInt32,
        "published": polars.Datetime("ms", "UTC"),
        "record": polars.UInt64,
        "kind": polars.String,
        "form_id": polars.String,
        "story_sources": polars.UInt32,
        "story_independent": polars.UInt32,
    }
    for column, kind in kinds.items():
        assert frame.schema[column] == kind, (column, frame.schema[column])
    check("Polars", frame.rows(named=True), expected)

    query = duckdb.sql("SELECT * REPLACE (epoch_ms(published) AS published) FROM read_parquet($file)", params={"file": parquet})
    rows = [dict(zip(query.columns, row)) for row in query.fetchall()]
    check("DuckDB", rows, expected)
    print(f"{len(expected)} rows, the same in DuckDB and Polars")


def check(who: str, rows: list[dict], expected: list[dict]) -> None:
    assert len(rows) == len(expected), (who, len(rows), len(expected))
    for row, told in zip(rows, expected):
        for column, cell in told.items():
            value = row[column]
            if cell == "":
                same = value in (None, "")
            elif column == "published":
                moment = datetime.fromisoformat(cell.replace("Z", "+00:00"))
                milliseconds = value if isinstance(value, int) else value.timestamp() * 1000
                same = milliseconds == moment.timestamp() * 1000
            elif isinstance(value, float):
                same = f"{value:.4f}" == cell
            else:
                same = str(value) == cell
            assert same, (who, column, value, cell)


if __name__ == "__main__":
    main(*sys.argv[1:])
