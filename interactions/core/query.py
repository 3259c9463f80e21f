"""What a search of interactions asks for, read from an address: the same for page, file and API. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

TODAY = "today"
"""What a board's link says instead of a date: the client's day in which the link is opened."""
OPEN_TASKS = "open_tasks"
"""What stands in the place of an outcome for work in which nobody waits and that nobody has dealt with yet."""
SORTS = ("-started", "started", "-wait", "wait", "-talk", "talk")
"""What a list may be ordered by; ``-``: the greatest first. The first one is meant when nothing is said."""
DIRECTIONS = ("inbound", "outbound")
_LONGEST = 300
_DURATION = re.compile(r"(?:([0-9]{1,5}):)?([0-9]{1,7})")
_MOST_S = 30 * 24 * 3600
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


class Unreadable(ValueError):
    """A filter that does not exist or says nothing that is understood; ``name`` is which."""

    def __init__(self, name: str, why: str) -> None:
        """Take the parameter's name and what it should have been."""
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means everything. ``text``: an id, a whole number, or its last four digits.

    ``agent``: who took part, ``last_agent``: who has it or had it last. ``open_tasks``: only work in which nobody waits
    on the line and that nobody has dealt with yet. ``disposition``: a code, or one above others in the tree. ``note``,
    ``comment``: words that all stand there. ``node``, ``key``: what the contact passed in the flow, and what it pressed
    there. Times in seconds, both ends included.
    """

    text: str = ""
    queue: UUID | None = None
    agent: UUID | None = None
    last_agent: UUID | None = None
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    open_tasks: bool = False
    disposition: str = ""
    direction: str = ""
    task: str = ""
    wait_min: int | None = None
    wait_max: int | None = None
    talk_min: int | None = None
    talk_max: int | None = None
    note: str = ""
    comment: str = ""
    flow: str = ""
    node: str = ""
    key: str = ""
    recorded: bool | None = None
    supervised: bool | None = None
    sort: str = SORTS[0]

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for but an order."""
        return any(getattr(self, f.name) != f.default for f in fields(self) if f.name != "sort")


def _words(name: str, text: str) -> str:
    if "\0" in text or len(text) > _LONGEST:
        raise Unreadable(name, f"at most {_LONGEST} characters")
    return text.strip()


def _id(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Unreadable(name, "an id") from error


def _seconds(name: str, text: str) -> int:
    """Read ``90`` or ``1:30``."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise Unreadable(name, "seconds, or minutes:seconds")
    seconds = 60 * int(match[1] or 0) + int(match[2])
    if seconds > _MOST_S:
        raise Unreadable(name, "at most thirty days")
    return seconds


def _yes_or_no(name: str, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise Unreadable(name, "yes or no")
    return text == "yes"


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            raise Unreadable(name, " or ".join(allowed))
        return text

    return read


_READ: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "q": ("text", _words), "queue": ("queue", _id), "agent": ("agent", _id), "last_agent": ("last_agent", _id),
    "outcome": ("outcome", _words),
    "disposition": ("disposition", _words), "direction": ("direction", _one_of(*DIRECTIONS)), "task": ("task", _words),
    "wait_min": ("wait_min", _seconds), "wait_max": ("wait_max", _seconds), "talk_min": ("talk_min", _seconds),
    "talk_max": ("talk_max", _seconds), "note": ("note", _words), "comment": ("comment", _words),
    "flow": ("flow", _words), "node": ("node", _words),
    "key": ("key", _words), "recorded": ("recorded", _yes_or_no), "supervised": ("supervised", _yes_or_no),
    "sort": ("sort", _one_of(*SORTS)),
}  # fmt: skip
MOMENTS = ("from", "to", "since", "until")
NAMES = (*_READ, *MOMENTS)
"""Every filter that an address may hold. ``from`` and ``to`` are days or minutes in the client's zone, both to their
end; ``since`` and ``until`` moments with an offset (RFC 3339), the second one excluded."""


def read(given: Mapping[str, str], zone: ZoneInfo, today: date) -> Filters:
    """Return what an address asks for; empty values ask for nothing. Raises :class:`Unreadable`."""
    found: dict[str, Any] = {}
    for name, text in given.items():
        if name not in NAMES:
            raise Unreadable(name, "there is no such filter")
        if text and name in _READ:
            field, reader = _READ[name]
            found[field] = reader(name, text)
    for field, local, exact in (("since", "from", "since"), ("until", "to", "until")):
        if given.get(local) and given.get(exact):
            raise Unreadable(local, f"either {local} or {exact}")
        if given.get(local):
            found[field] = _local(local, given[local], zone, today)
        elif given.get(exact):
            found[field] = _exact(exact, given[exact])
    if found.get("outcome") == OPEN_TASKS:
        found |= {"outcome": "", "open_tasks": True}
    return Filters(**found)


def _local(name: str, text: str, zone: ZoneInfo, today: date) -> datetime:
    try:
        day = today if text == TODAY else date.fromisoformat(text)
    except ValueError:
        minute = _MINUTE if name == "to" else timedelta()
        return _utc(name, lambda: datetime.fromisoformat(text).replace(tzinfo=zone) + minute)
    end = _DAY if name == "to" else timedelta()
    return _utc(name, lambda: datetime(day.year, day.month, day.day, tzinfo=zone) + end)


def _exact(name: str, text: str) -> datetime:
    def made() -> datetime:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # an address that was not encoded says a blank for a plus
        if at.tzinfo is None:
            raise Unreadable(name, "a moment with its offset, as in 2026-11-21T08:00:00Z")
        return at

    return _utc(name, made)


def _utc(name: str, made: Callable[[], datetime]) -> datetime:
    """Return a moment in UTC; near the years 1 and 9999 there is none."""
    try:
        return made().astimezone(UTC)
    except Unreadable:
        raise
    except (ValueError, OverflowError) as error:
        raise Unreadable(name, "a date as in 2026-11-21, or a minute as in 2026-11-21T14:30") from error
