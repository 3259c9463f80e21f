"""What changed since a number, so that a screen that comes back needs the changes only. Pure.

A step holds the keys of the rows that changed, not the rows: what a returning screen gets is how those rows are now,
each once, however often they changed meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from live.core.board import Changes

MOST_BYTES = 256 * 1024
"""So much one feed keeps: at 20 changes a second about two minutes, on a quiet floor hours."""
_STEP_BYTES, _KEY_BYTES = 400, 60
_LONGEST_EPOCH, _LONGEST_SEQ = 64, 18


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a screen was: the feed's epoch and the number of the last frame that it took."""

    epoch: str
    seq: int


def seen_by(query: Mapping[str, str]) -> Seen | None:
    """Return what a screen says that it has; None when it says nothing, or nothing that can be understood."""
    epoch, seq = query.get("epoch", ""), query.get("seq", "")
    if not 0 < len(epoch) <= _LONGEST_EPOCH or not (seq.isascii() and seq.isdecimal()) or len(seq) > _LONGEST_SEQ:
        return None
    return Seen(epoch, int(seq))


@dataclass(slots=True)
class Backlog:
    """The last steps of one feed, as many as fit into ``most`` bytes."""

    most: int = MOST_BYTES
    bytes: int = 0
    _steps: deque[tuple[int, Changes, int]] = field(default_factory=deque)

    def add(self, seq: int, changes: Changes) -> None:
        """Keep the step that led to ``seq``; the oldest go when it is too much."""
        keys = (key for each in (changes.queues, changes.seats, changes.calls) for key in each)
        size = _STEP_BYTES + sum(_KEY_BYTES + len(key) for key in keys)
        self._steps.append((seq, changes, size))
        self.bytes += size
        while self.bytes > self.most:
            self.bytes -= self._steps.popleft()[2]

    def clear(self) -> None:
        """Forget all: from here on only a snapshot tells everything."""
        self._steps.clear()
        self.bytes = 0

    def since(self, seq: int, newest: int) -> Changes | None:
        """Return everything that changed after ``seq``; None when that is not known any more, or never was."""
        if seq > newest or (seq < newest and (not self._steps or seq + 1 < self._steps[0][0])):
            return None
        changes = Changes()
        for at, step, _ in reversed(self._steps):
            if at <= seq:
                break
            changes.add(step)
        return changes
