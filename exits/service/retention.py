"""How long a client's data is kept, and deleting what is over: recordings, interactions, closed work orders.

Each batch is one transaction with its own fact, so what a killed process did is told and the rest is done by the next
round. The journal is shortened in :mod:`exits.service.old_facts`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from exits.facts import RecordingDeleted, RetentionApplied, WorkOrderErased
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.db import AccessibleTenantId, Plane, Scope
from kit.objects import Objects
from tenants.policies import RetentionPart

BATCH = 200
"""So many interactions, work orders or recordings go in one transaction."""

_POLICY = """
SELECT (content -> 'retention')::text AS retention FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1
"""
_RECORDINGS = """
SELECT r.id, r.interaction_id, r.key FROM gf.recording r
WHERE r.tenant_id = $1 AND r.deleted_at IS NULL AND r.stored_at < $2 AND NOT EXISTS (SELECT FROM gf.legal_hold h
    WHERE h.tenant_id = $1 AND h.interaction_id = r.interaction_id AND h.lifted_at IS NULL)
ORDER BY r.stored_at LIMIT $3 FOR UPDATE OF r SKIP LOCKED
"""
_INTERACTIONS = """
SELECT i.id FROM gf.interaction i
WHERE i.tenant_id = $1 AND i.started_at < $2 AND i.state = 'ended' AND coalesce(i.ended_at, i.started_at) < $2
  AND NOT EXISTS (SELECT FROM gf.agent_state a WHERE a.tenant_id = $1 AND a.interaction_id = i.id)
  AND NOT EXISTS (SELECT FROM gf.legal_hold h
    WHERE h.tenant_id = $1 AND h.interaction_id = i.id AND h.lifted_at IS NULL)
ORDER BY i.started_at LIMIT $3 FOR UPDATE OF i SKIP LOCKED
"""
_THEIR_RECORDINGS = """
SELECT id, interaction_id, key, deleted_at FROM gf.recording WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])
"""
_WORK_ORDERS = """
SELECT w.id, w.number FROM gf.work_order w
WHERE w.tenant_id = $1 AND w.closed_at < $2 AND w.status IN ('closed', 'rejected', 'cancelled')
  AND NOT EXISTS (SELECT FROM gf.webhook_event v JOIN gf.webhook_delivery d ON d.tenant_id = v.tenant_id
    AND d.event_id = v.id WHERE v.tenant_id = $1 AND v.subject = w.id AND d.state = 'waiting')
  AND NOT EXISTS (SELECT FROM gf.legal_hold h
    WHERE h.tenant_id = $1 AND h.interaction_id = w.interaction_id AND h.lifted_at IS NULL)
ORDER BY w.closed_at LIMIT $3 FOR UPDATE OF w SKIP LOCKED
"""
_MESSAGES = """
SELECT id FROM gf.agent_message WHERE tenant_id = $1 AND sent_at < $2 ORDER BY sent_at LIMIT $3 FOR UPDATE SKIP LOCKED
"""
_ASKS = "SELECT id FROM gf.client_ask WHERE tenant_id = $1 AND asked_at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED"
_TELLINGS = "SELECT id FROM gf.client_context WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])"
_THEIR_FILES = """
SELECT key FROM gf.work_order_attachment WHERE tenant_id = $1 AND work_order_id = ANY($2::uuid[]) AND key IS NOT NULL
"""
_THEIR_DELIVERIES = """
SELECT d.id FROM gf.webhook_delivery d WHERE d.tenant_id = $1 AND d.subject = ANY($2::uuid[])
  AND d.endpoint_id IN (SELECT id FROM gf.webhook_endpoint WHERE tenant_id = $1)
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whose old rows are deleted; ``told`` hears how many of what are gone so far."""

    plane: Plane
    tenant_id: AccessibleTenantId
    recordings: Objects
    told: Callable[[str, int], None] = lambda _section, _gone: None


async def policy(scope: Scope) -> RetentionPart:
    """Return how long what is kept, as the configuration in force says."""
    rows = await scope.fetch(_POLICY, scope.tenant_id)
    stored = rows[0]["retention"] if rows else None
    return RetentionPart() if stored is None else RetentionPart.model_validate(orjson.loads(stored))


async def delete_old(keeping: Keeping, now: datetime) -> dict[str, int]:
    """Delete what is over; return how many of each section. Safe to be killed, repeated, and done by two at once.

    Raises ``OSError``, and what the database raises.
    """
    await _old_messages(keeping, now)
    return {
        "recordings": await _batches(keeping, "recordings", _old_recordings, now),
        "interactions": await _batches(keeping, "interactions", _old_interactions, now),
        "work_orders": await _batches(keeping, "work_orders", _old_work_orders, now),
    }


async def _batches(
    keeping: Keeping,
    section: str,
    delete: Callable[[Scope, Objects, datetime, datetime], Awaitable[int]],
    now: datetime,
) -> int:
    gone = 0
    while True:
        async with keeping.plane.transaction(keeping.tenant_id) as scope:
            days: int = getattr(await policy(scope), f"{section}_days")
            deleted = await delete(scope, keeping.recordings, now - timedelta(days=days), now)
        gone += deleted
        if deleted:
            keeping.told(section, gone)
        if deleted < BATCH:
            return gone


async def _old_recordings(scope: Scope, recordings: Objects, before: datetime, now: datetime) -> int:
    """Delete files; the rows stay, with a date. A file goes before its row says so: killed in between, it is said next.

    A row is an interaction's and goes with it.
    """
    rows = await scope.fetch(_RECORDINGS, scope.tenant_id, before, BATCH)
    await _unlink(recordings, rows)
    await _delete(scope, "recording_peaks", "id", [row["id"] for row in rows])
    await _delete(scope, "recording_link", "recording_id", [row["id"] for row in rows])
    await scope.fetch(
        "UPDATE gf.recording SET deleted_at = $3 WHERE tenant_id = $1 AND id = ANY($2::uuid[])",
        scope.tenant_id, [row["id"] for row in rows], now,
    )  # fmt: skip
    _tell_deleted(scope, rows, now)
    return len(rows)


async def _old_interactions(scope: Scope, recordings: Objects, before: datetime, now: datetime) -> int:
    """Delete ended interactions with their recordings; a work order that is kept longer forgets which one it was of."""
    ids = [row["id"] for row in await scope.fetch(_INTERACTIONS, scope.tenant_id, before, BATCH)]
    if not ids:
        return 0
    theirs = await scope.fetch(_THEIR_RECORDINGS, scope.tenant_id, ids)
    await _unlink(recordings, theirs)
    await _delete(scope, "recording_peaks", "id", [row["id"] for row in theirs])
    _tell_deleted(scope, [row for row in theirs if row["deleted_at"] is None], now)
    orders = await scope.fetch(
        "UPDATE gf.work_order SET interaction_id = NULL WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[])"
        " RETURNING id",
        scope.tenant_id, ids,
    )  # fmt: skip
    await scope.fetch(
        "UPDATE gf.work_order_attachment SET interaction_id = NULL WHERE tenant_id = $1"
        " AND interaction_id = ANY($2::uuid[])",
        scope.tenant_id, ids,
    )  # fmt: skip
    await _tellings(scope, ids)
    for table in ("interaction_tag", "interaction_comment", "recording_link"):
        await _delete(scope, table, "interaction_id", ids)
    counts = {
        "recordings": await _delete(scope, "recording", "interaction_id", ids),
        "parts": await _delete(scope, "agent_part", "interaction_id", ids),
        "interactions": await _delete(scope, "interaction", "id", ids),
    }
    fact = RetentionApplied("interactions", before.isoformat(), {**counts, "work_orders_unlinked": len(orders)})
    journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=SYSTEM)
    return counts["interactions"]


async def _tellings(scope: Scope, ids: Sequence[UUID]) -> None:
    """Delete what the client's people were told of these interactions, and the webhooks that told it."""
    told = [row["id"] for row in await scope.fetch(_TELLINGS, scope.tenant_id, ids)]
    deliveries = [row["id"] for row in await scope.fetch(_THEIR_DELIVERIES, scope.tenant_id, told)] if told else []
    for table, column, gone in (
        ("webhook_attempt", "delivery_id", deliveries), ("webhook_delivery", "id", deliveries),
        ("webhook_event", "subject", told), ("client_context", "id", told),
    ):  # fmt: skip
        await _delete(scope, table, column, gone)


async def _old_messages(keeping: Keeping, now: datetime) -> None:
    """Delete what was written to agents, and answered, before the interactions that are kept."""
    deleted = BATCH
    while deleted >= BATCH:
        async with keeping.plane.transaction(keeping.tenant_id) as scope:
            before = now - timedelta(days=(await policy(scope)).interactions_days)
            ids = [row["id"] for row in await scope.fetch(_MESSAGES, scope.tenant_id, before, BATCH)]
            deleted = await _delete(scope, "agent_message", "id", ids) if ids else 0
            asked = [row["id"] for row in await scope.fetch(_ASKS, scope.tenant_id, before, BATCH)]
            deleted += await _delete(scope, "client_ask", "id", asked) if asked else 0
            if deleted:
                fact = RetentionApplied("messages", before.isoformat(), {"messages": deleted})
                journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=SYSTEM)


async def _old_work_orders(scope: Scope, recordings: Objects, before: datetime, now: datetime) -> int:
    """Delete closed work orders with all that is theirs, not those of which the client has not been told the end."""
    orders = await scope.fetch(_WORK_ORDERS, scope.tenant_id, before, BATCH)
    ids = [row["id"] for row in orders]
    if not ids:
        return 0
    deliveries = [row["id"] for row in await scope.fetch(_THEIR_DELIVERIES, scope.tenant_id, ids)]
    await _unlink(recordings, await scope.fetch(_THEIR_FILES, scope.tenant_id, ids))
    await _delete(scope, "work_order_link", "work_order_id", ids)
    counts = {
        "attempts": await _delete(scope, "webhook_attempt", "delivery_id", deliveries),
        "deliveries": await _delete(scope, "webhook_delivery", "id", deliveries),
        "events": await _delete(scope, "webhook_event", "subject", ids),
        "attachments": await _delete(scope, "work_order_attachment", "work_order_id", ids),
        "comments": await _delete(scope, "work_order_comment", "work_order_id", ids),
        "info_requests": await _delete(scope, "work_order_info_request", "work_order_id", ids),
        "cancellations": await _delete(scope, "work_order_cancellation", "work_order_id", ids),
        "seat_tasks": await _delete(scope, "work_order_seat_task", "work_order_id", ids),
        "work_orders": await _delete(scope, "work_order", "id", ids),
    }
    for row in orders:
        erased = WorkOrderErased(row["number"], "retention")
        journal.append(scope, erased, subject=row["id"], at=now, actor=SYSTEM)
    fact = RetentionApplied("work_orders", before.isoformat(), counts)
    journal.append(scope, fact, subject=scope.tenant_id, at=now, actor=SYSTEM)
    return counts["work_orders"]


async def _delete(scope: Scope, table: str, column: str, ids: Sequence[UUID]) -> int:
    sql = (
        f"WITH gone AS (DELETE FROM gf.{table} WHERE tenant_id = $1 AND {column} = ANY($2::uuid[]) RETURNING 1)"  # noqa: S608 - names of this module
        " SELECT count(*) AS n FROM gone"
    )
    return int((await scope.fetch(sql, scope.tenant_id, ids))[0]["n"])


async def _unlink(recordings: Objects, rows: Sequence[Mapping[str, Any]]) -> None:
    def unlink() -> None:
        for row in rows:
            recordings.delete(row["key"])

    await asyncio.to_thread(unlink)


def _tell_deleted(scope: Scope, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    for row in rows:
        fact = RecordingDeleted(str(row["id"]), "retention")
        journal.append(scope, fact, subject=row["interaction_id"], at=now, actor=SYSTEM)
