"""A calendar of a blueprint as the value that answers whether it is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tenants.core.calendar import DAYS, Calendar, DateException, Interval
from tenants.holidays import HolidaySet, holidays_of

_YEARS_AHEAD = 3
_NONE = HolidaySet({}, frozenset(), None)


def opening_hours(content: Mapping[str, Any], zone: str, now: datetime) -> Calendar:
    """Return the calendar in the tenant's zone, with the holidays of last year and of three years to come."""
    local = now.astimezone(ZoneInfo(zone))
    years = range(local.year - 1, local.year + _YEARS_AHEAD + 1)
    found = holidays_of(content["holidays"], years) if content["holidays"] else _NONE
    return Calendar(
        zone=ZoneInfo(zone),
        weekly={day: _hours(content["weekly"][name]) for day, name in enumerate(DAYS)},
        exceptions={
            date.fromisoformat(e["on"]): DateException(hours=_hours(e["open"]), is_working_day=e["working"])
            for e in content["exceptions"]
        },
        holidays=found.holidays,
        workdays=found.workdays,
        confirmed_through=found.confirmed_through,
    )


def _hours(texts: list[str]) -> tuple[Interval, ...]:
    return tuple(sorted(Interval.parse(text) for text in texts))
