"""Makes the notebooks of this folder from the scripts in ``sources``: ``python make.py``, with ``--check`` to say which are stale.

A script is a notebook as text: ``# %% [markdown]`` begins a cell of prose, whose lines are comments, and ``# %%`` one of code. So what
is reviewed is text, and the notebooks hold no outputs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict, List

HERE = Path(__file__).parent


def cells(script: str) -> List[Dict[str, Any]]:
    """The cells of a script: their kind and their lines."""
    made: List[Dict[str, Any]] = []
    for part in ("\n" + script).split("\n# %%")[1:]:
        head, _, body = part.partition("\n")
        lines = body.strip("\n").split("\n")
        if head.strip() == "[markdown]":
            made.append({"cell_type": "markdown", "lines": [line[2:] if line[:2] == "# " else line.lstrip("#") for line in lines]})
        else:
            made.append({"cell_type": "code", "lines": lines})
    return made


def notebook(script: str) -> str:
    """A notebook as it stands in its file."""
    made = []
    for number, cell in enumerate(cells(script)):
        source = [line + "\n" for line in cell["lines"]]
        source[-1] = source[-1].rstrip("\n")
        entry = {"cell_type": cell["cell_type"], "id": f"cell-{number}", "metadata": {}, "source": source}
        if cell["cell_type"] == "code":
            entry.update(execution_count=None, outputs=[])
        made.append(entry)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    whole = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes them all, or says which are not as their scripts are."""
    stale = []
    for script in sorted((HERE / "sources").glob("*.py")):
        target = HERE / f"{script.stem}.ipynb"
        made = notebook(script.read_text(encoding="utf-8"))
        if not target.exists() or target.read_text(encoding="utf-8") != made:
            stale.append(target.name)
            if "--check" not in sys.argv:
                target.write_text(made, encoding="utf-8")
    if "--check" in sys.argv and stale:
        sys.exit(f"stale: {', '.join(stale)}")


if __name__ == "__main__":
    main()
