"""Whose turn a work order is, and how often that changed: a ball that goes back and forth solves nothing. Pure.

It is the requester's turn while the resolver waits for it (``pending`` on it) and once it is resolved, until it is
closed; at any other time it is the resolver's, also while that one waits for somebody else. A work order begins with
the resolver. The number of changes is that of the steps after which it was another side's turn than before: solved at
once is 1, a question and its answer are 2.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from workorders.core.states import Side, Status

FORTH_AND_BACK: Final = 3
"""From so many changes on it went to the other side, came back, and went there again."""

Standing = tuple[str, str | None]
"""A status, and what it waits for."""


def turn(standing: Standing, requester: Side) -> Side:
    """Return the side that has to act."""
    status, waits_for = standing
    asked = status == Status.PENDING and waits_for == requester
    return requester if asked or status == Status.RESOLVED else requester.other


def changes(log: Iterable[Standing], requester: Side) -> int:
    """Return how often it became the other side's turn, by how the work order stood after each of its steps."""
    sides = [requester.other, *(turn(standing, requester) for standing in log)]
    return sum(before is not after for before, after in pairwise(sides))
