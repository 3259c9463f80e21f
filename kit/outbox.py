"""The outbox: what must happen after a commit is a row of the same transaction; Redis only rings.

A row is claimed by a lease (``FOR UPDATE SKIP LOCKED``), done in the consumer's own transaction, retried later on
failure and parked after too many attempts, where people see it. An expired lease repairs a killed consumer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from kit.db import Scope
from kit.ids import new_id

LEASE_S = 60
"""How long a claimed row belongs to its consumer, in seconds."""
MAX_ATTEMPTS = 10
"""After so many failures a row is parked."""

_CLAIM = """
UPDATE gf.outbox SET lease_until = clock_timestamp() + make_interval(secs => $2), attempts = attempts + 1
WHERE tenant_id = $1 AND id IN (
  SELECT id FROM gf.outbox
  WHERE tenant_id = $1 AND done_at IS NULL AND parked_at IS NULL AND due_at <= clock_timestamp()
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
  ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, job, payload::text AS payload, attempts
"""


@dataclass(frozen=True, slots=True)
class Errand:
    """One claimed row: ``job`` names the function, ``payload`` is its argument."""

    id: UUID
    job: str
    payload: Mapping[str, Any]
    attempts: int


async def add(scope: Scope, job: str, payload: Mapping[str, Any], *, in_s: int = 0) -> None:
    """Ask for ``job`` to be done once this transaction has committed, ``in_s`` seconds from now."""
    await scope.fetch(
        "INSERT INTO gf.outbox (tenant_id, id, job, payload, due_at)"
        " VALUES ($1, $2, $3, $4::jsonb, clock_timestamp() + make_interval(secs => $5))",
        scope.tenant_id, new_id(), job, orjson.dumps(payload).decode(), in_s,
    )  # fmt: skip


async def claim(scope: Scope, limit: int = 50) -> list[Errand]:
    """Take due rows for :data:`LEASE_S` seconds, oldest first."""
    rows = await scope.fetch(_CLAIM, scope.tenant_id, LEASE_S, limit)
    errands = [Errand(UUID(str(r["id"])), r["job"], orjson.loads(r["payload"]), r["attempts"]) for r in rows]
    return sorted(errands, key=lambda errand: errand.id)


async def done(scope: Scope, errand: Errand) -> None:
    """Mark a row as done, in the transaction that holds its effect."""
    await scope.fetch(
        "UPDATE gf.outbox SET done_at = clock_timestamp(), lease_until = NULL WHERE tenant_id = $1 AND id = $2",
        scope.tenant_id, errand.id,
    )  # fmt: skip


async def failed(scope: Scope, errand: Errand, error: str, retry_in_s: int) -> None:
    """Give a row back to be tried again after ``retry_in_s`` seconds, or park it after :data:`MAX_ATTEMPTS`."""
    await scope.fetch(
        "UPDATE gf.outbox SET lease_until = NULL, error = $3, due_at = clock_timestamp() + make_interval(secs => $4),"
        " parked_at = CASE WHEN attempts >= $5 THEN clock_timestamp() END WHERE tenant_id = $1 AND id = $2",
        scope.tenant_id, errand.id, error[:500], retry_in_s, MAX_ATTEMPTS,
    )  # fmt: skip
