"""What is known of a conversation beside its row: the contact's earlier ones, what the flow asked, an agent's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from interactions import service
from interactions.core.talk import KINDS, Talk, talk_of
from journal import service as journal
from kit.db import Scope

_MOST = 10
_EARLIER = """
SELECT i.id FROM gf.interaction i JOIN gf.interaction this ON this.tenant_id = i.tenant_id AND this.id = $2
WHERE i.tenant_id = $1 AND i.id <> $2 AND this.contact_bidx IS NOT NULL AND i.contact_bidx = this.contact_bidx
ORDER BY i.id DESC LIMIT $3
"""
_OF_AGENT = """
SELECT i.id, p.talk_ms FROM gf.interaction i LEFT JOIN LATERAL (
  SELECT sum(talk_ms)::bigint AS talk_ms FROM gf.agent_part
  WHERE tenant_id = i.tenant_id AND interaction_id = i.id AND agent_id = $2
) p ON true
WHERE i.tenant_id = $1 AND i.started_at >= $3 AND i.ended_at IS NOT NULL
  AND (i.agent_id = $2 OR p.talk_ms IS NOT NULL) ORDER BY i.id DESC LIMIT $4
"""
_ASKED = """
SELECT i.resume #> '{position,variables}' AS variables, i.path, f.content -> 'nodes' AS nodes
FROM gf.interaction i
  LEFT JOIN gf.flow f ON f.tenant_id = i.tenant_id AND f.code = coalesce(i.resume ->> 'flow', i.flow)
    AND f.version = coalesce((i.resume ->> 'flow_version')::integer, i.flow_version)
WHERE i.tenant_id = $1 AND i.id = $2
"""
_BY_QUEUE = """
SELECT coalesce(q.name, '') AS queue, count(*) AS handled, sum(p.talk_ms)::bigint AS talk_ms,
  sum(p.hold_ms)::bigint AS hold_ms, sum(p.wrap_ms)::bigint AS wrap_ms
FROM gf.agent_part p LEFT JOIN gf.queue q ON q.tenant_id = p.tenant_id AND q.id = p.queue_id
WHERE p.tenant_id = $1 AND p.agent_id = $2 AND p.at >= $3
GROUP BY 1 ORDER BY 2 DESC, 1
"""


async def earlier_with(scope: Scope, interaction_id: UUID) -> list[dict[str, Any]]:
    """Return the same contact's other interactions with this tenant, newest first, at most ten.

    They are found by the number's blind index, so that no number is opened for it; a withheld number finds none.
    """
    found = await scope.fetch(_EARLIER, scope.tenant_id, interaction_id, _MOST)
    return await service.several(scope, [row["id"] for row in found])


async def latest_of_agent(scope: Scope, agent_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """Return what an agent handled since then, newest first, at most ten, each with its own talk time."""
    found = await scope.fetch(_OF_AGENT, scope.tenant_id, agent_id, since, _MOST)
    own = {str(row["id"]): row["talk_ms"] for row in found}
    rows = await service.several(scope, [row["id"] for row in found])
    return [{**row, "talk_ms": row["talk_ms"] if own[str(row["id"])] is None else own[str(row["id"])]} for row in rows]


async def figures_of_agent(scope: Scope, agent_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """Return an agent's figures by queue since then; durations in milliseconds: its own part of each."""
    return [dict(row) for row in await scope.fetch(_BY_QUEUE, scope.tenant_id, agent_id, since)]


async def asked_of(scope: Scope, interaction_id: UUID) -> dict[str, str]:
    """Return what the flow knows of an interaction, by variable; what was asked as secure is left out.

    Of one that is over only what the contact keyed in is left.
    """
    rows = await scope.fetch(_ASKED, scope.tenant_id, interaction_id)
    if not rows:
        return {}
    nodes: dict[str, Any] = _json(rows[0]["nodes"]) or {}
    secure = {node.get("into") for node in nodes.values() if node.get("secure")}
    values: dict[str, Any] | None = _json(rows[0]["variables"])
    if values is None:
        steps = [step.partition(":") for step in _json(rows[0]["path"])]
        values = {nodes.get(node, {}).get("into"): keyed for node, _, keyed in steps if keyed}
    return {name: str(value) for name, value in values.items() if name and name not in secure and value is not None}


async def talk_now(scope: Scope, interaction_id: UUID) -> Talk:
    """Return how a conversation stands, by its facts."""
    return talk_of(fact for fact in await journal.history(scope, interaction_id) if fact.kind in KINDS)


def _json(value: Any) -> Any:  # noqa: ANN401 - a column of JSON, as text or as it is
    return orjson.loads(value) if isinstance(value, str | bytes) else value
