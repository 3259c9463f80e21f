"""When a rent of a seat is in force, and which rents cannot be at the same time. Days are included, None is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rent:
    """A rent of one seat."""

    kind: str
    from_on: date | None = None
    until_on: date | None = None

    def disturbs(self, other: Rent) -> bool:
        """Say whether both cannot be: their days meet, and one of them wants the seat alone."""
        if "dedicated" not in {self.kind, other.kind}:
            return False
        return self._begins_before_end_of(other) and other._begins_before_end_of(self)

    def _begins_before_end_of(self, other: Rent) -> bool:
        return self.from_on is None or other.until_on is None or self.from_on <= other.until_on


def is_in_force(from_on: str | None, until_on: str | None, today: date) -> bool:
    """Say whether a rent with these days (ISO 8601) is in force ``today``."""
    return (from_on is None or date.fromisoformat(from_on) <= today) and (
        until_on is None or today <= date.fromisoformat(until_on)
    )
