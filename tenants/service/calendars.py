"""A calendar of a blueprint as the value that answers whether it is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from kit.db import Scope
from tenants.core.calendar import DAYS, Calendar, DateException, Interval
from tenants.holidays import HolidaySet, holidays_of
from tenants.models import Calendar as CalendarRow

_YEARS_AHEAD = 3
_NONE = HolidaySet({}, frozenset(), None)
_READ = f"""
SELECT content::text AS content FROM gf.{CalendarRow.__tablename__} WHERE tenant_id = $1 AND retired_at IS NULL
"""  # noqa: S608 - the model's own name


async def calendars_of(scope: Scope, zone: str, now: datetime) -> dict[str, Calendar]:
    """Return the tenant's calendars that are in force, by code; see :func:`opening_hours`."""
    contents = [orjson.loads(row["content"]) for row in await scope.fetch(_READ, scope.tenant_id)]
    return {content["code"]: opening_hours(content, zone, now) for content in contents}


def opening_hours(content: Mapping[str, Any], zone: str, now: datetime, *, since: datetime | None = None) -> Calendar:
    """Return the calendar in the tenant's zone, with the holidays of last year and of three years to come.

    ``since``: what is asked about began then, so the holidays begin the year before that.
    """
    local = now.astimezone(ZoneInfo(zone))
    years = range((since or local).year - 1, local.year + _YEARS_AHEAD + 1)
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
