"""Everything that reads work orders: pages newest first, one in full, its comments, its history, its next steps."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import Fact
from kit import vault
from kit.db import Scope
from kit.errors import ValidationFailed
from tenants.facts import WorkOrderOpened
from workorders import schemas
from workorders.core import numbers
from workorders.core.doer import Doer
from workorders.core.states import Status, takes, waits_for
from workorders.errors import UnknownFilter
from workorders.service.changes import position_of
from workorders.service.rows import COLUMNS, find
from workorders.service.sealing import COMMENT, ORDER, blind, opened_orders
from workorders.service.sealing import opened as open_rows

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
_SEVERAL = frozenset({"status", "priority", "severity"})
"""Filters that take several values, separated by commas: any of them."""
FILTERS: dict[str, str] = {
    "connection": "connection = ANY(${n}::text[])",
    "requester_side": "requester_side = ANY(${n}::text[])",
    "type": "type = ANY(${n}::text[])",
    "title": "title_bidx = ANY(${n}::bytea[])",
    "priority": "priority = ANY(${n}::text[])",
    "severity": "severity = ANY(${n}::text[])",
    "status": "status = ANY(${n}::text[])",
    "status_reason": "status_reason_bidx = ANY(${n}::bytea[])",
    "pending_on": "pending_on = ANY(${n}::text[])",
    "number": "number = ANY(${n}::bigint[])",
    "interaction_id": "interaction_id = ANY(${n}::uuid[])",
}
"""What a list can be filtered by: equality with a field of the first level, joined by AND."""

_BLIND = ("title", "status_reason")
"""Filters on sealed columns."""

_BRIEF = {
    column: "SELECT id, number, title, status, resolution_summary, updated_at FROM gf.work_order"  # noqa: S608 - ours
    f" WHERE tenant_id = $1 AND {column} = $2 ORDER BY updated_at DESC, id DESC LIMIT $3"
    for column in ("agent_id", "interaction_id")
}

_ETAG = re.compile(r'"wo-([0-9a-f-]{36})-(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list: after (older than) or before (newer than) a cursor."""

    filters: Mapping[str, str] = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None
    offset: int = 0
    """So many are left out first: for callers that page by numbers; it costs what it leaves out."""


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
    clauses, values = _where(await _blinded(scope, wanted.filters), doer)
    return await _page(scope, _ORDERS, clauses, values, wanted)


async def count_orders(scope: Scope, filters: Mapping[str, str], doer: Doer) -> int:
    """Return how many the doer sees by these filters. Raises as :func:`list_orders`."""
    clauses, values = _where(await _blinded(scope, filters), doer)
    where = " AND ".join(["tenant_id = $1", *clauses])
    counted = await scope.fetch(f"SELECT count(*) AS n FROM gf.work_order WHERE {where}", scope.tenant_id, *values)  # noqa: S608 - as in _page
    return int(counted[0]["n"])


async def several(scope: Scope, ids: Sequence[UUID], doer: Doer) -> list[dict[str, Any]]:
    """Return these of what the doer sees, newest first."""
    clauses, values = _where({}, doer)
    values.append(list(ids))
    clauses.append(f"id = ANY(${len(values) + 1}::uuid[])")
    return (await _page(scope, _ORDERS, clauses, values, Wanted(limit=max(1, len(ids))))).data


async def list_for_agent(scope: Scope, agent_id: UUID, limit: int = 20) -> list[dict[str, Any]]:
    """Return what an agent raised here, last changed first: what the desk shows."""
    return await _brief(scope, "agent_id", agent_id, limit)


async def list_for_interaction(scope: Scope, interaction_id: UUID, limit: int = 20) -> list[dict[str, Any]]:
    """Return what came out of an interaction, last changed first."""
    return await _brief(scope, "interaction_id", interaction_id, limit)


async def detail(scope: Scope, work_order_id: UUID, doer: Doer) -> dict[str, Any]:
    """Return one work order. Raises :class:`NotFound`."""
    return schemas.work_order(await find(scope, work_order_id, doer))


async def comments(scope: Scope, work_order_id: UUID, wanted: Wanted, doer: Doer) -> Page:
    """Return a page of comments, newest first; internal ones only to the outsourcer. Raises :class:`NotFound`."""
    if wanted.filters:
        raise UnknownFilter(f"comments have no filter {', '.join(sorted(wanted.filters))}")
    await find(scope, work_order_id, doer)
    shown = ["shared", "internal"] if doer.sees_internal else ["shared"]
    clauses = ["work_order_id = $2", "visibility = ANY($3::text[])"]
    return await _page(scope, _COMMENTS, clauses, [work_order_id, shown], wanted)


async def history(scope: Scope, work_order_id: UUID, doer: Doer) -> list[dict[str, Any]]:
    """Return everything that happened to a work order, oldest first, from the journal. Raises :class:`NotFound`."""
    await find(scope, work_order_id, doer)
    facts = [fact for fact in await journal.history(scope, work_order_id) if fact.kind != WorkOrderOpened.KIND]
    return [schemas.history_entry(fact) for fact in facts if doer.sees_internal or not _is_internal(fact)]


async def allowed(scope: Scope, work_order_id: UUID, doer: Doer, now: datetime) -> list[dict[str, Any]]:
    """Return the transitions that this doer may take now, and what each needs. Raises :class:`NotFound`."""
    position = position_of(await find(scope, work_order_id, doer))
    return [_step(to, position.status, waits_for(position.requester)) for to in takes(position, doer.side, now)]


def _is_internal(fact: Fact) -> bool:
    """Say whether what a fact tells beside the work order stays with the outsourcer."""
    return any(isinstance(part, Mapping) and part.get("visibility") == "internal" for part in fact.data.values())


def etag(document: Mapping[str, Any]) -> str:
    """Return the strong validator of a work order's document: its id and version."""
    return f'"wo-{document["id"]}-{document["version"]}"'


def version_of(tag: str, work_order_id: UUID) -> int:
    """Return the version in an If-Match; 0, which never matches, for another one's or an unreadable tag."""
    for candidate in tag.split(","):
        match = _ETAG.fullmatch(candidate.strip())
        if match and match.group(1) == str(work_order_id):
            return int(match.group(2))
    return 0


def _step(to: Status, now_at: Status, waiting: tuple[str, ...]) -> dict[str, Any]:
    if to is Status.PENDING:
        return {"to": to.value, "requires": ["pending_on", "reason"], "pending_on": list(waiting)}
    reopening = now_at is Status.RESOLVED and to is Status.IN_PROGRESS
    return {"to": to.value, "requires": ["reason"] if reopening else []}


async def _blinded(scope: Scope, filters: Mapping[str, str]) -> Mapping[str, str | bytes]:
    """Return the filters with what they say of sealed columns as these are found."""
    sealed = {name: text for name, text in filters.items() if name in _BLIND}
    if not sealed:
        return filters
    if any("\0" in text for text in sealed.values()):
        raise ValidationFailed("a filter holds a character that is never stored")
    found_by = await vault.opened(scope, lambda keys: {n: blind(keys, n, text) or b"" for n, text in sealed.items()})
    return {**filters, **found_by}


def _where(filters: Mapping[str, str | bytes], doer: Doer) -> tuple[list[str], list[Any]]:
    clauses: list[str] = []
    values: list[Any] = []
    if doer.connection is not None:
        values.append([doer.connection])
        clauses.append("connection = ANY($2::text[])")
    if doer.agent_id is not None:
        values.append(doer.agent_id)
        n = len(values) + 1
        clauses.append(f"(agent_id = ${n} OR assigned_agent_id = ${n})")
    for name, text in filters.items():
        if name not in FILTERS:
            raise UnknownFilter(f"there is no filter {name!r}; there are {', '.join(sorted(FILTERS))}")
        values.append(_values(name, text))
        clauses.append(FILTERS[name].format(n=len(values) + 1))
    return clauses, values


def _values(name: str, text: str | bytes) -> list[Any]:
    if isinstance(text, bytes):
        return [text]
    try:
        if name == "interaction_id":
            return [UUID(text)]
        if name == "number":
            return [number] if (number := numbers.parse(text)) is not None else [-1]
    except ValueError as error:
        raise ValidationFailed(f"{name} is not a UUID") from error
    if "\0" in text:
        raise ValidationFailed(f"{name} holds a character that is never stored")
    return text.split(",") if name in _SEVERAL else [text]


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


async def _page(scope: Scope, source: _Source, clauses: Sequence[str], values: Sequence[Any], wanted: Wanted) -> Page:
    table = f"gf.{source.table}"
    where, args = ["tenant_id = $1", *clauses], [scope.tenant_id, *values]
    backwards = wanted.before is not None
    if cursor := wanted.before or wanted.after:
        args.append(_read_cursor(scope.tenant_id, table, cursor))
        where.append(f"id {'>' if backwards else '<'} ${len(args)}")
    direction, columns = "ASC" if backwards else "DESC", source.columns
    part = f"ORDER BY id {direction} LIMIT {wanted.limit + 1} OFFSET {wanted.offset}"
    rows = await scope.fetch(
        f"SELECT {columns} FROM {table} WHERE {' AND '.join(where)} {part}",  # noqa: S608 - every part is ours; what callers send is in args
        *args,
    )
    shown = rows[: wanted.limit][::-1] if backwards else rows[: wanted.limit]
    more = backwards or len(rows) > wanted.limit
    last = _write_cursor(scope.tenant_id, table, shown[-1]["id"]) if shown and more else None
    return Page([source.document(row) for row in await source.opened(scope, shown)], last)


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


def _write_cursor(tenant_id: UUID, table: str, last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes + _mark(tenant_id, table)).decode()


def _read_cursor(tenant_id: UUID, table: str, cursor: str) -> UUID:
    try:
        raw = base64.urlsafe_b64decode(cursor)
    except (binascii.Error, ValueError) as error:
        raise ValidationFailed("the cursor is not one of ours") from error
    if len(raw) != 24 or raw[16:] != _mark(tenant_id, table):  # noqa: PLR2004 - 16 bytes of UUID, 8 of mark
        raise ValidationFailed("the cursor belongs to another list")
    return UUID(bytes=raw[:16])


def _mark(tenant_id: UUID, table: str) -> bytes:
    return hashlib.sha256(f"{tenant_id} {table}".encode()).digest()[:8]
