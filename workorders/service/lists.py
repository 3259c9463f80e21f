"""Everything that reads work orders: pages newest first, one in full, its comments, its history, its next steps."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from journal import service as journal
from journal.core.inside import is_internal
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from workorders import schemas
from workorders.core import numbers
from workorders.core.doer import Doer
from workorders.core.states import Status, takes, waits_for
from workorders.errors import UnknownFilter
from workorders.service import cursors
from workorders.service.changes import standing
from workorders.service.enclosures import enclosed
from workorders.service.filters import MOST, Clauses, clauses_of
from workorders.service.rows import COLUMNS, find
from workorders.service.sealing import COMMENT, ORDER, opened_orders
from workorders.service.sealing import opened as open_rows

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
COUNTED: Final = 50_000
"""So many rows are looked at for a count: beyond that it would take longer with every year."""
_BRIEF = {
    column: "SELECT id, number, title, status, resolution_summary, updated_at FROM gf.work_order"  # noqa: S608 - ours
    f" WHERE tenant_id = $1 AND {column} = $2 ORDER BY updated_at DESC, id DESC LIMIT $3"
    for column in ("agent_id", "interaction_id")
}

_TYPES = """
SELECT type FROM (SELECT type, id FROM gf.work_order WHERE tenant_id = $1 AND agent_id = $2 ORDER BY id DESC LIMIT 50)
  AS newest GROUP BY type ORDER BY max(id::text) DESC LIMIT 5
"""

_ETAG = re.compile(r'"wo-([0-9a-f-]{36})-(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list: after (older than) or before (newer than) a cursor."""

    filters: Mapping[str, str] = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None
    offset: int | None = None
    """So many are left out first: for callers that page by numbers; it costs what it leaves out, and every row."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, newest first, and the cursor of the next older one."""

    data: list[dict[str, Any]]
    next: str | None

    def document(self) -> dict[str, Any]:
        """Return the page as the API shows it."""
        return {"data": self.data, "has_more": self.next is not None, "next": self.next}


async def list_orders(scope: Scope, wanted: Wanted, doer: Doer) -> Page:
    """Return a page of what the doer sees. Raises :class:`UnknownFilter` and :class:`ValidationFailed`."""
    return await listed(scope, await clauses_of(scope, wanted.filters, doer), wanted)


async def listed(scope: Scope, clauses: Clauses, wanted: Wanted) -> Page:
    """Return a page of what these conditions find, newest first. Raises :class:`ValidationFailed`."""
    return await _page(scope, _ORDERS, clauses, wanted)


async def count_orders(scope: Scope, filters: Mapping[str, str], doer: Doer) -> int | None:
    """Return how many the doer sees by these filters; None: more rows would have to be looked at than :data:`COUNTED`.

    Raises as :func:`list_orders`.
    """
    clauses = await clauses_of(scope, filters, doer)
    tried, values = clauses.tried()
    looked = f"SELECT * FROM gf.work_order WHERE {' AND '.join(clauses.found)} LIMIT {COUNTED + 1}"  # noqa: S608 - as in _page
    counted = await scope.fetch(
        f"SELECT count(*) FILTER (WHERE {' AND '.join(tried) or 'true'}) AS n, count(*) AS looked"  # noqa: S608 - as in _page
        f" FROM ({looked}) AS work_order",
        *values,
    )
    return None if counted[0]["looked"] > COUNTED else int(counted[0]["n"])


async def several(scope: Scope, ids: Sequence[UUID], doer: Doer) -> list[dict[str, Any]]:
    """Return these of what the doer sees, newest first."""
    clauses = await clauses_of(scope, {}, doer)
    clauses.add("id = ANY({n}::uuid[])", list(ids))
    return (await _page(scope, _ORDERS, clauses, Wanted(limit=max(1, len(ids))))).data


async def list_for_agent(scope: Scope, agent_id: UUID, limit: int = 20) -> list[dict[str, Any]]:
    """Return what an agent raised here, last changed first: what the desk shows."""
    return await _brief(scope, "agent_id", agent_id, limit)


async def list_for_interaction(scope: Scope, interaction_id: UUID, limit: int = 20) -> list[dict[str, Any]]:
    """Return what came out of an interaction, last changed first."""
    return await _brief(scope, "interaction_id", interaction_id, limit)


async def types_of_agent(scope: Scope, agent_id: UUID) -> list[str]:
    """Return the types of what an agent raised here lately, the last one first."""
    return [row["type"] for row in await scope.fetch(_TYPES, scope.tenant_id, agent_id)]


async def detail(scope: Scope, work_order_id: UUID, doer: Doer) -> dict[str, Any]:
    """Return one work order. Raises :class:`NotFound`."""
    return schemas.work_order(await find(scope, work_order_id, doer))


async def comments(scope: Scope, work_order_id: UUID, wanted: Wanted, doer: Doer) -> Page:
    """Return a page of comments, newest first; internal ones only to the outsourcer. Raises :class:`NotFound`."""
    if wanted.filters:
        name = min(wanted.filters)[:80]
        why = f"comments have no filter {name!r}"
        raise UnknownFilter(why, errors=(Detail(f"query:{name}", UnknownFilter.code, why),))
    await find(scope, work_order_id, doer)
    shown = ["shared", "internal"] if doer.sees_internal else ["shared"]
    clauses = Clauses(scope.tenant_id)
    clauses.add("work_order_id = {n} AND visibility = ANY({m}::text[])", work_order_id, shown)
    page = await _page(scope, _COMMENTS, clauses, wanted)
    goes_with = await enclosed(scope, [UUID(each["id"]) for each in page.data], doer)
    data = [{**each, "attachments": goes_with.get(UUID(each["id"]), [])} for each in page.data]
    return replace(page, data=data)


async def history(scope: Scope, work_order_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return everything that happened to a work order, oldest first, from the journal. Raises :class:`NotFound`.

    Who read it, or took something of it along, is told by the audit.
    """
    await find(scope, work_order_id, doer)
    facts = [fact for fact in await journal.history(scope, work_order_id) if "side" in fact.data]
    return [schemas.history_entry(fact) for fact in facts if doer.sees_internal or not is_internal(fact.data)]


async def allowed(scope: Scope, work_order_id: UUID, doer: Doer, now: datetime) -> list[dict[str, Any]]:
    """Return the transitions that this doer may take now, and what each needs. Raises :class:`NotFound`."""
    position = await standing(scope, await find(scope, work_order_id, doer))
    return [step(to, position.status, waits_for(position.requester)) for to in takes(position, doer.side, now)]


def etag(document: Mapping[str, Any]) -> str:
    """Return the strong validator of a work order's document: its id and version."""
    return f'"wo-{document["id"]}-{document["version"]}"'


def version_of(tag: str, work_order_id: UUID) -> int:
    """Return the newest version in an If-Match; 0, which never matches, for another one's and for a weak tag."""
    found = (_ETAG.fullmatch(candidate.strip()) for candidate in tag.split(","))
    return max((int(match.group(2)) for match in found if match and match.group(1) == str(work_order_id)), default=0)


def step(to: Status, now_at: Status, waiting: tuple[str, ...]) -> dict[str, Any]:
    """Return a transition and what it needs; ``waiting``: what ``pending`` may wait for."""
    if to is Status.PENDING:
        return {"to": to.value, "requires": ["pending_on", "reason"], "pending_on": list(waiting)}
    reopening = now_at is Status.RESOLVED and to is Status.IN_PROGRESS
    return {"to": to.value, "requires": ["reason"] if reopening else []}


@dataclass(frozen=True, slots=True)
class _Source:
    """A table of ``gf``, what is selected of it, how rows are opened, and how one is shown."""

    table: str
    columns: str
    opened: Callable[[Scope, Sequence[Mapping[str, Any]]], Awaitable[Sequence[Mapping[str, Any]]]]
    document: Callable[[Mapping[str, Any]], dict[str, Any]]


async def _open_comments(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return await open_rows(scope, "work_order_comment", COMMENT, rows)


_ORDERS = _Source("work_order", COLUMNS, opened_orders, schemas.work_order)
_COMMENTS = _Source("work_order_comment", "*", _open_comments, schemas.comment)


async def _page(scope: Scope, source: _Source, clauses: Clauses, wanted: Wanted) -> Page:
    table, backwards = f"gf.{source.table}", wanted.before is not None
    cursor = wanted.before if backwards else wanted.after
    if cursor is not None:
        clauses.add(f"id {'>' if backwards else '<'} {{n}}", read_cursor(scope.tenant_id, table, cursor))
    looked, order = f"FROM {table} WHERE {' AND '.join(clauses.found)}", f"ORDER BY id {'ASC' if backwards else 'DESC'}"
    tried, values = clauses.tried()
    bounded = bool(tried) and wanted.offset is None
    if bounded:
        looked = f"FROM (SELECT * {looked} {order} LIMIT {MOST}) AS {source.table} WHERE {' AND '.join(tried)}"
    elif tried:
        looked += f" AND {' AND '.join(tried)}"
    part = f"{order} LIMIT {wanted.limit + 1} OFFSET {wanted.offset or 0}"
    rows = await scope.fetch(f"SELECT {source.columns} {looked} {part}", *values)
    shown = rows[: wanted.limit][::-1] if backwards else rows[: wanted.limit]
    last = shown[-1]["id"] if shown and (backwards or len(rows) > wanted.limit) else None
    if bounded and last is None:
        last = await _looked_up_to(scope, table, clauses)
    following = None if last is None else write_cursor(scope.tenant_id, table, last)
    return Page([source.document(row) for row in await source.opened(scope, shown)], following)


async def _looked_up_to(scope: Scope, table: str, clauses: Clauses) -> UUID | None:
    """Return the last row of those that a short page looked at; None: there are no more."""
    where = " AND ".join(clauses.found)
    sql = f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC OFFSET {MOST - 1} LIMIT 1"  # noqa: S608 - every part is ours
    found = await scope.fetch(sql, *clauses.values)
    return found[0]["id"] if found else None


async def _brief(scope: Scope, column: str, value: UUID, limit: int) -> list[dict[str, Any]]:
    found = await scope.fetch(_BRIEF[column], scope.tenant_id, value, limit)
    rows = await open_rows(scope, "work_order", ORDER, found)
    return [
        {
            "id": str(row["id"]),
            "number": numbers.readable(row["number"]),
            "title": row["title"],
            "status": row["status"],
            "resolution": row["resolution_summary"],
            "updated_at": schemas.instant(row["updated_at"]),
        }
        for row in rows
    ]


def write_cursor(tenant_id: UUID, table: str, last: UUID) -> str:
    """Return the cursor that stands behind a row of this client's list."""
    return cursors.write(tenant_id, table, last.bytes)


def read_cursor(tenant_id: UUID, table: str, cursor: str) -> UUID:
    """Return the row that a cursor stands behind. Raises :class:`ValidationFailed` for another's."""
    place = cursors.read(tenant_id, table, cursor)
    if len(place) != 16:  # noqa: PLR2004 - the bytes of a UUID
        raise ValidationFailed("the cursor belongs to another list")
    return UUID(bytes=place)
