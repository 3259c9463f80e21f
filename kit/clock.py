"""The one place that reads the wall clock; everything below an edge takes ``now`` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def millis(at: datetime) -> int:
    """Return whole milliseconds since the epoch, as live frames carry instants."""
    return int(at.timestamp() * 1000)
