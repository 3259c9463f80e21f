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
_NUMBER = re.compile(r"[0-9]{4}|[+][0-9]{1,20}")
_MOST_S = 30 * 24 * 3600
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


WHY: Mapping[str, str] = {
    "no_such": "there is no such filter", "no_choice": "one of its choices",
    "too_long": f"at most {_LONGEST} characters",
    "not_a_length": "seconds, or minutes:seconds, at most thirty days",
    "not_a_day": "a date as in 2026-11-21, or a minute as in 2026-11-21T14:30",
    "not_a_moment": "a moment with its offset, as in 2026-11-21T08:00:00Z",
    "said_twice": "a day or a moment, not both", "ends_before": "not before where it begins",
    "not_to_find": "an interaction's id, or the last four digits of a number", "no_word": "at least one word",
    "no_step": "say at which node of the flow it was pressed", "no_place": "a place in this list",
}  # fmt: skip
"""Why a filter cannot be read, by its code: what it should have been."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A filter that cannot be read: its name, and a code of :data:`WHY`."""

    name: str
    code: str


class Unreadable(ValueError):
    """Filters that do not exist or say nothing that is understood: ``wrong``, each of them once."""

    def __init__(self, *wrong: Wrong) -> None:
        """Take all that is wrong."""
        super().__init__("; ".join(f"{each.name}: {WHY[each.code]}" for each in wrong))
        self.wrong = wrong


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


class _No(ValueError):
    """A value that cannot be read; it says why."""


def _words(text: str) -> str:
    if "\0" in text or len(text) > _LONGEST:
        raise _No("too_long")
    return text.strip()


def _sought(text: str) -> str:
    """Read an id, the last digits of a number, or (who sees whole numbers) a whole one."""
    said = _words(text).replace(" ", "")
    try:
        return said if not said or _NUMBER.fullmatch(said) else str(UUID(said))
    except ValueError as error:
        raise _No("not_to_find") from error


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise _No("no_choice") from error


def _seconds(text: str) -> int:
    """Read ``90`` or ``1:30``."""
    match = _DURATION.fullmatch(text.strip())
    seconds = 60 * int(match[1] or 0) + int(match[2]) if match else _MOST_S + 1
    if seconds > _MOST_S:
        raise _No("not_a_length")
    return seconds


def _one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise _No("no_choice")
        return text

    return read


def _yes_or_no(text: str) -> bool:
    return _one_of("yes", "no")(text) == "yes"


_READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("text", _sought), "queue": ("queue", _id), "agent": ("agent", _id), "last_agent": ("last_agent", _id),
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


_BEGINS = {"wait_max": "wait_min", "talk_max": "talk_min", "until": "since"}
"""What must not lie before what."""


def read(given: Mapping[str, str], zone: ZoneInfo, today: date) -> Filters:
    """Return what an address asks for; empty values ask for nothing. Raises :class:`Unreadable`, with all that is."""
    found: dict[str, Any] = {}
    wrong: list[Wrong] = []
    said: dict[str, str] = {}
    for name, text in given.items():
        field, reader = _reader(name, zone, today)
        if name not in NAMES:
            wrong.append(Wrong(name, "no_such"))
        elif text and field in said:
            wrong.append(Wrong(name, "said_twice"))
        elif text:
            said[field] = name
            try:
                found[field] = reader(text)
            except _No as error:
                wrong.append(Wrong(name, str(error)))
    for end, begin in _BEGINS.items():
        low, high = found.get(begin), found.get(end)
        if low is not None and high is not None and (high <= low if end == "until" else high < low):
            wrong.append(Wrong(said[end], "ends_before"))
    if wrong:
        raise Unreadable(*wrong)
    if found.get("outcome") == OPEN_TASKS:
        found |= {"outcome": "", "open_tasks": True}
    return Filters(**found)


def dated(given: Mapping[str, str], today: date) -> dict[str, str]:
    """Return an address's filters with the day instead of "today": what is kept must mean the same later."""
    return {name: today.isoformat() if name in _LOCAL and text == TODAY else text for name, text in given.items()}


_LOCAL = {"from": "since", "to": "until"}


def _reader(name: str, zone: ZoneInfo, today: date) -> tuple[str, Callable[[str], Any]]:
    """Return the field that a filter of the address narrows, and what reads its value."""
    if name in _LOCAL:
        return _LOCAL[name], lambda text: _local(name, text, zone, today)
    return _READ.get(name, (name, _exact))


def _local(name: str, text: str, zone: ZoneInfo, today: date) -> datetime:
    is_end = name == "to"
    try:
        day = today if text == TODAY else date.fromisoformat(text)
    except ValueError:
        minute = _MINUTE if is_end else timedelta()
        return _utc(lambda: datetime.fromisoformat(text).replace(tzinfo=zone) + minute)
    end = _DAY if is_end else timedelta()
    return _utc(lambda: datetime(day.year, day.month, day.day, tzinfo=zone) + end)


def _exact(text: str) -> datetime:
    def made() -> datetime:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # an address that was not encoded says a blank for a plus
        if at.tzinfo is None:
            raise _No("not_a_moment")
        return at

    return _utc(made, "not_a_moment")


def _utc(made: Callable[[], datetime], otherwise: str = "not_a_day") -> datetime:
    """Return a moment in UTC; near the years 1 and 9999 there is none."""
    try:
        return made().astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _No(otherwise) from error
