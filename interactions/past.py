"""Interactions as they stood after a fact of the past: their records, folded anew from what was told up to there.

A row of today says what came of a conversation; a board of the past knows only what had come of it by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from interactions.core.record import InteractionRecord, apply
from journal import service as journal
from kit.db import Scope

_Names = dict[UUID | None, str]
_ALIASES = "SELECT agent_id AS id, alias AS name FROM gf.agent_profile WHERE tenant_id = $1 AND retired_at IS NULL"
_QUEUES = "SELECT id, name FROM gf.queue WHERE tenant_id = $1"


async def as_of(scope: Scope, rows: Sequence[Mapping[str, Any]], upto: int) -> list[dict[str, Any]]:
    """Return rows of :mod:`interactions.service` as they were after the fact ``upto``, in their order.

    One that had not begun is left out; contacts are those of the rows. Agents and queues have their names of today.
    ``had_by``: the ids of all agents who had it by then, or had finished with it.
    """
    records: dict[UUID, InteractionRecord | None] = {}
    finished: dict[UUID, set[str]] = {}
    for fact in await journal.stored_of(scope, [UUID(str(row["id"])) for row in rows], upto):
        records[fact.subject] = apply(records.get(fact.subject), fact)
        if fact.kind == "InteractionHandled":
            finished.setdefault(fact.subject, set()).add(fact.data["agent_id"])
    aliases, queues = await _names(scope, _ALIASES), await _names(scope, _QUEUES)
    found = []
    for row in rows:
        record = records.get(UUID(str(row["id"])))
        if record is not None:
            had_by = finished.get(record.id, set()) | ({str(record.agent_id)} if record.agent_id else set())
            found.append({**_then(record, aliases, queues), "contact": row["contact"], "had_by": had_by})
    return found


def _then(
    record: InteractionRecord, aliases: Mapping[UUID | None, str], queues: Mapping[UUID | None, str]
) -> dict[str, Any]:
    return {
        "id": str(record.id), "started_at": record.started_at, "state": record.state,
        "queue": queues.get(record.queue_id, record.queue), "agent": aliases.get(record.agent_id),
        "outcome": record.outcome, "wait_ms": record.wait_ms, "talk_ms": record.talk_ms,
    }  # fmt: skip


async def _names(scope: Scope, sql: str) -> _Names:
    return {UUID(str(row["id"])): row["name"] for row in await scope.fetch(sql, scope.tenant_id)}
