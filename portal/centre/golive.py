"""The go-live list: what has really happened for a new client, read from where it happens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from starlette.datastructures import State

from tenants.access import Principal, for_system
from tenants.service import reading
from tenants.service.blueprints import in_force
from tenants.service.floors import list_tenants
from tenants.service.own_names import names_of

_CALLS = """SELECT number, max(started_at) AS at, count(*) FILTER (WHERE agent_id IS NOT NULL) AS answered
FROM gf.interaction WHERE tenant_id = $1 GROUP BY number"""
_SEATS = """SELECT p.seat, p.alias, s.state, s.phone FROM gf.agent_profile p
LEFT JOIN gf.agent_state s ON s.tenant_id = p.tenant_id AND s.agent_id = p.agent_id
WHERE p.tenant_id = $1 AND p.retired_at IS NULL ORDER BY length(p.seat), p.seat"""
_PEOPLE = """SELECT u.name, u.email, m.role, u.password_hash IS NOT NULL AS ready,
  (SELECT max(s.created_at) FROM control.session s WHERE s.user_id = u.id AND s.tenant_id = m.tenant_id) AS seen_at
FROM control.membership m JOIN control."user" u ON u.id = m.user_id
WHERE m.tenant_id = $1 AND m.role LIKE 'client%' ORDER BY u.email"""


async def checks(state: State, tenant_id: UUID, reader: Principal) -> dict[str, Any]:
    """Return the client, its numbers with their calls, its seats with their phones, its people and who was here.

    The client finds in its journal who looked.
    """
    inside = for_system(tenant_id, "go-live list")
    async with state.plane.session(inside) as session:
        present = await in_force(session)
    async with state.plane.transaction(inside) as scope:
        await reading.looked_in(scope, reader, "go_live")
        calls = {row["number"]: row for row in await scope.fetch(_CALLS, tenant_id)}
        seats = [dict(row) for row in await scope.fetch(_SEATS, tenant_id)]
    pool = await state.control.pool()
    people = [dict(row) for row in await pool.fetch(_PEOPLE, tenant_id)]
    content: Any = present.content or {"numbers": [], "flows": [], "prompts": []}
    names = await names_of(state.control, tenant_id)
    client = next(tenant for tenant in await list_tenants(state.control) if tenant.id == tenant_id)
    numbers = [{**number, "call": calls.get(number["number"])} for number in content["numbers"]]
    return {
        "client": client,
        "version": present.version,
        "numbers": [
            {**n, "at": n["call"]["at"] if n["call"] else None, "answered": bool(n["call"] and n["call"]["answered"])}
            for n in numbers
        ],
        "seats": [
            {**seat, "seat": names.real_pair(seat["seat"], "")[0], "ready": bool(seat["phone"])} for seat in seats
        ],
        "people": people,
        "keys": _keys(content),
    }


def _keys(content: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Return the keys of the first menu with the names of their queues, for whoever makes the test call."""
    names = {queue["code"]: queue["name"] for queue in content.get("queues", ())}
    for flow in content["flows"]:
        nodes = flow["nodes"]
        for node in nodes.values():
            if node["type"] == "menu":
                leads = {key: nodes.get(target, {}).get("queue", "") for key, target in node["options"].items()}
                return [(key, names[queue[2:]]) for key, queue in leads.items() if queue[2:] in names]
    return []
