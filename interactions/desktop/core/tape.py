"""What is kept of a desk before it is stored: lines of events, bounded in size and in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

LONGEST_MS = 120_000
"""A part is stored after so long: a process that dies loses no more than that."""
LARGEST = 2 * 1024 * 1024
"""And when it has so many bytes, before it is compressed."""


@dataclass(slots=True)
class Tape:
    """One part of a desk's view. Instants are milliseconds of the server's clock."""

    began: int = 0
    last: int = 0
    events: int = 0
    size: int = 0
    until: int = 0
    """The number of the last batch of the page that is in it."""
    lines: list[bytes] = field(default_factory=list)

    def add(self, events: Sequence[dict[str, Any]], line: bytes, number: int) -> None:
        """Take the events of a batch, and the line of JSON that is kept of them."""
        if not self.events:
            self.began = int(events[0]["timestamp"])
        self.last = max(self.last, int(events[-1]["timestamp"]))
        self.events += len(events)
        self.size += len(line)
        self.until = number
        self.lines.append(line)

    def followed_by(self, later: Tape) -> Tape:
        """Return both as one: this could not be stored."""
        if not later.events:
            return self
        return Tape(
            self.began, max(self.last, later.last), self.events + later.events, self.size + later.size, later.until,
            self.lines + later.lines,
        )  # fmt: skip

    @property
    def full(self) -> bool:
        """Say whether it is to be stored now."""
        return self.size > LARGEST or self.last - self.began > LONGEST_MS

    @property
    def heavy(self) -> bool:
        """Say whether it is more than a process holds while the store is away."""
        return self.size > 2 * LARGEST

    @property
    def began_at(self) -> datetime:
        """Return when its first event was."""
        return datetime.fromtimestamp(self.began / 1000, UTC)
