"""The steps of a move, in their order. Each may be cut off at any point and is then done again from its beginning."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """Where a move is: the step that is being done, or that its next attempt begins with."""

    PREPARING = "preparing"
    """Make the target's logins, guard and tables. Nothing of the tenant is touched."""
    COPYING_AHEAD = "copying_ahead"
    """Copy what is only ever added to, while everything runs."""
    CLOSING = "closing"
    """Close the tenant where it is, and wait until nobody who began before that is left."""
    COPYING = "copying"
    """Copy the rest in one transaction; compare counts and digests before it is committed."""
    SWITCHING = "switching"
    """Say that the tenant lives in the target now."""
    CLEANING = "cleaning"
    """Remove the rows at the source."""
    DONE = "done"


ORDER = tuple(Step)
CLOSED = frozenset({Step.CLOSING, Step.COPYING, Step.SWITCHING})
"""While one of these is under way the tenant is not served; they take seconds."""
RETURNABLE = frozenset({Step.PREPARING, Step.COPYING_AHEAD, Step.CLOSING, Step.COPYING})
"""Until here a move can be given up, and the tenant stays where it was."""


def after(step: Step) -> Step:
    """Return the next step."""
    return ORDER[min(ORDER.index(step) + 1, len(ORDER) - 1)]
