"""What a screen asks of a board of the past: go there, play, stand still, another speed, to what happened next.

Later orders replace earlier ones that nobody has carried out yet, so a reader who drags the bar costs one look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from live.core.marks import GROUPS, KINDS

SLOWEST, FASTEST = 0.25, 60.0
LONGEST = 256
_LATEST_MS = 253_402_300_799_000
"""The end of the year 9999: what a date can hold."""


@dataclass(slots=True)
class Orders:
    """What is to be done next. ``at`` in ms; ``jump``: -1 back, 1 on, to a mark of one of ``kinds``."""

    at: int | None = None
    jump: int = 0
    kinds: tuple[str, ...] = KINDS
    plays: bool | None = None
    speed: float | None = None
    resync: bool = False

    def take(self, message: str) -> bool:
        """Take an order; say whether it was one. What cannot be understood changes nothing."""
        try:
            said = orjson.loads(message) if len(message) <= LONGEST else None
        except orjson.JSONDecodeError:
            return False
        if not isinstance(said, dict):
            return False
        kind = str(said.get("t"))
        if kind in ("play", "pause"):
            self.plays = kind == "play"
        elif kind == "resync":
            self.resync = True
        else:
            return kind in _HOW and _HOW[kind](self, said)
        return True

    def put_back(self, undone: Orders) -> None:
        """Take back what could not be carried out, as far as nothing came in its place."""
        if self.at is None and not self.jump:
            self.at, self.jump, self.kinds = undone.at, undone.jump, undone.kinds

    def _seek(self, said: Mapping[str, Any]) -> bool:
        at = said.get("at")
        if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= _LATEST_MS:
            return False
        self.at, self.jump = at, 0
        return True

    def _jump(self, said: Mapping[str, Any]) -> bool:
        kinds = kinds_named(said.get("kinds", "all"))
        if not kinds:
            return False
        self.jump, self.kinds, self.at = 1 if said["t"] == "next" else -1, kinds, None
        return True

    def _hurry(self, said: Mapping[str, Any]) -> bool:
        speed = said.get("speed")
        if not isinstance(speed, int | float) or isinstance(speed, bool) or not SLOWEST <= speed <= FASTEST:
            return False
        self.speed = float(speed)
        return True


_HOW: Mapping[str, Callable[[Orders, Mapping[str, Any]], bool]] = {
    "seek": Orders._seek, "next": Orders._jump, "previous": Orders._jump, "speed": Orders._hurry,  # noqa: SLF001 - ours
}  # fmt: skip


def kinds_named(name: object) -> tuple[str, ...]:
    """Return the kinds of marks of a group, of one kind's own name, or of ``all``; none of a name that nothing has."""
    if name == "all":
        return KINDS
    return GROUPS.get(str(name), (str(name),) if name in KINDS else ())
