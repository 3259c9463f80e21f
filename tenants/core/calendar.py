"""Calendars: when somebody is there, and how much business time lies between two moments (metrics.md section 7).

A calendar is a zone, weekly hours (several intervals a day, also over midnight), exceptions by date, holidays and
make-up workdays. Precedence: exception, make-up workday, holiday, weekly hours. Intervals are half-open; their local
times are resolved on each date: of a repeated hour the first, of a skipped hour the moment of the change. A window
belongs to the day on which it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MINUTES_A_DAY = 24 * 60
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 800
"""A calendar without an open moment in so many days never opens."""


class NeverOpens(Exception):
    """The calendar has no open moment within the horizon."""


class Opening(StrEnum):
    """What a calendar says about a moment."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Local minutes of a day, half-open; ``until`` beyond a day is the next one's morning."""

    begin: int
    until: int

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read ``09:00-18:00``, ``22:00-06:00`` (over midnight) or ``00:00-24:00``; raises ``ValueError``."""
        first, dash, last = text.partition("-")
        if not dash:
            raise ValueError(f"'{text}' is not an interval such as 09:00-18:00")
        begin, until = _minutes(first), _minutes(last)
        if begin == MINUTES_A_DAY:
            raise ValueError(f"'{text}' begins at the end of the day")
        return cls(begin, until if until > begin else until + MINUTES_A_DAY)


Hours: TypeAlias = tuple[Interval, ...]
Window: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DateException:
    """One date that is different: closed (no hours), special hours, or a working day with the workday hours."""

    hours: Hours = ()
    is_working_day: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """See the module. ``weekly``: Monday is 0. ``holidays``: ids by date. ``workday_hours``: default Monday's."""

    zone: ZoneInfo
    weekly: Mapping[int, Hours]
    exceptions: Mapping[date, DateException] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    workdays: frozenset[date] = frozenset()
    workday_hours: Hours | None = None
    confirmed_through: date | None = None

    def hours_on(self, on: date) -> Hours:
        """Return the intervals that begin on a date."""
        exception = self.exceptions.get(on)
        if exception is not None and not exception.is_working_day:
            return exception.hours
        if exception is not None or on in self.workdays:
            return self.weekly.get(0, ()) if self.workday_hours is None else self.workday_hours
        if on in self.holidays:
            return ()
        return self.weekly.get(on.weekday(), ())

    def is_confirmed(self, on: date) -> bool:
        """Tell whether the holidays of a date are official and not only expected."""
        return self.confirmed_through is None or on <= self.confirmed_through

    def opening(self, at: datetime) -> Opening:
        """Tell whether it is open, and if not, whether a holiday is why."""
        if self.is_open(at):
            return Opening.OPEN
        on = at.astimezone(self.zone).date()
        is_holiday = on in self.holidays and on not in self.workdays and on not in self.exceptions
        return Opening.HOLIDAY if is_holiday else Opening.CLOSED

    def is_open(self, at: datetime) -> bool:
        """Tell whether it is open at a moment."""
        on = at.astimezone(self.zone).date()
        days = (on - 2 * DAY, on - DAY, on)
        return any(begin <= at < until for day in days for begin, until in self._windows_on(day))

    def next_open(self, at: datetime) -> datetime:
        """Return the first open moment not before ``at``; raises ``NeverOpens``."""
        for begin, until in self._windows(at):
            if until > at:
                return max(begin, at).astimezone(UTC)
        raise NeverOpens

    def business_time(self, begin: datetime, until: datetime) -> timedelta:
        """Return the open time between two moments; negative when they are the other way round."""
        if until < begin:
            return -self.business_time(until, begin)
        total = timedelta()
        for opened, closed in self._windows(begin):
            if opened >= until:
                break
            total += max(min(closed, until) - max(opened, begin), timedelta())
        return total

    def business_seconds(self, begin: datetime, until: datetime) -> int:
        """Return :meth:`business_time` in whole seconds."""
        return self.business_time(begin, until) // SECOND

    def add_business(self, at: datetime, length: timedelta) -> datetime:
        """Return the first moment when so much business time has passed; raises ``NeverOpens``."""
        if length <= timedelta():
            return at.astimezone(UTC)
        left = length
        for opened, closed in self._windows(at):
            begin = max(opened, at)
            if closed - begin >= left:
                return (begin + left).astimezone(UTC)
            left -= max(closed - begin, timedelta())
        raise NeverOpens

    def _windows(self, at: datetime) -> Iterator[Window]:
        """Yield the open windows from around ``at`` on, in order and apart, until none comes for the horizon."""
        on = at.astimezone(self.zone).date() - 2 * DAY
        passed = datetime.min.replace(tzinfo=UTC)
        empty = 0
        while empty < HORIZON_DAYS:
            windows = sorted(self._windows_on(on))
            empty = 0 if windows else empty + 1
            for begin, until in windows:
                if until > passed:
                    yield max(begin, passed), until
                    passed = until
            on += DAY

    def _windows_on(self, on: date) -> Iterator[Window]:
        for interval in self.hours_on(on):
            begin, until = self._instant(on, interval.begin), self._instant(on, interval.until)
            if begin < until:
                yield begin, until

    def _instant(self, on: date, minutes: int) -> datetime:
        """Resolve a local time of a date."""
        days, minute = divmod(minutes, MINUTES_A_DAY)
        naive = datetime.combine(on + days * DAY, time(minute // 60, minute % 60))
        early = naive.replace(tzinfo=self.zone).astimezone(UTC)
        if early.astimezone(self.zone).replace(tzinfo=None) == naive:
            return early
        return self._change_before(early)

    def _change_before(self, at: datetime) -> datetime:
        """Find the change of clocks in the day before a moment, to the second."""
        low, high = at - DAY, at
        offset = high.astimezone(self.zone).utcoffset()
        while high - low > SECOND:
            middle = low + (high - low) // SECOND // 2 * SECOND
            if middle.astimezone(self.zone).utcoffset() == offset:
                high = middle
            else:
                low = middle
        return high


def _minutes(text: str) -> int:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal()):
        raise ValueError(f"'{text}' is not a time such as 09:00")
    minutes = int(hour) * 60 + int(minute)
    if minutes > MINUTES_A_DAY or int(minute) >= 60:  # noqa: PLR2004 -- minutes in an hour
        raise ValueError(f"'{text}' is not a time of a day")
    return minutes
