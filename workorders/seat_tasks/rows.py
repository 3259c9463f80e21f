"""Rows of seat tasks, open, with the alias of their agent: none when that one serves the client no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from workorders.core.doer import Doer
from workorders.service import sealing
from workorders.service.rows import find

TABLE, SEALED = "work_order_seat_task", ("instructions", "outcome")
_ROW = f"""
SELECT t.*, p.alias FROM gf.{TABLE} t
LEFT JOIN gf.agent_profile p ON p.tenant_id = t.tenant_id AND p.agent_id = t.agent_id AND p.retired_at IS NULL
"""  # noqa: S608 - our own constant
_OF_ORDER = _ROW + "WHERE t.tenant_id = $1 AND t.work_order_id = $2 ORDER BY t.id"
_ONE = _ROW + "WHERE t.tenant_id = $1 AND t.id = $2"
_WAITING = """
SELECT t.*, p.alias, o.number, o.title AS order_title, o.type AS order_type, o.status AS order_status,
  o.interaction_id
FROM gf.work_order_seat_task t JOIN gf.work_order o ON o.tenant_id = t.tenant_id AND o.id = t.work_order_id
LEFT JOIN gf.agent_profile p ON p.tenant_id = t.tenant_id AND p.agent_id = t.agent_id AND p.retired_at IS NULL
WHERE t.tenant_id = $1 AND t.completed_at IS NULL AND ($2::uuid IS NULL OR t.agent_id = $2)
  AND ($4::text IS NULL OR o.connection = $4)
  AND ($5::uuid IS NULL OR (coalesce(t.due_at, 'infinity'), t.id) > (
    SELECT coalesce(l.due_at, 'infinity'), l.id FROM gf.work_order_seat_task l WHERE l.tenant_id = $1 AND l.id = $5))
ORDER BY t.due_at NULLS LAST, t.id LIMIT $3
"""
_INSERT = f"""
INSERT INTO gf.{TABLE} (tenant_id, id, work_order_id, agent_id, kind, instructions, due_at, state, created_side,
  created_by_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10)
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new task: what, for whom, until when."""

    kind: str
    instructions: str
    due_at: datetime | None = None


async def insert(
    scope: Scope, order: Mapping[str, Any], wanted: Wanted, doer: Doer, now: datetime
) -> Mapping[str, Any]:
    """Write a task for the agent who raised the work order, and return its row."""
    made = new_id()
    seal, _ = await sealing.sealer(scope, TABLE, made)
    await scope.fetch(
        _INSERT, scope.tenant_id, made, order["id"], order["agent_id"], wanted.kind,
        seal("instructions", wanted.instructions), wanted.due_at, doer.side.value, doer.name, now,
    )  # fmt: skip
    return await one(scope, made)


async def change(scope: Scope, task: UUID, **values: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as the columns are
    """Write columns of a task, and return its row."""
    seal, _ = await sealing.sealer(scope, TABLE, task)
    sealed = {name: seal(name, value) if name in SEALED else value for name, value in values.items()}
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(sealed, 3))
    sql = f"UPDATE gf.{TABLE} SET {sets} WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - names of this room
    await scope.fetch(sql, scope.tenant_id, task, *sealed.values())
    return await one(scope, task)


async def one(scope: Scope, task: UUID) -> Mapping[str, Any]:
    """Return a task's row. Raises ``NotFound``."""
    rows = await sealing.opened(scope, TABLE, SEALED, await scope.fetch(_ONE, scope.tenant_id, task))
    if not rows:
        raise NotFound
    return rows[0]


async def of_order(scope: Scope, work_order_id: UUID) -> Sequence[Mapping[str, Any]]:
    """Return the tasks about a work order, oldest first."""
    return await sealing.opened(scope, TABLE, SEALED, await scope.fetch(_OF_ORDER, scope.tenant_id, work_order_id))


async def waiting(
    scope: Scope, agent_id: UUID | None, limit: int, connection: str | None = None, after: UUID | None = None
) -> list[Mapping[str, Any]]:
    """Return tasks that are not over, what is due first in front, of one agent or of all, of one connection or of all.

    ``after``: only what comes behind this task, which may be over by now. Each with ``number``, ``order_title``,
    ``order_type``, ``order_status`` and ``interaction_id`` of its work order.
    """
    rows = await sealing.opened(
        scope, TABLE, SEALED, await scope.fetch(_WAITING, scope.tenant_id, agent_id, limit, connection, after)
    )
    titled = [{"id": row["work_order_id"], "title": row["order_title"]} for row in rows]
    titles = await sealing.opened(scope, "work_order", ("title",), titled)
    return [{**row, "order_title": order["title"]} for row, order in zip(rows, titles, strict=True)]


async def found(
    scope: Scope, work_order_id: UUID, task: UUID, doer: Doer, *, lock: bool = False
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the work order and the task; an agent knows its own tasks and those about what it raised.

    Raises ``NotFound``.
    """
    order = await find(scope, work_order_id, replace(doer, agent_id=None), lock=lock)
    row = await one(scope, task)
    if row["work_order_id"] != work_order_id or doer.agent_id not in {None, row["agent_id"], order["agent_id"]}:
        raise NotFound
    return order, row
