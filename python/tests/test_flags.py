"""What the command line takes, Python takes: every flag has a keyword of its name, or a reason why not."""

from __future__ import annotations

import inspect
import re
import subprocess

import pytest

import samestory
from samestory import Clusters, Index

# Flags that have another name in Python, where a keyword or a method says the same.
ELSEWHERE = {
    "text-field": "text",
    "title-field": "title",
    "id-field": "id",
    "date-field": "published",
    "source-field": "source",
    "url-field": "url",
    "lang-field": "lang",
    "strip-furniture": "clean",
    "input": "data",
    "without-texts": "texts",
}
# What `cluster` writes, its result writes when it is asked to.
BY_CLUSTERS = {
    "output": Clusters.write,
    "by": Clusters.write,
    "min-articles": Clusters.write,
    "new-since": Clusters.write,
    "sort": Clusters.write,
    "csv-safe": Clusters.write,
    "pairs": Clusters.write_pairs,
    "rejects": Clusters.write_rejects,
    "furniture-out": Clusters.write_furniture,
    "report-json": Clusters.report.fget,
}
# Why there is no keyword.
REASONS = {
    "help": "help() is Python's",
    "config": "a call says all that it takes; a file of settings is for the command line",
    "quiet": "the package prints nothing",
    "verbose": "the package prints nothing; Clusters.summary and .report tell",
    "log-level": "the package prints nothing",
    "against": "Index.compare() is this call",
    "add": "Index.ingest() is this call",
}
OF_DEDUP = {
    "state": "clusters= takes what cluster() found; explain() takes a state",
    "rejects": "cluster() first, then dedup(clusters=): Clusters.write_rejects()",
    "furniture-out": "cluster() first, then dedup(clusters=): Clusters.write_furniture()",
}
OF_EXPLAIN = {
    "output": "Explanation.to_html()",
    "json": "Explanation.to_dict()",
    "rejects": "cluster() tells of them",
    "furniture-out": "cluster() tells of it",
}
OF_INDEX = {
    "furniture-out": "it lists what a run drops, and there is none",
    "rejects": "Compared.summary and the rows of Index.seen() tell of them",
    "json": "what is returned is data already",
    "output": "what is returned is data already",
    "min-articles": "a table is filtered by its column articles",
    "index": "the index is what the method is of",
}


def flags(binary, *command) -> "dict[str, str]":
    """The long flags of a command, with what its help says of their defaults."""
    said = subprocess.run([binary, *command, "--help"], capture_output=True, text=True, check=True).stdout
    parts = re.split(r"^ {2,6}(?:-\w, )?--([a-z][a-z-]*)", said, flags=re.MULTILINE)
    found = {}
    for name, text in zip(parts[1::2], parts[2::2]):
        default = re.search(r"\[default: ([^\]]+)\]", text)
        found[name] = default.group(1) if default else ""
    return found


def keywords(call) -> "set[str]":
    return set(inspect.signature(call).parameters) | (
        set(samestory.Settings.__annotations__) if "settings" in inspect.signature(call).parameters else set()
    )


CALLS = [
    (("cluster",), samestory.cluster, {**BY_CLUSTERS, **REASONS}),
    (("dedup",), samestory.dedup, {**REASONS, **OF_DEDUP}),
    (("explain",), samestory.explain, {**REASONS, **OF_EXPLAIN}),
    (("index", "create"), Index.open, {**REASONS, **OF_INDEX}),
    (("index", "ingest"), Index.ingest, {**REASONS, **OF_INDEX}),
    (("seen",), Index.seen, {**REASONS, **OF_INDEX}),
    (("changes",), Index.changes, {**REASONS, **OF_INDEX}),
    (("index", "link"), Index.link, {**REASONS, **OF_INDEX}),
    (("index", "forget"), Index.forget, {**REASONS, **OF_INDEX}),
    (("index", "stories"), Index.stories, {**REASONS, **OF_INDEX}),
]
# How to run is said to Index.open(), or to each call that reads.
RUNNING = {"threads", "memory", "temp_dir", "progress"}


@pytest.mark.parametrize(("command", "call", "reasons"), CALLS, ids=lambda it: "-".join(it) if isinstance(it, tuple) else "")
def test_every_flag_has_a_keyword_or_a_reason_why_not(command, call, reasons, binary):
    has = keywords(call) | (RUNNING if call in (Index.changes, Index.forget, Index.link) else set())
    found = flags(binary, *command)
    assert len(found) > 1
    missing = [
        flag
        for flag in found
        if ELSEWHERE.get(flag, flag.replace("-", "_")) not in has and flag not in reasons
    ]
    assert not missing


def test_what_is_written_later_takes_the_flags_of_its_form():
    parameters = inspect.signature(Clusters.write).parameters
    assert {"by", "columns", "min_articles", "new_since", "sort", "csv_safe"} <= set(parameters)


def test_the_settings_are_the_keywords_of_cluster():
    given = inspect.signature(samestory.cluster).parameters
    assert set(given) == set(samestory.Settings.__annotations__) | {"data", "state", "work", "links"}
    only_keywords = [name for name, it in given.items() if it.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert only_keywords == ["data"]


def test_documentation_has_the_defaults_of_the_command_line(binary):
    told = " ".join((samestory.cluster.__doc__ or "").split())
    for flag, default in flags(binary, "cluster").items():
        if default and flag not in REASONS and flag not in BY_CLUSTERS and flag != "progress":
            assert default in told, f"--{flag} is {default} by default"
