"""On which dates a rule of iCalendar repeats (RFC 5545, 3.3.10), as far as calendars of holidays repeat.

Ours, because the libraries walk to the year 9999 for a rule that never comes true, such as 30 February of every day.
Here each period between the first date and the last one asked for is looked at once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Final

YEARLY, MONTHLY, WEEKLY, DAILY = FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Rule:
    """``weekdays``: Monday is 0, each with which one of the month or year it is (negative: from the end; 0: each)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    week_begins: int = 0


class TooMuch(ValueError):
    """More dates would have to be looked at than may be."""


def dates(rule: Rule, start: date, last: date, most: int) -> tuple[list[date], int]:
    """Return the dates from ``start`` to ``last``, and how many were looked at. Raises :class:`TooMuch`."""
    found: list[date] = []
    looked = 0
    for period in _periods(rule, start, last):
        looked += len(period)
        if looked > most:
            raise TooMuch(f"more than {most} dates")
        for on in _chosen(rule, [on for on in period if _fits(rule, on, start)]):
            if on > last or (rule.until is not None and on > rule.until) or len(found) == rule.count:
                return found, looked
            if on >= start:
                found.append(on)
    return found, looked


def _chosen(rule: Rule, fitting: Sequence[date]) -> Sequence[date]:
    if not rule.positions:
        return fitting
    places = {at - 1 if at > 0 else len(fitting) + at for at in rule.positions}
    return [on for place, on in enumerate(fitting) if place in places]


def _periods(rule: Rule, start: date, last: date) -> Iterator[Sequence[date]]:
    for step in count(step=rule.interval):
        period = _PERIODS[rule.frequency](rule, start, step)
        if period is None or (period and period[0] > last):
            return
        yield period


def _years(rule: Rule, start: date, step: int) -> Sequence[date] | None:
    year = start.year + step
    if year > date.max.year:
        return None
    plain = not (rule.month_days or rule.weekdays)
    months = sorted(rule.months) or ([start.month] if plain else range(1, _MONTHS + 1))
    return [on for month in months for on in _month(year, month)] or [date(year, 1, 1)]


def _some_month(_rule: Rule, start: date, step: int) -> Sequence[date] | None:
    year, month = divmod(start.year * _MONTHS + start.month - 1 + step, _MONTHS)
    return None if year > date.max.year else _month(year, month + 1)


def _weeks(rule: Rule, start: date, step: int) -> Sequence[date] | None:
    begin = start.toordinal() - (start.weekday() - rule.week_begins) % _WEEK + step * _WEEK
    return _days(begin, _WEEK)


def _one_day(_rule: Rule, start: date, step: int) -> Sequence[date] | None:
    return _days(start.toordinal() + step, 1)


def _days(begin: int, length: int) -> Sequence[date] | None:
    fits = 0 < begin <= date.max.toordinal() - length
    return [date.fromordinal(begin + n) for n in range(length)] if fits else None


_PERIODS: Final[dict[str, Callable[[Rule, date, int], Sequence[date] | None]]] = {
    YEARLY: _years, MONTHLY: _some_month, WEEKLY: _weeks, DAILY: _one_day,
}  # fmt: skip


def _month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _fits(rule: Rule, on: date, start: date) -> bool:
    if rule.months and on.month not in rule.months:
        return False
    length = monthrange(on.year, on.month)[1]
    if rule.month_days and not {on.day, on.day - length - 1} & rule.month_days:
        return False
    if rule.weekdays:
        return any(day == on.weekday() and (nth == 0 or nth in _which(rule, on, length)) for day, nth in rule.weekdays)
    if rule.month_days or rule.frequency == DAILY:
        return True
    return on.weekday() == start.weekday() if rule.frequency == WEEKLY else on.day == start.day


def _which(rule: Rule, on: date, length: int) -> tuple[int, int]:
    """Return which one of its weekday a date is, from the beginning and from the end of its month or year."""
    if rule.frequency == YEARLY and not rule.months:
        passed = (on - date(on.year, 1, 1)).days
        return passed // _WEEK + 1, -((date(on.year, 12, 31) - on).days // _WEEK + 1)
    return (on.day - 1) // _WEEK + 1, -((length - on.day) // _WEEK + 1)
