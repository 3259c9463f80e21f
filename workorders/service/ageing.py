"""How old the work orders are that are not over, what of them is late, and which go back and forth.

Everything is asked of open work orders only, through an index that holds no others: what was closed costs nothing,
however much of it there is. A figure and the list behind it come from the same conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from kit.db import Scope
from workorders.core import turns
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.service.lists import several

EDGES: Final = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30))
"""Ages since they were created: below the first edge is age 0, from the last one on age 5."""
SOON: Final = timedelta(hours=24)
MOST: Final = 200
"""So many of a list are shown, the oldest first."""

_LATE = """EXISTS (SELECT FROM gf.work_order_clock AS c WHERE c.tenant_id = o.tenant_id AND c.work_order_id = o.id
  AND c.ended IS NULL AND (c.breached_at IS NOT NULL OR c.due_at <= $2))"""
_SOON = """EXISTS (SELECT FROM gf.work_order_clock AS c WHERE c.tenant_id = o.tenant_id AND c.work_order_id = o.id
  AND c.ended IS NULL AND c.breached_at IS NULL AND c.due_at > $2 AND c.due_at <= $3)"""
_AGE = "width_bucket($2::timestamptz - o.created_at, $4::interval[])"
_OPEN = "FROM gf.work_order AS o WHERE o.tenant_id = $1 AND o.closed_at IS NULL"
_COUNTED = f"""
SELECT status, age, count(*) AS n, count(*) FILTER (WHERE late) AS late, count(*) FILTER (WHERE soon) AS soon
FROM (SELECT o.status, {_AGE} AS age, {_LATE} AS late, {_SOON} AS soon {_OPEN}) AS one GROUP BY status, age
"""  # noqa: S608 - our own constants
_FOUND = f"""
SELECT o.id {_OPEN} AND ($5::text IS NULL OR o.status = $5) AND ($6::int IS NULL OR {_AGE} = $6)
  AND (NOT $7 OR {_LATE}) AND (NOT $8 OR {_SOON}) AND ($9::uuid[] IS NULL OR o.id = ANY($9))
ORDER BY o.created_at, o.id LIMIT {MOST}
"""
_NEXT = """
SELECT c.work_order_id, c.metric, c.owed_by, c.due_at FROM gf.work_order_clock AS c
WHERE c.tenant_id = $1 AND c.ended IS NULL AND c.breached_at IS NULL AND c.due_at > $2 ORDER BY c.due_at LIMIT $3
"""
_STEPS = f"""
SELECT j.subject, o.requester_side, j.data #>> '{{work_order,status}}' AS status,
  j.data #>> '{{work_order,pending_on}}' AS pending_on
FROM (SELECT o.id, o.requester_side {_OPEN} AND o.version > {turns.FORTH_AND_BACK}) AS o
JOIN gf.journal AS j ON j.tenant_id = $1 AND j.subject = o.id AND j.kind = 'WorkOrderStatusChanged'
ORDER BY j.subject, j.seq
"""  # noqa: S608 - our own constants


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the open work orders a figure means; nothing said: all of them."""

    status: str | None = None
    age: int | None = None
    late: bool = False
    soon: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What is open at a client. ``cells``: by status and age; ``back``: what goes back and forth, and how often it did.

    ``late`` have exceeded a limit that is still owed, ``soon`` will within :data:`SOON`.
    """

    cells: Mapping[tuple[str, int], int]
    late: int
    soon: int
    back: Mapping[UUID, int]

    @property
    def every(self) -> int:
        """How many are open."""
        return sum(self.cells.values())


async def figures(scope: Scope, now: datetime) -> Figures:
    """Count what is open."""
    rows = await scope.fetch(_COUNTED, *_common(scope, now))
    cells = {(row["status"], row["age"]): row["n"] for row in rows}
    late, soon = (sum(row[name] for row in rows) for name in ("late", "soon"))
    return Figures(cells, late, soon, await _back(scope))


async def behind(
    scope: Scope, which: Which, back: Mapping[UUID, int], doer: Doer, now: datetime
) -> list[dict[str, Any]]:
    """Return the work orders behind a figure, the oldest first; ``back``: as the figures say."""
    chosen = list(back) if which.back else None
    found = await scope.fetch(
        _FOUND, *_common(scope, now), which.status, which.age, which.late, which.soon, chosen,
    )  # fmt: skip
    place = {str(row["id"]): n for n, row in enumerate(found)}
    return sorted(await _documents(scope, list(place), doer), key=lambda order: place[order["id"]])


async def next_due(scope: Scope, limit: int, doer: Doer, now: datetime) -> list[dict[str, Any]]:
    """Return what is due next and not late yet: its work order, ``metric``, ``owed_by`` and ``due_at``."""
    found = await scope.fetch(_NEXT, scope.tenant_id, now, limit)
    orders = {
        order["id"]: order for order in await _documents(scope, {str(row["work_order_id"]) for row in found}, doer)
    }
    return [{**row, "order": orders[str(row["work_order_id"])]} for row in found]


def _common(scope: Scope, now: datetime) -> tuple[Any, ...]:
    return scope.tenant_id, now, now + SOON, list(EDGES)


async def _documents(scope: Scope, ids: Sequence[str] | set[str], doer: Doer) -> list[dict[str, Any]]:
    return await several(scope, [UUID(each) for each in ids], doer) if ids else []


async def _back(scope: Scope) -> dict[UUID, int]:
    """Return the open work orders that go back and forth; who has changed sides so often has as many versions."""
    logs: defaultdict[tuple[UUID, str], list[turns.Standing]] = defaultdict(list)
    for row in await scope.fetch(_STEPS, scope.tenant_id):
        logs[row["subject"], row["requester_side"]].append((row["status"], row["pending_on"]))
    counted = {order: turns.changes(log, Side(requester)) for (order, requester), log in logs.items()}
    return {order: n for order, n in counted.items() if n >= turns.FORTH_AND_BACK}
