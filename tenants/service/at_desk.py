"""What a tenant's blueprint in force says for a queue's agents, and which colleague it means."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlmodel import col

from kit.db import Database, Scope
from kit.errors import NotFound
from tenants.models import AgentAlias, Number

_GUIDE = """
SELECT q.code, q.name, q.desk::text AS desk, b.version,
  coalesce(b.content #>> ARRAY['recording', 'numbers', $3, 'policy'],
    b.content #>> ARRAY['recording', 'queues', q.code, 'policy'],
    b.content #>> '{recording,policy}') = 'on_demand' AS on_demand
FROM gf.queue q LEFT JOIN LATERAL (
  SELECT version, content FROM gf.blueprint WHERE tenant_id = q.tenant_id ORDER BY version DESC LIMIT 1
) b ON true
WHERE q.tenant_id = $1 AND q.id = $2
"""


@dataclass(frozen=True, slots=True)
class Guide:
    """What the desk shows with a conversation of a queue. ``version``: of the blueprint that says it."""

    queue_code: str
    queue_name: str
    version: int
    screen_pop: str = ""
    notes: str = ""
    script: tuple[dict[str, str], ...] = ()
    on_demand: bool = False
    """Whether the agent decides about the recording."""


async def guide_of(scope: Scope, queue_id: UUID, number: str) -> Guide | None:
    """Return the guide of a queue and a dialled number; None: there is no such queue."""
    rows = await scope.fetch(_GUIDE, scope.tenant_id, queue_id, number)
    if not rows:
        return None
    row, told = rows[0], orjson.loads(rows[0]["desk"])
    return Guide(
        row["code"], row["name"], row["version"] or 0, told.get("screen_pop", ""), told.get("notes", ""),
        tuple(told.get("script", ())), bool(row["on_demand"]),
    )  # fmt: skip


async def colleague(control: Database, tenant_id: UUID, own_id: UUID) -> UUID:
    """Return the house's id of an agent by the tenant's own. Raises :class:`NotFound`."""
    async with control.plain() as session:
        wanted = select(col(AgentAlias.agent_id)).where(
            col(AgentAlias.tenant_id) == tenant_id, col(AgentAlias.id) == own_id
        )
        found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


async def home_number(control: Database, tenant_id: UUID) -> str:
    """Return a number of the tenant's own, whose country numbers without one belong to; empty: it has none."""
    async with control.plain() as session:
        wanted = select(col(Number.number)).where(col(Number.tenant_id) == tenant_id).order_by(col(Number.number))
        return (await session.execute(wanted.limit(1))).scalar_one_or_none() or ""
