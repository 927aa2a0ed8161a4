"""DuckDB and Polars read what `samestory dedup` made of JSON lines: python parquet_records.py out.parquet told.jsonl

The JSON lines of the same run say what must be in it.
"""

import json
import sys

import duckdb
import polars


def main(parquet: str, lines: str) -> None:
    with open(lines, encoding="utf-8") as file:
        expected = [json.loads(line) for line in file]

    frame = polars.read_parquet(parquet)
    kinds = {
        "id": polars.Int64,
        "score": polars.Float64,
        "ok": polars.Boolean,
        "text": polars.String,
        "tags": polars.String,
        "wide": polars.String,
        "similarity": polars.Float64,
        "copies": polars.UInt32,
    }
    for column, kind in kinds.items():
        assert frame.schema[column] == kind, (column, frame.schema[column])
    check("Polars", frame.rows(named=True), expected)

    query = duckdb.sql("SELECT * FROM read_parquet($file)", params={"file": parquet})
    rows = [dict(zip(query.columns, row)) for row in query.fetchall()]
    check("DuckDB", rows, expected)


def check(who: str, rows: list[dict], expected: list[dict]) -> None:
    assert len(rows) == len(expected), (who, len(rows), len(expected))
    for row, told in zip(rows, expected):
        for column, value in row.items():
            meant = told.get(column)
            if isinstance(meant, (list, dict)):
                value = json.loads(value)
            elif isinstance(value, str) and not isinstance(meant, str):
                meant = json.dumps(meant)
            assert value == meant, (who, column, value, meant)


if __name__ == "__main__":
    main(*sys.argv[1:])
