"""The command ``glassfloor``: a long-running process starts by itself, everything else with the whole command line."""

from __future__ import annotations

import sys
from importlib import import_module

from app.commands.processes import PROCESSES


def main() -> None:
    """Run what the command line names."""
    process = PROCESSES.get(sys.argv[1]) if len(sys.argv) == 2 else None  # noqa: PLR2004 - the command and its name
    if process is not None:
        process()
    else:
        import_module("app.cli").main()


if __name__ == "__main__":
    main()
