"""What waits for whom: work orders in groups, as each side asks first, however many are over.

A side's groups are found by whose turn it is; what is over, by when it ended. What waits is listed by what is
due first, which the index of open clocks answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from kit.counting import Counted
from kit.db import Scope
from kit.errors import ValidationFailed
from workorders import schemas
from workorders.core.doer import Doer
from workorders.service import cursors, lists
from workorders.service.filters import MOST, Clauses, archived_after, clauses_of
from workorders.service.rows import COLUMNS
from workorders.service.rules import rules_of
from workorders.service.sealing import opened_orders

LATELY: Final = timedelta(days=14)
"""So long what is over is among what was done lately."""
COUNTED: Final = 99
"""So far a group is counted."""

_TURNS = "SELECT id, turn, cancel_asked FROM gf.work_order WHERE tenant_id = $1 AND id = ANY($2::uuid[])"

_CONNECTIONS = "SELECT code, name FROM gf.connection WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"
_RUNNING = "c.ended IS NULL AND c.due_at IS NOT NULL"
_NOT_DUE = f"""
NOT EXISTS (SELECT 1 FROM gf.work_order_clock AS c WHERE c.tenant_id = $1 AND c.work_order_id = work_order.id
  AND {_RUNNING})
"""  # noqa: S608 - our own constants
_FIRST_DUE = f"""
SELECT c.work_order_id, c.due_at FROM gf.work_order_clock AS c WHERE c.tenant_id = $1 AND {_RUNNING}
  AND NOT EXISTS (SELECT 1 FROM gf.work_order_clock AS e WHERE e.tenant_id = $1 AND e.work_order_id = c.work_order_id
    AND e.ended IS NULL AND (e.due_at, e.metric) < (c.due_at, c.metric))
"""  # noqa: S608 - our own constants
_REST = "rest."
"""What the cursor begins with behind the last that is due."""
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Group(StrEnum):
    """What a list is asked for first."""

    YOURS = "yours"
    THEIRS = "theirs"
    OTHERS = "others"
    """The contact, or a third party."""
    DONE = "done"
    """Closed, rejected or cancelled within :data:`LATELY`; the last one first."""
    ALL = "all"


class Order(StrEnum):
    """In which order a list comes."""

    DUE = "due"
    """What is due first comes first; what nobody's clock runs for comes last, newest first."""
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of the inbox: filters as lists have them, and the cursor of the page before."""

    group: Group = Group.YOURS
    filters: Mapping[str, str] = field(default_factory=dict)
    order: Order = Order.DUE
    after: str | None = None
    limit: int = lists.DEFAULT_LIMIT


async def counts(scope: Scope, filters: Mapping[str, str], doer: Doer, now: datetime) -> dict[Group, Counted]:
    """Return how many each group but all has by these filters, by what was looked at. Raises as ``clauses_of``."""
    return {group: await _count(scope, group, filters, doer, now) for group in Group if group is not Group.ALL}


async def count(scope: Scope, asked: Asked, doer: Doer, now: datetime, most: int) -> int | None:
    """Return how many there are on all pages; None: more than ``most``. Raises as ``clauses_of``."""
    clauses = await _clauses(scope, asked.group, asked.filters, doer, now)
    tried, values = clauses.tried()
    where = " AND ".join([*clauses.found, *tried])
    rows = await scope.fetch(
        f"SELECT count(*) AS n FROM (SELECT 1 FROM gf.work_order WHERE {where} LIMIT {most + 1}) AS found",  # noqa: S608 - every part is ours
        *values,
    )
    return None if rows[0]["n"] > most else int(rows[0]["n"])


async def page(scope: Scope, asked: Asked, doer: Doer, now: datetime) -> lists.Page:
    """Return a page. Raises as ``clauses_of``, and for a cursor of another list."""
    clauses = await _clauses(scope, asked.group, asked.filters, doer, now)
    if asked.group is Group.DONE:
        return await _by_end(scope, clauses, asked)
    if asked.order is Order.DUE:
        return await _by_due(scope, clauses, asked)
    return await lists.listed(scope, clauses, lists.Wanted(limit=asked.limit, after=asked.after))


async def turns(scope: Scope, orders: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str | None, bool]]:
    """Return whose turn it is, and whether it is asked to cancel it, of each of these documents, by its id."""
    rows = await scope.fetch(_TURNS, scope.tenant_id, [UUID(order["id"]) for order in orders])
    return {str(row["id"]): (row["turn"], row["cancel_asked"]) for row in rows}


async def choices(scope: Scope) -> dict[str, Any]:
    """Return what lists are narrowed by: the client's connections and types of work orders, each code and name.

    ``archived_after``: what is over for so many days is in the archive.
    """
    rows = await scope.fetch(_CONNECTIONS, scope.tenant_id)
    types = (await rules_of(scope)).types.values()
    return {
        "connections": {row["code"]: row["name"] for row in rows}, "types": {each.code: each.name for each in types},
        "archived_after": await archived_after(scope),
    }  # fmt: skip


async def _clauses(scope: Scope, group: Group, filters: Mapping[str, str], doer: Doer, now: datetime) -> Clauses:
    clauses = await clauses_of(scope, filters, doer)
    whose = {Group.YOURS: doer.side.value, Group.THEIRS: doer.side.other.value, Group.OTHERS: "others"}
    if group in whose:
        clauses.add("turn = {n}", whose[group])
    elif group is Group.DONE:
        clauses.add("closed_at >= {n}", now - LATELY)
    return clauses


async def _count(scope: Scope, group: Group, filters: Mapping[str, str], doer: Doer, now: datetime) -> Counted:
    clauses = await _clauses(scope, group, filters, doer, now)
    tried, values = clauses.tried()
    looks = MOST if tried else COUNTED + 1
    rows = await scope.fetch(
        f"SELECT count(*) FILTER (WHERE {' AND '.join(tried) or 'true'}) AS n, count(*) AS looked"  # noqa: S608 - every part is ours
        f" FROM (SELECT * FROM gf.work_order WHERE {' AND '.join(clauses.found)} LIMIT {looks}) AS work_order",
        *values,
    )
    found, looked = rows[0]["n"], rows[0]["looked"]
    return Counted(min(found, COUNTED), found <= COUNTED and looked < looks)


async def _by_end(scope: Scope, clauses: Clauses, asked: Asked) -> lists.Page:
    """Return what was over last first; at most :data:`MOST` are looked at where something is tried."""
    if asked.after is not None:
        clauses.add("(closed_at, id) < ({n}, {m})", *_place(scope, Group.DONE, asked.after))
    tried, values = clauses.tried()
    order = "ORDER BY closed_at DESC, id DESC"
    looked = f"FROM gf.work_order WHERE {' AND '.join(clauses.found)} {order}"
    rows = await scope.fetch(
        f"SELECT {COLUMNS} FROM (SELECT * {looked} LIMIT {MOST}) AS work_order"  # noqa: S608 - every part is ours
        f" WHERE {' AND '.join(tried) or 'true'} {order} LIMIT {asked.limit + 1}",
        *values,
    )
    shown, ends = rows[: asked.limit], rows[asked.limit - 1 : asked.limit] if len(rows) > asked.limit else ()
    if tried and not ends:
        end = f"SELECT closed_at, id {looked} OFFSET {MOST - 1} LIMIT 1"
        ends = await scope.fetch(end, *clauses.values)
    following = _cursor(scope, Group.DONE, ends[0]["closed_at"], ends[0]["id"]) if ends else None
    return lists.Page(await _documents(scope, shown), following)


async def _by_due(scope: Scope, clauses: Clauses, asked: Asked) -> lists.Page:
    """Return what is due first; behind the last of it, what no clock runs for."""
    found: list[dict[str, Any]] = []
    if asked.after is None or not asked.after.startswith(_REST):
        rows, following = await _due(scope, clauses, asked)
        found = await _documents(scope, rows)
        if following is not None:
            return lists.Page(found, following)
    left = asked.limit - len(found)
    after = None if found or asked.after is None else asked.after.removeprefix(_REST)
    clauses.trying.append((_NOT_DUE, ()))
    rest = await lists.listed(scope, clauses, lists.Wanted(limit=max(1, left), after=after or None))
    if not left:
        return lists.Page(found, _REST if rest.data or rest.next else None)
    return lists.Page([*found, *rest.data], None if rest.next is None else _REST + rest.next)


async def _due(scope: Scope, clauses: Clauses, asked: Asked) -> tuple[Sequence[Mapping[str, Any]], str | None]:
    """Return rows by what is due first, and where they go on: at most :data:`MOST` due ones are looked at."""
    place = None if asked.after is None else _place(scope, Order.DUE, asked.after)
    tried, values = clauses.tried()
    looked = _looked(values, place)
    where = " AND ".join(["id = due.work_order_id", *clauses.found, *tried])
    rows = await scope.fetch(
        f"SELECT {COLUMNS}, due.due_at AS next_due_at FROM ({looked}) AS due,"  # noqa: S608 - every part is ours
        f" LATERAL (SELECT * FROM gf.work_order WHERE {where}) AS work_order"
        f" ORDER BY due.due_at, due.work_order_id LIMIT {asked.limit + 1}",
        *values,
    )
    if len(rows) > asked.limit:
        last = rows[asked.limit - 1]
        return rows[: asked.limit], _cursor(scope, Order.DUE, last["next_due_at"], last["id"])
    values = [scope.tenant_id]
    ends = await scope.fetch(f"{_looked(values, place)} OFFSET {MOST - 1}", *values)
    return rows, _cursor(scope, Order.DUE, ends[0]["due_at"], ends[0]["work_order_id"]) if ends else None


def _looked(values: list[Any], place: tuple[datetime, UUID] | None) -> str:
    """Return what selects the next :data:`MOST` due ones behind a place, which it adds to the values."""
    behind = ""
    if place is not None:
        values += place
        behind = f" AND (c.due_at, c.work_order_id) > (${len(values) - 1}, ${len(values)})"
    return f"{_FIRST_DUE}{behind} ORDER BY c.due_at, c.work_order_id LIMIT {MOST}"


async def _documents(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [schemas.work_order(row) for row in await opened_orders(scope, rows)]


def _cursor(scope: Scope, of: StrEnum, at: datetime, last: UUID) -> str:
    """Return a cursor for a place in an order."""
    instant = (at - _EPOCH) // _MICROSECOND
    return cursors.write(scope.tenant_id, f"inbox {of}", instant.to_bytes(8, signed=True) + last.bytes)


def _place(scope: Scope, of: StrEnum, cursor: str) -> tuple[datetime, UUID]:
    raw = cursors.read(scope.tenant_id, f"inbox {of}", cursor)
    try:
        at = _EPOCH + int.from_bytes(raw[:8], signed=True) * _MICROSECOND
        return at, UUID(bytes=raw[8:])
    except (ValueError, OverflowError) as error:
        raise ValidationFailed("the cursor belongs to another list") from error
