"""The list of interactions: its filters in the address, columns, saved views, and the same rows as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from exits.service import retention
from exits.service.tables import csv_line
from interactions import service as interactions
from interactions import tags
from interactions.columns import Column, in_zone
from interactions.core import query
from interactions.core.query import Filters
from interactions.errors import TooManyRows
from interactions.recordings.facts import InteractionsTaken
from interactions.shown import as_shown
from journal import service as journal
from kit import clock
from kit.db import Scope
from kit.errors import ValidationFailed
from portal.asked_for import BESIDE, columns_of, head_of, in_words, wanted_of, wrong_of
from portal.pages import Visitor, block, html, page_of
from portal.rendering import Page, words_of
from tenants.core.masks import Shown
from tenants.core.outcomes import flat
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.models import AgentProfile, Queue
from tenants.service import reading
from tenants.service.policies import shown_to
from tenants.views import service as views

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("interaction.read"))]
MayTake = Annotated[Access, Depends(permitted("interaction.export"))]

MOST_IN_FILE = 10_000
"""So many rows a file has, and so far they are counted; who wants more asks for an export."""
VIEWS_OF = "interactions"
_PAGE = 500
_SEE_OTHER = 303
_QUEUES = f"""SELECT id::text AS id, name, dispositions::text AS dispositions FROM gf.{Queue.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY name"""  # noqa: S608 - the model's own name
_AGENTS = f"""SELECT agent_id::text AS id, alias AS name FROM gf.{AgentProfile.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY alias"""  # noqa: S608 - as above
_FLOWS = """
SELECT DISTINCT ON (code) code, (SELECT array_agg(node ->> 'id') FROM jsonb_array_elements(
    CASE WHEN jsonb_typeof(content -> 'nodes') = 'array' THEN content -> 'nodes' ELSE '[]' END) node) AS steps,
  CASE WHEN jsonb_typeof(content -> 'nodes') = 'object'
    THEN ARRAY(SELECT jsonb_object_keys(content -> 'nodes')) END AS names
FROM gf.flow WHERE tenant_id = $1 ORDER BY code, version DESC
"""


@router.get("/interactions")
async def list_page(request: Request, access: MayRead) -> HTMLResponse:
    """List interactions; htmx gets the results alone."""
    page = page_of(request, Visitor(access.principal, access))
    given = dict.fromkeys(query.NAMES, "") | _given(request)
    columns, after = columns_of(request), request.query_params.get("after") or None
    context: dict[str, Any] = {
        "filters": given | _minutes(given, page), "rows": [], "next": None, "total": None, "error": None, "wrong": {},
        "gone": None, "indexing": False, "columns": columns, "after": after, "most": MOST_IN_FILE,
        "part": "HX-Request" in request.headers,
        "may_take": decide(access.role, "interaction.export") is not None, "curl": _curl(request, given),
        "file": _address("/interactions.csv", given, columns),
    }  # fmt: skip
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        try:
            wanted = wanted_of(given, page, access)
            context["gone"] = await _gone(scope, wanted, page.now)
            context |= await _found(scope, wanted, after, access)
            await reading.listed(
                scope, reader_of(access), "interactions", len(context["rows"]), {**given, "after": after or ""}
            )
        except ValidationFailed as problem:
            context |= {"error": problem.code, "wrong": wrong_of(problem)}
        asked = await in_words(scope, given, words_of(page))
        context |= {"asked": asked, "known": {each.key: each.text for each in asked}}
        context |= await _choices(scope, access)
    if context["part"]:
        return block("interactions.html", "results", page, **context)
    return html(request, "interactions.html", page, **context)


def _given(request: Request) -> dict[str, str]:
    return {name: text for name, text in request.query_params.items() if name not in BESIDE}


@router.get("/interactions.csv")
async def file(request: Request, access: MayTake) -> Response:
    """Hand out what the page shows under the same address, all pages of it, as a file that says what it is."""
    page = page_of(request, Visitor(access.principal, access))
    given = _given(request)
    columns = columns_of(request)
    wanted = wanted_of(given, page, access)
    words = words_of(page)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        shown = await shown_to(scope, access.role)
        total = await interactions.count(scope, wanted, shown, MOST_IN_FILE)
        if total is None:
            raise TooManyRows
        fact = InteractionsTaken("csv", total, [column.key for column in columns])
        journal.append(scope, fact, subject=scope.tenant_id, at=clock.now(), actor=reader_of(access))
        head = head_of(await in_words(scope, given, words), page, words, total)
    lines = _lines(request, access, (wanted, shown, columns), [*head, [words["column"][c.key] for c in columns]])
    name = f"interactions-{page.now.astimezone(page.day_zone):%Y-%m-%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/interactions/views")
async def save_view(
    request: Request, access: MayRead,
    name: Annotated[str, Form(max_length=300)] = "", query: Annotated[str, Form(max_length=4000)] = "",
) -> Response:  # fmt: skip
    """Keep the filters of the page under a name, for oneself."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await views.save(scope, reader_of(access), (VIEWS_OF, name, query), clock.now())
    return RedirectResponse(f"/interactions?{query}" if query else "/interactions", _SEE_OTHER)


@router.post("/interactions/views/{kept_id}/forget")
async def forget_view(request: Request, kept_id: UUID, access: MayRead) -> Response:
    """Keep one of one's views no longer."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await views.forget(scope, reader_of(access), kept_id, clock.now())
    return RedirectResponse("/interactions", _SEE_OTHER)


async def _gone(scope: Scope, wanted: Filters, now: datetime) -> datetime | None:
    """Return up to when nothing is kept, if the filter asks for days before that."""
    kept = now - timedelta(days=(await retention.policy(scope)).interactions_days)
    asked = wanted.since or wanted.until
    return kept if asked is not None and asked < kept else None


async def _found(scope: Scope, wanted: Filters, after: str | None, access: Access) -> dict[str, Any]:
    """Return the page's rows and cursor, and how many there are in all (None: more than :data:`MOST_IN_FILE`)."""
    shown = await shown_to(scope, access.role)
    found = await interactions.list_interactions(scope, wanted, after=after, shown=shown)
    rows = await as_shown(scope, found.rows, shown)
    tagged = bool(wanted.note or wanted.node or wanted.supervised is not None or wanted.text)
    told: dict[str, Any] = {"rows": rows, "indexing": tagged and await tags.waiting(scope)}
    if found.next is None and after is None:
        return {**told, "next": None, "total": len(rows)}
    return {**told, "next": found.next, "total": await interactions.count(scope, wanted, shown, MOST_IN_FILE)}


async def _choices(scope: Scope, access: Access) -> dict[str, Any]:
    """Return what the filters offer: queues, agents, dispositions, steps of flows, and the reader's own views."""
    queues = [dict(row) for row in await scope.fetch(_QUEUES, scope.tenant_id)]
    codes = {each.code: each for row in queues for each in flat(orjson.loads(row["dispositions"] or "[]"))}
    flows = [
        {"code": row["code"], "steps": row["names"] or row["steps"] or []}
        for row in await scope.fetch(_FLOWS, scope.tenant_id)
    ]
    return {
        "queues": queues, "dispositions": list(codes.values()), "flows": flows,
        "agents": [dict(row) for row in await scope.fetch(_AGENTS, scope.tenant_id)],
        "views": await views.of(scope, reader_of(access), VIEWS_OF),
    }  # fmt: skip


def _minutes(given: Mapping[str, str], page: Page) -> dict[str, str]:
    """Return the days of a filter as the minutes that its fields show."""
    today, found = page.now.astimezone(page.day_zone).date().isoformat(), {}
    for name, minute in (("from", "T00:00"), ("to", "T23:59")):
        text = today if given[name] == query.TODAY else given[name]
        found[name] = text + minute if len(text) == len(today) else text
    return found


def _address(path: str, given: Mapping[str, str], columns: list[Column]) -> str:
    """Return an address with the same filters and columns."""
    asked = {name: text for name, text in given.items() if text}
    return f"{path}?{urlencode({**asked, 'columns': ','.join(column.key for column in columns)})}"


def _curl(request: Request, given: Mapping[str, str]) -> str:
    """Return the command that gets these rows from the API."""
    asked = urlencode({name: text for name, text in given.items() if text})
    base = str(request.app.state.settings.public_url).rstrip("/")
    address = f"{base}/v1/interactions{'?' if asked else ''}{asked}"
    return f"curl -H \"Authorization: Bearer $GLASSFLOOR_KEY\" '{address}'"


async def _lines(
    request: Request, access: Access, wanted: tuple[Filters, Shown, list[Column]], head: list[list[str]]
) -> AsyncIterator[bytes]:
    """Yield the file, a page of rows at a time. Its first mark tells spreadsheets that it is UTF-8."""
    filters, shown, columns = wanted
    zone, after = page_of(request, Visitor(access.principal, access)).day_zone, None
    yield b"\xef\xbb\xbf" + b"".join(csv_line(list(line)) for line in head)
    while True:
        async with request.app.state.plane.transaction(access.tenant_id) as scope:
            found = await interactions.list_interactions(scope, filters, after=after, shown=shown, limit=_PAGE)
            rows = await as_shown(scope, found.rows, shown)
        yield b"".join(csv_line([c.raw(in_zone(row, zone)) for c in columns]) for row in rows)
        if found.next is None:
            return
        after = found.next
