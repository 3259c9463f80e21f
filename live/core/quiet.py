"""Quiet hours: minutes of a day in a zone, over midnight as well. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = 24 * 60


def quiet_until(start: int, end: int, at: datetime, zone: str) -> datetime | None:
    """Return when the quiet hours end that ``at`` lies in; None: it lies in none. ``start == end``: there are none."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if start == end or (minute - start) % _DAY >= (end - start) % _DAY:
        return None
    day = local.date() if minute < end else local.date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, end // 60, end % 60, tzinfo=ZoneInfo(zone))
