"""What other systems call a work order. Such a name belongs to one work order of a connection, whoever is faster.

Whoever gives one first takes its lock, then looks, then writes: a refusal comes before anything is written, because
the answer to a retried request is stored in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.ids import new_id
from workorders import schemas
from workorders.core.doer import Doer
from workorders.errors import DuplicateExternalId
from workorders.facts import WorkOrderUpdated
from workorders.fields import ExternalRef
from workorders.service.rows import find
from workorders.service.sealing import REFERENCE, blind, sealer
from workorders.service.telling import counted, tell

PLACE = "external_ref"
"""What their blind index is made for."""
_LOCK = "SELECT pg_advisory_xact_lock(l) FROM unnest($1::bigint[]) AS l"
_TAKEN = """
SELECT r.work_order_id FROM gf.work_order_reference AS r, unnest($3::bytea[], $4::text[], $5::text[]) AS g(b, o, t)
WHERE r.tenant_id = $1 AND r.external_bidx = g.b AND r.owner = g.o AND r.connection = $2 AND r.type = g.t
  AND r.work_order_id IS DISTINCT FROM $6 LIMIT 1
"""
_GIVE = """
INSERT INTO gf.work_order_reference
  (tenant_id, id, work_order_id, connection, owner, type, external_id, external_bidx)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT ON CONSTRAINT work_order_reference_once DO NOTHING
"""
_LEAVE = """
DELETE FROM gf.work_order_reference AS r WHERE r.tenant_id = $1 AND r.work_order_id = $2 AND NOT EXISTS (
  SELECT FROM unnest($3::text[], $4::text[], $5::bytea[]) AS g(o, t, b)
  WHERE g.o = r.owner AND g.t = r.type AND g.b = r.external_bidx)
"""
_BY_REFERENCE = """
SELECT work_order_id FROM gf.work_order_reference WHERE tenant_id = $1 AND external_bidx = $2 AND owner = $3
  AND connection = $4 AND ($5::text IS NULL OR type = $5) ORDER BY work_order_id LIMIT 1
"""


async def claim(scope: Scope, connection: str, refs: Sequence[ExternalRef], own: UUID | None = None) -> None:
    """Take these names for this transaction; ``own`` may have them already. Raises :class:`DuplicateExternalId`."""
    if not refs:
        return
    locks = sorted({_lock(scope.tenant_id, connection, ref) for ref in refs})
    await scope.fetch(_LOCK, locks)
    keys = await vault.sealing(scope)
    given = [blind(keys, PLACE, ref.id) for ref in refs], [ref.owner for ref in refs], [ref.type or "" for ref in refs]
    taken = await scope.fetch(_TAKEN, scope.tenant_id, connection, *given, own)
    if taken:
        existing = f"/v1/work-orders/{taken[0]['work_order_id']}"
        raise DuplicateExternalId(f"it belongs to {existing}", existing=existing)


async def give(scope: Scope, work_order_id: UUID, connection: str, refs: Sequence[ExternalRef]) -> None:
    """Write down names that were claimed; one that it has already stays."""
    for ref in refs:
        ref_id = new_id()
        seal, keys = await sealer(scope, REFERENCE, ref_id)
        await scope.fetch(
            _GIVE, scope.tenant_id, ref_id, work_order_id, connection, ref.owner, ref.type or "",
            seal("external_id", ref.id), blind(keys, PLACE, ref.id),
        )  # fmt: skip


async def replace(scope: Scope, row: Mapping[str, Any], refs: Sequence[ExternalRef]) -> None:
    """Let a work order have these names, which were claimed, and no others."""
    keys = await vault.sealing(scope)
    kept = [r.owner for r in refs], [r.type or "" for r in refs], [blind(keys, PLACE, r.id) for r in refs]
    await scope.fetch(_LEAVE, scope.tenant_id, row["id"], *kept)
    await give(scope, row["id"], row["connection"], refs)


async def attach(scope: Scope, work_order_id: UUID, ref: ExternalRef, doer: Doer, now: datetime) -> dict[str, Any]:
    """Give a work order one more name and return its document; no version is raised, so nobody's ETag gets stale.

    A name that it has already changes nothing. Raises :class:`NotFound`, :class:`DuplicateExternalId`.
    """
    row = await find(scope, work_order_id, doer, lock=True)
    if ref.model_dump() in row["external_ref"]:
        return schemas.work_order(row)
    await claim(scope, row["connection"], [ref])
    await give(scope, work_order_id, row["connection"], [ref])
    after = await counted(scope, work_order_id, now)
    changes = {"external_ref": [row["external_ref"], after["external_ref"]]}
    return tell(scope, WorkOrderUpdated, after, doer, now, changes=changes)


async def order_of(scope: Scope, connection: str, ref: ExternalRef) -> UUID | None:
    """Return the work order that a system calls so; without a type, of any type. None: there is none."""
    keys = await vault.sealing(scope)
    wanted = blind(keys, PLACE, ref.id), ref.owner, connection, ref.type
    found = await scope.fetch(_BY_REFERENCE, scope.tenant_id, *wanted)
    return found[0]["work_order_id"] if found else None


def _lock(tenant_id: UUID, connection: str, ref: ExternalRef) -> int:
    name = "\0".join((str(tenant_id), "work_order_reference", connection, ref.owner, ref.type or "", ref.id))
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
