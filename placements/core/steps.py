"""The steps of a move, in their order. Each may be cut off at any point and is then done again from its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
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


LATER = timedelta(seconds=10)
"""So long after its first failure a move is tried again, then twice as long each time."""
LATEST = timedelta(minutes=10)
ATTEMPTS = 8
"""After so many failures, in some twenty minutes, a move that can still be given up is."""
UNPREPARED = timedelta(hours=1)
"""So long somebody may give the address of a target once more that was being prepared; we do not keep it."""


class Care(StrEnum):
    """What is done about a move that nobody is carrying out."""

    WAIT = "wait"
    GO_ON = "go_on"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Standing:
    """A move that stands still. ``failures`` so far, the last one ``failed`` ago; ``begun`` so long ago.

    ``needs_address``: only a person can go on with it.
    """

    step: Step
    failures: int
    failed: timedelta
    begun: timedelta
    needs_address: bool = False

    @property
    def care(self) -> Care:
        """Decide. A mover that died, which is no failure, is followed at once: its tenant may be closed."""
        if self.step is Step.PREPARING and self.needs_address:
            return Care.GIVE_UP if self.begun > UNPREPARED else Care.WAIT
        if self.failures >= ATTEMPTS and self.step in RETURNABLE:
            return Care.GIVE_UP
        pause = min(LATER * 2 ** min(max(self.failures - 1, 0), 10), LATEST)
        return Care.WAIT if self.failures and self.failed < pause else Care.GO_ON
