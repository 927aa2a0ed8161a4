"""The command line: ``samestory`` and ``python -m samestory``."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line of the tool, which is all in Rust, and exits with its status."""
    from ._samestory import command_line

    sys.exit(command_line(["samestory", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
