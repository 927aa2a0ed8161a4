"""What is written about the package is true: its types, its docstrings, its page and its notebooks."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import samestory
from conftest import ROOT

PACKAGE = ROOT / "python"
NOTEBOOKS = sorted((PACKAGE / "notebooks" / "sources").glob("*.py"))


def test_types_are_strict():
    pytest.importorskip("mypy")
    call = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir", os.devnull]
    call += ["samestory", "tests/example.py"]
    call += ["--config-file", str(PACKAGE / "pyproject.toml")]
    done = subprocess.run(call, capture_output=True, text=True, cwd=PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_typed_example_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    runpy.run_path(str(PACKAGE / "tests" / "example.py"), run_name="__main__")
    assert "copy_threshold is 2" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["__init__", "_api", "_kernel", "_furniture", "_index", "_table", "adapters.datatrove"])
def test_what_docstrings_show_is_so(name, monkeypatch):
    if name.startswith("adapters"):
        pytest.importorskip("datatrove")
    monkeypatch.chdir(ROOT)
    module = samestory if name == "__init__" else importlib.import_module(f"samestory.{name}")
    assert doctest.testmod(module).failed == 0


def test_every_public_name_says_what_it_is():
    for name in samestory.__all__:
        if not name.startswith("__"):
            assert getattr(samestory, name).__doc__, name


@pytest.mark.parametrize("path", [ROOT / "docs" / "python.md", PACKAGE / "README.md", PACKAGE / "SPARK.md"], ids=lambda path: path.name)
def test_the_page_runs(path, monkeypatch, tmp_path):
    """Blocks of Python are run in their order, in a folder with the samples."""
    for package in ("pyarrow", "pandas", "polars", "duckdb"):
        pytest.importorskip(package)
    os.symlink(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    names: dict = {}
    for block in blocks:
        if "datatrove" in block and not importlib.util.find_spec("datatrove"):
            continue
        if "spark" in block or "# not run" in block:
            compile(block, path.name, "exec")
            continue
        exec(compile(block, path.name, "exec"), names)


def test_notebooks_are_made_of_their_scripts():
    subprocess.run([sys.executable, PACKAGE / "notebooks" / "make.py", "--check"], check=True)


@pytest.mark.parametrize("script", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_runs(script, monkeypatch):
    for package in ("pyarrow", "pandas", "polars", "duckdb"):
        pytest.importorskip(package)
    source = script.read_text(encoding="utf-8")
    if "import datasets" in source:
        pytest.importorskip("datasets")
    if "import pysail" in source:
        pytest.importorskip("pyspark")
        pytest.importorskip("pysail.spark")
    make = runpy.run_path(str(PACKAGE / "notebooks" / "make.py"))
    monkeypatch.chdir(ROOT)
    names: dict = {"__name__": "__main__"}
    for number, cell in enumerate(make["cells"](source)):
        if cell["cell_type"] != "code":
            continue
        *body, last = cell["lines"]
        # What a notebook shows of a cell's last expression is made too.
        code = "\n".join(cell["lines"])
        exec(compile(code, f"{script.stem}[{number}]", "exec"), names)
        if not body and last.isidentifier():
            shown = getattr(names[last], "_repr_html_", lambda value=names[last]: repr(value))()
            assert shown


def test_the_command_line_is_in_the_package(tmp_path):
    call = [sys.executable, "-m", "samestory", "cluster", str(ROOT / "samples"), "-q", "-o", str(tmp_path / "c.csv")]
    subprocess.run(call, check=True)
    assert (tmp_path / "c.csv").read_text().count("\n") > 80
    told = subprocess.run([sys.executable, "-m", "samestory", "-V"], capture_output=True, text=True)
    assert told.stdout.strip() == f"samestory {samestory.__version__}"
    wrong = subprocess.run([sys.executable, "-m", "samestory", "cluster"], capture_output=True, text=True)
    assert wrong.returncode == 2 and "Usage: samestory cluster" in wrong.stderr
    missing = subprocess.run([sys.executable, "-m", "samestory", "cluster", "none.jsonl"], capture_output=True, text=True)
    assert missing.returncode == 1
