"""What clients ask of agents about work orders, as a desk shows it: with the contact to call and what to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from interactions import service as interactions
from interactions.shown import as_shown
from kit.clock import millis
from kit.db import Scope
from tenants.access import Membership
from tenants.core.masks import Shown, mask_value
from tenants.core.work_orders import OrderType
from workorders.core.numbers import readable
from workorders.seat_tasks import rows
from workorders.service.rules import rules_of

MOST = 50
"""So many tasks of one client stand on a desk, what is due first in front."""


async def tasks_of(scope: Scope, member: Membership, agent_id: UUID, seen: Shown) -> list[dict[str, Any]]:
    """Return the tasks of a client that are this agent's, as its desk's document has them (instants in ms)."""
    waiting = await rows.waiting(scope, agent_id, MOST)
    about = [row["interaction_id"] for row in waiting if row["interaction_id"] is not None]
    calls = await as_shown(scope, await interactions.several(scope, about), seen) if about else []
    contacts = {str(call["id"]): call["contact"] for call in calls}
    client = {"code": member.code, "name": member.name}
    types = (await rules_of(scope)).types if waiting else {}
    lines = [
        {**_line(row, client, types.get(row["order_type"])), "contact": contacts.get(str(row["interaction_id"]))}
        for row in waiting
    ]
    return list(mask_value(lines, seen))


def _line(row: Mapping[str, Any], client: Mapping[str, str], kind: OrderType | None) -> dict[str, Any]:
    """Return a task's line; ``script``: what the client wants said with this type, if the task does not say it."""
    script = "" if kind is None or kind.script in row["instructions"] else kind.script
    return {
        "id": str(row["id"]),
        "order": str(row["work_order_id"]),
        "number": readable(row["number"]),
        "title": row["order_title"],
        "client": client,
        "kind": row["kind"],
        "type": row["order_type"] if kind is None else kind.name,
        "instructions": row["instructions"],
        "script": script,
        "due_at": None if row["due_at"] is None else millis(row["due_at"]),
        "state": row["state"],
        "called": row["call_id"] is not None,
        "closes": row["order_status"] == "resolved",
    }
