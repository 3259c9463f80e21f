"""Whom an agent can hand its interaction to: the client's people, agents, queues and flows of that client, by name.

Numbers are shown as the client's masking lets agents see numbers, and are never searched: nothing is guessed by asking.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse

from kit import clock
from kit.db import Scope
from portal.desk import AtDesk
from portal.desk_view import place_of
from tenants.access import enter
from tenants.core.calendar import Calendar
from tenants.core.directory import Person
from tenants.core.masks import Shown, shown_as
from tenants.core.permissions import Role
from tenants.service.calendars import calendars_of
from tenants.service.directory import people_of
from tenants.service.policies import shown_to

router = APIRouter(include_in_schema=False)

MOST = 50
"""So many of each kind are answered."""

_AGENTS = """
SELECT p.agent_id::text AS target, p.alias AS name, coalesce(s.state, 'offline') AS state, s.reason
FROM gf.agent_profile p LEFT JOIN gf.agent_state s ON s.tenant_id = p.tenant_id AND s.agent_id = p.agent_id
WHERE p.tenant_id = $1 AND p.retired_at IS NULL AND p.agent_id <> $2 ORDER BY p.alias
"""
_QUEUES = "SELECT code AS target, name FROM gf.queue WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"
_FLOWS = """
SELECT (content -> 'numbers')::text AS numbers FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""


@router.get("/desk/directory")
async def directory(
    request: Request, staff: AtDesk, interaction: UUID, q: Annotated[str, Query(max_length=80)] = ""
) -> JSONResponse:
    """Search by a part of a name, a department or a code; without ``q`` everybody. Raises :class:`NotFound`."""
    place = await place_of(request.app.state.plane, staff, interaction)
    tenant_id = enter(staff.principal, place["tenant_id"])
    now = clock.now()
    async with request.app.state.plane.transaction(tenant_id) as scope:
        hours = await calendars_of(scope, staff.principal.memberships[tenant_id].zone, now)
        found = await _everybody(scope, staff.known_as(tenant_id), hours, now)
    wanted = " ".join(q.casefold().split())
    return JSONResponse(
        {kind: [each for each in rows if wanted in _searched(each)][:MOST] for kind, rows in found.items()}
    )


async def _everybody(
    scope: Scope, me: UUID, calendars: dict[str, Calendar], now: datetime
) -> dict[str, list[dict[str, Any]]]:
    shown = await shown_to(scope, Role.AGENT)
    people = await people_of(scope)
    names = {person.code: person.name for person in people}
    flows = await scope.fetch(_FLOWS, scope.tenant_id)
    numbers = orjson.loads(flows[0]["numbers"] or "[]") if flows else []
    return {
        "people": [_person(each, calendars, names, shown, now) for each in people],
        "agents": [{"kind": "agent", **row} for row in await scope.fetch(_AGENTS, scope.tenant_id, me)],
        "queues": [{"kind": "queue", **row} for row in await scope.fetch(_QUEUES, scope.tenant_id)],
        "flows": [{"kind": "flow", "target": f, "name": f} for f in dict.fromkeys(n["flow"] for n in numbers)],
    }


def _person(
    person: Person, calendars: dict[str, Calendar], names: dict[str, str], shown: Shown, now: datetime
) -> dict[str, Any]:
    hours = calendars.get(person.hours) if person.hours else None
    return {
        "kind": "person",
        "target": person.code,
        "name": person.name,
        "department": person.department,
        "phones": [{"kind": phone.kind, "number": shown_as(phone.number, shown)} for phone in person.phones],
        "reachable": hours is None or hours.is_open(now),
        "chief": names.get(person.chief or ""),
        "told_by": sorted(person.ways),
    }


def _searched(each: dict[str, Any]) -> str:
    told = (each["name"], each.get("department", ""), "" if each["kind"] == "agent" else each["target"])
    return " ".join(told).casefold()
