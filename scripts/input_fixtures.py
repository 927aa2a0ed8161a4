#!/usr/bin/env python3
"""Writes tests/it/fixtures: small files in formats that a test cannot write by itself, as other programs write them.

Run it in the root of the repository, with pyarrow and polars installed: python3 scripts/input_fixtures.py
"""

import datetime
import os
import sqlite3

import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc

FOLDER = "tests/it/fixtures"
FERRY = (
    "The ferry to the northern islands will not sail before Monday, the harbour master said on Friday night, after a storm tore "
    "two mooring lines and pushed the vessel against the old stone quay."
)
BRIDGE = (
    "Engineers closed the iron bridge over the Senn to lorries this week because rust had eaten through a bearing that was last "
    "painted when trams still crossed it, a report to the council says."
)
ROWS = [
    ("a", "No ferry", FERRY, "courier.example", "https://courier.example/a", datetime.datetime(2021, 3, 5, 10, 20, 30)),
    ("b", "Ferry stays", FERRY, "gazette.example", "https://gazette.example/b", datetime.datetime(2021, 3, 6, 10, 20, 30)),
    ("c", "Bridge closed", BRIDGE, "ledger.example", "https://ledger.example/c", datetime.datetime(2021, 3, 7, 10, 20, 30)),
]


def path(name):
    return os.path.join(FOLDER, name)


def sqlite(name, page_size, encoding="UTF-8", long=False):
    """Articles beside tables of something else, with a row that has gone and a text over several pages."""
    if os.path.exists(path(name)):
        os.remove(path(name))
    database = sqlite3.connect(path(name))
    database.execute(f"PRAGMA page_size = {page_size}")
    database.execute(f"PRAGMA encoding = '{encoding}'")
    database.execute("CREATE TABLE labels (source TEXT PRIMARY KEY, label INTEGER)")
    database.execute(
        "CREATE TABLE newsdata (id INTEGER PRIMARY KEY, \"date\" TEXT, source TEXT, title TEXT, -- what it is called\n"
        "content TEXT, url TEXT, published_utc INTEGER)"
    )
    database.executemany("INSERT INTO labels VALUES (?, ?)", [(row[3], 1) for row in ROWS] * 0 + [("x.example", 2)])
    for number, (_, title, text, source, url, when) in enumerate(ROWS, 1):
        text = text + " " + "And so on. " * 2000 if long else text
        moment = int(when.replace(tzinfo=datetime.timezone.utc).timestamp())
        row = (number * 10, when.strftime("%Y-%m-%d"), source, title, text, url, moment)
        database.execute("INSERT INTO newsdata VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    database.execute("INSERT INTO newsdata (id, title) VALUES (5, 'gone')")
    database.commit()
    database.execute("DELETE FROM newsdata WHERE id = 5")
    if long:
        many = ((1000 + n, "2021-03-08", f"s{n}.example", f"Short {n}", f"Short text number {n} of many.", None, None) for n in range(400))
        database.executemany("INSERT INTO newsdata VALUES (?, ?, ?, ?, ?, ?, ?)", many)
    database.commit()
    database.close()


def arrow_table():
    fields = list(zip(*ROWS))
    return pyarrow.table(
        {
            "id": pyarrow.array(fields[0]),
            "title": pyarrow.array(fields[1]).dictionary_encode(),
            "text": pyarrow.array(fields[2], pyarrow.large_string()),
            "domain": pyarrow.array(fields[3]),
            "url": pyarrow.array(fields[4]),
            "date": pyarrow.array(fields[5], pyarrow.timestamp("ms")),
            "tags": pyarrow.array([["x", "y"], [], None]),
            "meta": pyarrow.array([{"n": 1, "ok": True}, {"n": None, "ok": False}, {"n": 3, "ok": None}]),
            "score": pyarrow.array([0.5, None, -2.0], pyarrow.float32()),
        }
    )


def main():
    os.makedirs(FOLDER, exist_ok=True)
    sqlite("nela.sqlite", 1024)
    sqlite("long.sqlite", 512, long=True)
    sqlite("wide.sqlite", 4096, "UTF-16le")
    table = arrow_table()
    with pyarrow.ipc.new_stream(path("stream.arrow"), table.schema) as out:
        out.write_table(table, max_chunksize=2)
    pyarrow.feather.write_feather(table, path("lz4.feather"), compression="lz4")
    pyarrow.feather.write_feather(table, path("zstd.feather"), compression="zstd")
    frame = polars.DataFrame(
        {"id": [r[0] for r in ROWS], "title": [r[1] for r in ROWS], "text": [r[2] for r in ROWS], "url": [r[4] for r in ROWS],
         "date": [r[5].date() for r in ROWS], "kind": ["x", "y", "x"]},
        schema_overrides={"kind": polars.Categorical},
    )
    frame.write_ipc(path("polars.arrow"), compat_level=polars.CompatLevel.newest())


if __name__ == "__main__":
    main()
