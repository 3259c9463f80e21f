"""The commands for a client's developers: the same one file that they take along, tools/glassfloor_workorders.py."""

from __future__ import annotations

from typing import Any

import typer

from tools import glassfloor_workorders

AS_IT_IS: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""Its words are the file's own to read, ``--help`` too."""


def workorders(context: typer.Context) -> None:
    """Build and check a client's side of the exchange: `listen` forwards events, `conformance` tries a receiver.

    The same as tools/glassfloor_workorders.py, which needs nothing but Python. `glassfloor workorders listen --help`
    """
    raise typer.Exit(glassfloor_workorders.main(context.args))
