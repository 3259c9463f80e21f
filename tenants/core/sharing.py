"""Whether a client lets recordings be heard by a link, by whom, for how long and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

OFF, PEOPLE, ANYONE = "off", "people", "anyone"
"""Nobody; the client's own people, signed in; anyone who has the address and its passcode."""


@dataclass(frozen=True, slots=True)
class SharingPolicy:
    """The section ``sharing`` of a blueprint. ``longest_h``: hours; ``with_note``: the agent's note stands on the page.

    ``by_staff``: the outsourcer's supervisors and quality may make links too. ``by_systems``: the client's systems get
    the recording behind a work order.
    """

    who: str = OFF
    longest_h: int = 72
    openings: int = 5
    with_note: bool = False
    by_staff: bool = False
    by_systems: bool = False

    @property
    def longest(self) -> timedelta:
        """Return how long a link lives at most."""
        return timedelta(hours=self.longest_h)

    @property
    def audiences(self) -> tuple[str, ...]:
        """Return for whom links may be made, the narrower first."""
        return {PEOPLE: (PEOPLE,), ANYONE: (PEOPLE, ANYONE)}.get(self.who, ())

    @classmethod
    def of(cls, section: Mapping[str, Any] | None) -> SharingPolicy:
        """Read the section, of today or from before it was there."""
        return cls(**{name: value for name, value in (section or {}).items() if name in cls.__slots__})
