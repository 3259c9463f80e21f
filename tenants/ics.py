"""Days off out of an iCalendar file (RFC 5545), read by the ``icalendar`` package, as dates of a client's zone.

An event of whole days closes each of them, one with hours the days that it covers from midnight to midnight. What is
wrong in a file is told with its line; a file is bounded, and so is what its rules may repeat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from icalendar.parser import Contentline

from tenants.core.recurring import FREQUENCIES, Rule, TooMuch, dates

MOST_BYTES: Final = 1_000_000
MOST_EVENTS: Final = 1000
MOST_DAYS: Final = 1000
LONGEST_DAYS: Final = 366
"""Of one event."""
_MOST_LOOKED_AT: Final = 200_000
_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST"})


class IcsRefused(ValueError):
    """The file cannot be read; ``line`` is where."""

    def __init__(self, line: int, reason: str) -> None:
        """Say where and why."""
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Names by date, within what was asked for, and the lines of events that close no whole day."""

    days: Mapping[date, str]
    left_out: tuple[int, ...] = ()


@dataclass(slots=True)
class _Lines:
    """One event of the file: the lines on which its properties stand."""

    begin: int
    of: dict[str, int] = field(default_factory=dict)

    def at(self, name: str) -> int:
        return self.of.get(name.upper(), self.begin)


def days_off(content: bytes, zone: ZoneInfo, first: date, last: date) -> DaysOff:
    """Return the days from ``first`` to ``last`` that a file closes in a zone. Raises :class:`IcsRefused`."""
    text = _decoded(content)
    places = _checked(text)
    if len(places) > MOST_EVENTS:
        raise IcsRefused(places[MOST_EVENTS].begin, f"more than {MOST_EVENTS} events")
    try:
        events = [each for each in Calendar.from_ical(text).walk("VEVENT") if isinstance(each, Event)]
    except (ValueError, KeyError, IndexError) as error:
        raise IcsRefused(1, f"this is no calendar: {error}"[:200]) from error
    days: dict[date, str] = {}
    left_out: list[int] = []
    budget = _MOST_LOOKED_AT
    moved = _moved(zip(events, places, strict=True), zone)
    for event, place in zip(events, places, strict=True):
        span = _span(event, place, zone)
        if span is None:
            left_out.append(place.begin)
        if span is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        starts, looked = _starts(event, place, span[0], last, budget)
        budget -= looked
        gone = set() if "RECURRENCE-ID" in event else moved.get(str(event.get("UID", "")), set())
        name = " ".join(str(event.get("SUMMARY", "")).split())[:200]
        for start in starts:
            if start not in gone:
                days |= {on: name for n in range(span[1]) if first <= (on := start + n * _DAY) <= last}
        if len(days) > MOST_DAYS:
            raise IcsRefused(place.begin, f"more than {MOST_DAYS} days")
    return DaysOff(dict(sorted(days.items())), tuple(left_out))


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise IcsRefused(1, f"the file has more than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IcsRefused(content[: error.start].count(b"\n") + 1, "this is not UTF-8") from error
    if "\0" in text:
        raise IcsRefused(text[: text.index("\0")].count("\n") + 1, "the character U+0000 is in the file")
    return text


def _checked(text: str) -> list[_Lines]:
    """Return where each event's properties stand. Raises :class:`IcsRefused` for a line that is none, or its order."""
    opened: list[tuple[str, int]] = []
    events: list[_Lines] = []
    for number, line in _unfolded(text):
        try:
            name, _parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call] # it has no annotations
        except ValueError as error:
            raise IcsRefused(number, "this is no line of a calendar") from error
        name, value = name.upper(), str(value).strip().upper()
        if name == "BEGIN":
            if bool(opened) == (value == "VCALENDAR") or (value == "VEVENT" and len(opened) != 1):
                raise IcsRefused(number, f"{value[:40]} does not begin here")
            opened.append((value, number))
            events += [_Lines(number)] if value == "VEVENT" else []
        elif not opened:
            raise IcsRefused(number, "this is no calendar: it begins with BEGIN:VCALENDAR")
        elif name == "END":
            if opened.pop()[0] != value:
                raise IcsRefused(number, f"{value[:40]} does not end here")
        elif opened[-1][0] == "VEVENT":
            events[-1].of.setdefault(name, number)
    if opened:
        raise IcsRefused(opened[-1][1], f"{opened[-1][0][:40]} has no end")
    return events


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of content with the number of its first line: the next one goes on with a space."""
    begun, parts = 1, list[str]()
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if line[:1] in {" ", "\t"} and parts:
            parts.append(line[1:])
            continue
        if "".join(parts).strip():
            yield begun, "".join(parts)
        begun, parts = number, [line]
    if "".join(parts).strip():
        yield begun, "".join(parts)


def _moved(events: Iterator[tuple[Event, _Lines]], zone: ZoneInfo) -> dict[str, set[date]]:
    """Return the dates of repeating events that another event of the file replaces, by their UID."""
    found: dict[str, set[date]] = {}
    for event, place in events:
        if "RECURRENCE-ID" in event:
            on = _local(_value(event, place, "RECURRENCE-ID"), zone)
            found.setdefault(str(event.get("UID", "")), set()).add(on if type(on) is date else on.date())  # type: ignore[attr-defined]
    return found


def _span(event: Event, place: _Lines, zone: ZoneInfo) -> tuple[date, int] | None:
    """Return the first whole day of an event and how many there are; None: none."""
    for name, _told in event.errors:
        raise IcsRefused(place.at(str(name)), f"{name} cannot be read")
    begin = _local(_value(event, place, "DTSTART"), zone)
    if "DTEND" in event:
        end = _local(_value(event, place, "DTEND"), zone)
    elif "DURATION" in event:
        end = begin + _value(event, place, "DURATION")
    else:
        end = begin + _DAY if not isinstance(begin, datetime) else begin
    if isinstance(begin, datetime) != isinstance(end, datetime):
        raise IcsRefused(place.at("DTEND"), "an event begins and ends with dates, or with times")
    if isinstance(begin, datetime) and isinstance(end, datetime):
        begin = begin.date() if begin.time() == time() else begin.date() + _DAY
        end = end.date()
    length = (end - begin).days
    if length > LONGEST_DAYS:
        raise IcsRefused(place.at("DTEND"), f"an event of more than {LONGEST_DAYS} days")
    return (begin, length) if length > 0 else None


def _value(event: Event, place: _Lines, name: str) -> Any:  # noqa: ANN401 - a date, a datetime or a timedelta
    said = event.get(name)
    if said is None or isinstance(said, list) or not hasattr(said, "dt"):
        raise IcsRefused(place.at(name), f"an event has one {name}")
    return said.dt


def _local(value: date | datetime, zone: ZoneInfo) -> date | datetime:
    """Return a date as it is, an instant as the clock of the zone shows it; a time without a zone is the zone's."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone).replace(tzinfo=None)
    return value


def _starts(event: Event, place: _Lines, start: date, last: date, most: int) -> tuple[set[date], int]:
    """Return the dates on which an event begins, and how many were looked at."""
    looked, starts = 0, {start, *_listed(event, "RDATE")}
    if "RRULE" in event:
        rule = _rule(event["RRULE"], place.at("RRULE"))
        try:
            repeated, looked = dates(rule, start, last, most)
        except TooMuch as error:
            raise IcsRefused(place.at("RRULE"), "this repeats too often") from error
        starts |= set(repeated)
    return starts - set(_listed(event, "EXDATE")), looked


def _listed(event: Event, name: str) -> Iterator[date]:
    said = event.get(name, [])
    for each in said if isinstance(said, list) else [said]:
        for value in each.dts:
            if isinstance(value.dt, date):
                yield value.dt.date() if isinstance(value.dt, datetime) else value.dt


def _rule(said: Any, line: int) -> Rule:  # noqa: ANN401 - a vRecur, or several
    if isinstance(said, list):
        raise IcsRefused(line, "an event repeats by one rule")
    frequency = str(_one(said, "FREQ", ""))
    unknown = {str(name).upper() for name in said} - _KNOWN
    if frequency not in FREQUENCIES or unknown:
        raise IcsRefused(line, f"days are not repeated by {min(unknown, default=frequency)[:40] or 'nothing'}")
    until = _one(said, "UNTIL", None)
    try:
        return Rule(
            frequency, max(1, int(_one(said, "INTERVAL", 1))),
            None if "COUNT" not in said else int(_one(said, "COUNT", 0)),
            until.date() if isinstance(until, datetime) else until, _whole(said, "BYMONTH", 12),
            _whole(said, "BYMONTHDAY", 31), frozenset(_weekday(str(each)) for each in _all(said, "BYDAY")),
            _whole(said, "BYSETPOS", 366), _WEEKDAYS.index(str(_one(said, "WKST", "MO"))),
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        raise IcsRefused(line, "the rule cannot be read") from error


def _weekday(text: str) -> tuple[int, int]:
    return _WEEKDAYS.index(text[-2:]), int(text[:-2] or 0)


def _whole(said: Mapping[str, Any], name: str, most: int) -> frozenset[int]:
    found = frozenset(int(each) for each in _all(said, name))
    if any(each == 0 or abs(each) > most for each in found):
        raise ValueError(name)
    return found


def _one(said: Mapping[str, Any], name: str, default: Any) -> Any:  # noqa: ANN401 - as the library reads it
    return next(iter(_all(said, name)), default)


def _all(said: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = said.get(name, [])
    return value if isinstance(value, list | tuple) else [value]
