"""Days off out of a calendar file, put into a calendar of a blueprint: in force at once, or into the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kit.db import AccessibleTenantId, Database, Plane
from kit.errors import Detail, NotFound
from tenants.core.texts import normalised
from tenants.errors import Refused
from tenants.ics import DaysOff, IcsRefused, days_off
from tenants.service.blueprints import Applied, Order, apply_blueprint
from tenants.service.history import read_version
from tenants.service.texts import text_for

_YEARS_BEFORE, _YEARS_AHEAD = 1, 3
"""Of the present one: what holidays of countries are known for as well."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: the calendars with it, the days that are new in them, and the lines that close no day."""

    calendars: list[dict[str, Any]]
    days: list[str]
    left_out: tuple[int, ...]


async def taken_into(content: Mapping[str, Any], code: str, file: bytes, now: datetime) -> Taken:
    """Put the days off of a file into a calendar of a blueprint; a day that stands there already stays as it is.

    Raises :class:`NotFound` for a calendar that is not there, and :class:`Refused` with the line of the file.
    """
    if all(calendar["code"] != code for calendar in content["calendars"]):
        raise NotFound(f"There is no calendar {code[:40]!r}")
    year, zone = now.year, ZoneInfo(content["tenant"]["zone"])
    try:
        found = await asyncio.to_thread(
            days_off, file, zone, now.date().replace(year - _YEARS_BEFORE, 1, 1),
            now.date().replace(year + _YEARS_AHEAD, 12, 31),
        )  # fmt: skip
    except IcsRefused as error:
        raise Refused((Detail("", "refused", error.reason, error.line),)) from error
    calendars, days = [], list[str]()
    for calendar in content["calendars"]:
        if calendar["code"] == code:
            known = {each["on"] for each in calendar["exceptions"]}
            new = _exceptions(found, known)
            days = [each["on"] for each in new]
            exceptions = sorted([*calendar["exceptions"], *new], key=lambda each: str(each["on"]))
            calendars.append({**calendar, "exceptions": exceptions})
        else:
            calendars.append(calendar)
    return Taken(calendars, days, found.left_out)


async def take_days_off(
    control: Database, plane: Plane, tenant_id: AccessibleTenantId, wanted: tuple[str, bytes], order: Order
) -> tuple[Applied, Taken]:
    """Bring the days off of a file (calendar, content) into force. Raises as :func:`taken_into`, and as applying does.

    A file whose days are all there already changes nothing.
    """
    present = await read_version(plane, tenant_id)
    taken = await taken_into(present.content, *wanted, order.at)
    async with plane.session(tenant_id) as scope:
        text = await text_for(scope, {**present.content, "calendars": taken.calendars})
    return await apply_blueprint(control, plane, text, order), taken


def _exceptions(found: DaysOff, known: set[str]) -> Sequence[dict[str, Any]]:
    days = {on.isoformat(): name for on, name in found.days.items()}
    return [
        {"on": on, "closed": True, "working": False, "open": [], "name": _readable(name)}
        for on, name in days.items()
        if on not in known
    ]


def _readable(name: str) -> str:
    """Return the name of a day as a blueprint may hold it: one with what nobody can see is left out."""
    try:
        return normalised(name)
    except ValueError:
        return ""
