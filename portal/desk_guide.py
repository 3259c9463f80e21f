"""What an agent needs with one conversation: script, notes, screen pop, forms of work orders, earlier ones, the day.

Each is read once when the desk shows another conversation, not with every look at the desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from interactions import before
from interactions import service as interactions
from interactions.shown import as_shown
from journal.core.facts import Actor
from kit.clock import millis
from kit.db import Plane, Scope
from kit.errors import TenantElsewhere
from portal.desk_view import place_of
from portal.order_forms import forms_of
from tenants.access import enter
from tenants.core.guide import filled_address, filled_text
from tenants.core.masks import Shown
from tenants.core.permissions import Role
from tenants.endpoints import StaffAccess
from tenants.service import reading
from tenants.service.at_desk import Guide, guide_of
from tenants.service.policies import shown_to

_LONGEST_VALUE = 200


async def guide_document(plane: Plane, staff: StaffAccess, interaction_id: UUID) -> dict[str, Any]:
    """Return the guide of the agent's own conversation. Raises :class:`NotFound` for any other."""
    place = await place_of(plane, staff, interaction_id)
    tenant_id, member = place["tenant_id"], staff.principal.memberships[place["tenant_id"]]
    async with plane.transaction(enter(staff.principal, tenant_id)) as scope:
        row = await interactions.brief(scope, interaction_id)
        if row is None:
            raise AssertionError("place_of has just found it")
        seen = await shown_to(scope, Role.AGENT)
        (contact,) = await as_shown(scope, [row], seen)
        guide = await guide_of(scope, row["queue_id"], str(row["number"])) if row["queue_id"] else None
        asked = await before.asked_of(scope, interaction_id)
        earlier = await as_shown(scope, await before.earlier_with(scope, interaction_id), _at_most_masked(seen))
        forms = await forms_of(scope, staff.known_as(tenant_id))
        me = Actor("agent", str(member.agent_id))
        for each in earlier:
            await reading.shown_at_desk(scope, me, UUID(str(each["id"])), ())
    values = {
        "call.time": row["started_at"].astimezone(ZoneInfo(member.zone)).strftime("%Y-%m-%d %H:%M"),
        "caller.e164": str(contact["contact"] or "").replace(" ", ""),
        "did": str(row["number"]),
        "queue.code": guide.queue_code if guide else "",
        "queue.name": guide.queue_name if guide else "",
        "client.name": member.name,
        "agent.alias": place["alias"],
        "interaction.id": str(interaction_id),
        **{f"ivr.{name}": value[:_LONGEST_VALUE] for name, value in asked.items()},
    }
    return {
        "interaction": str(interaction_id),
        **_filled(guide, values),
        "orders": forms.filled(values),
        "history": [_line(each) for each in earlier],
    }


def _at_most_masked(seen: Shown) -> Shown:
    """Earlier conversations are found without a number, so none is opened for them."""
    return Shown.MASKED if seen is Shown.FULL else seen


def _filled(guide: Guide | None, values: dict[str, str]) -> dict[str, Any]:
    if guide is None:
        return {"version": 0, "screen_pop": "", "notes": "", "script": [], "on_demand": False}
    return {
        "version": guide.version,
        "on_demand": guide.on_demand,
        "screen_pop": filled_address(guide.screen_pop, values) if guide.screen_pop else "",
        "notes": filled_text(guide.notes, values),
        "script": [
            {"title": step["title"], "text": filled_text(step["text"], values), "kind": step["kind"]}
            for step in guide.script
        ],
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """Return an interaction as a list at the desk shows it."""
    return {
        "id": row["id"],
        "at": millis(row["started_at"]),
        "queue": row["queue"],
        "agent": row["agent"],
        "contact": row["contact"],
        "outcome": row["outcome"],
        "direction": row.get("direction"),
        "talk_ms": row["talk_ms"],
        "disposition": row["disposition"]["name"] if row["disposition"] else None,
        "note": row["disposition"]["note"] if row["disposition"] else "",
    }


async def day_document(plane: Plane, staff: StaffAccess, now: datetime) -> dict[str, Any]:
    """Return the agent's figures of today by client and queue, and its last interactions, newest first."""
    queues: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    away: list[str] = []
    for member in staff.principal.memberships.values():
        if not member.open or member.agent_id is None:
            continue
        midnight = now.astimezone(ZoneInfo(member.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            async with plane.transaction(enter(staff.principal, member.tenant_id)) as scope:
                figures = await before.figures_of_agent(scope, member.agent_id, midnight)
                latest = await _latest(scope, member.agent_id, midnight)
        except TenantElsewhere:
            away.append(member.name)
            continue
        queues += [{"client": member.name, **row} for row in figures]
        lines += [{"client": member.name, **line} for line in latest]
    names = ("handled", "talk_ms", "hold_ms", "wrap_ms")
    return {
        "total": {name: sum(row[name] for row in queues) for name in names},
        "queues": queues,
        "latest": sorted(lines, key=lambda line: line["at"], reverse=True)[:10],
        "away": away,
    }


async def _latest(scope: Scope, agent_id: UUID, since: datetime) -> list[dict[str, Any]]:
    seen = await shown_to(scope, Role.AGENT)
    rows = await as_shown(scope, await before.latest_of_agent(scope, agent_id, since), _at_most_masked(seen))
    return [_line(row) for row in rows]
