"""Where a round of asking "what changed?" has come to, for systems that list their things by when they changed.

A page asks from an instant on, oldest first, and the next one from the last instant that it saw: what is changed
meanwhile moves to the end and is never skipped. Only within one instant that fills a whole page is counted (``skip``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from exchange.core.outgoing import Changed, Page

PAGE: Final = 50
"""How many things a page has."""
OVERLAP: Final = timedelta(minutes=2)
"""So far back the next round looks: a change may be seen by others later than its own time says."""


@dataclass(frozen=True, slots=True)
class Place:
    """From which instant on is asked, and how many of that instant were seen."""

    since: datetime
    skip: int = 0


def place_of(cursor: str) -> Place:
    """Return what a cursor says; a bare instant is one."""
    since, _, skip = cursor.partition(" ")
    return Place(datetime.fromisoformat(since), int(skip or 0))


def page_of(found: tuple[Changed, ...], asked: Place) -> Page:
    """Return the page, and where the next one begins: of this round when it is full, else of the next round."""
    if len(found) >= PAGE:
        last = found[-1].at
        skip = asked.skip + len(found) if last <= asked.since else 0
        return Page(found, _cursor(max(last, asked.since), skip), more=True)
    return Page(found, _cursor(found[-1].at - OVERLAP if found else asked.since, 0), more=False)


def _cursor(since: datetime, skip: int) -> str:
    text = since.astimezone(UTC).isoformat()
    return f"{text} {skip}" if skip else text
