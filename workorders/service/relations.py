"""How work orders stand to each other: two rows for each relation, one at either end, and a fact at either end.

Both are of one connection, so whoever sees the one may know of the other. All changes of relations in a connection
take turns: they hold several work orders at once, and would otherwise wait for each other in a circle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from workorders.core.doer import Doer
from workorders.core.relations import OPPOSITE
from workorders.facts import WorkOrderUpdated
from workorders.fields import Relationship
from workorders.service.rows import COLUMNS
from workorders.service.sealing import opened_orders
from workorders.service.telling import counted, tell

_TURN = "SELECT pg_advisory_xact_lock($1)"
_OTHERS = f"""
SELECT {COLUMNS} FROM gf.work_order WHERE tenant_id = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608 - our own constants
_PUT = """
INSERT INTO gf.work_order_relation (tenant_id, work_order_id, type, other_id)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::uuid[]) ON CONFLICT DO NOTHING
"""
_DROP = """
DELETE FROM gf.work_order_relation AS r USING unnest($2::uuid[], $3::text[], $4::uuid[]) AS g(o, t, i)
WHERE r.tenant_id = $1 AND r.work_order_id = g.o AND r.type = g.t AND r.other_id = g.i
"""


async def turn(scope: Scope, connection: str) -> None:
    """Wait until nobody else changes relations in this connection; before any work order of it is locked."""
    name = f"{scope.tenant_id}\0work_order_relation\0{connection}"
    await scope.fetch(_TURN, int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True))


async def checked(
    scope: Scope, connection: str, wanted: Sequence[Relationship], doer: Doer, own: UUID | None = None
) -> None:
    """Raise :class:`ValidationFailed` for a relation to what is not there for the doer in this connection."""
    rows = await scope.fetch(_OTHERS, scope.tenant_id, sorted({each.id for each in wanted}))
    there = {row["id"] for row in rows if row["connection"] == connection and doer.sees(row)} - {own}
    if wrong := [n for n, each in enumerate(wanted) if each.id not in there]:
        why = "no other work order of this connection has this id"
        raise ValidationFailed(why, errors=tuple(Detail(f"/relationships/{n}/id", "not_found", why) for n in wrong))


async def replace(
    scope: Scope, order: Mapping[str, Any], wanted: Sequence[Relationship], doer: Doer, now: datetime
) -> None:
    """Let a work order (its document or row before) have these relations, which were checked; tell the other ends."""
    own = UUID(str(order["id"]))
    before = {(each["type"], UUID(each["id"])) for each in order["relationships"]}
    after = {(each.type, each.id) for each in wanted}
    gone, new = sorted(before - after), sorted(after - before)
    touched = sorted({other for _, other in (*gone, *new)})
    if not touched:
        return
    others = await opened_orders(scope, await scope.fetch(_OTHERS, scope.tenant_id, touched))
    await scope.fetch(_DROP, scope.tenant_id, *_both_ends(own, gone))
    await scope.fetch(_PUT, scope.tenant_id, *_both_ends(own, new))
    for other in others:
        row = await counted(scope, other["id"], now)
        changes = {"relationships": [other["relationships"], row["relationships"]]}
        tell(scope, WorkOrderUpdated, row, doer, now, changes=changes)


def _both_ends(own: UUID, relations: Sequence[tuple[str, UUID]]) -> tuple[list[UUID], list[str], list[UUID]]:
    ends = [(own, kind, other) for kind, other in relations]
    ends += [(other, OPPOSITE[kind], own) for kind, other in relations]
    return [e[0] for e in ends], [e[1] for e in ends], [e[2] for e in ends]
