"""The isolation probe in the client's portal: start it, watch it, read what it tried, take the signed result away."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import Problem
from portal.pages import Visitor, block, html, page_of
from portal.proofs import verifier
from probe.core.tally import GROUPS
from probe.service import runs
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("probe.read"))]
MayRun = Annotated[Access, Depends(permitted("probe.run"))]

PAGE = "/settings/isolation"
_SEE_OTHER, _AT_ONCE, _DIGITS = 303, 100, 7
_OUTCOMES = ("finding", "refused", "alike", "left_out")
_UNDER_WAY = frozenset({"waiting", "running"})


@router.get(PAGE)
async def page(request: Request, access: MayRead) -> HTMLResponse:
    """Show the newest verdict, what is under way, and the runs before."""
    return await _show(request, access)


@router.get(PAGE + "/now")
async def now(request: Request, access: MayRead) -> Response:
    """Show how far the run is; once nothing is under way, the whole page is asked for again."""
    shown = await _shown(request, access)
    if shown["under_way"] is None:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    return block("isolation.html", "now", page_of(request, Visitor(access.principal, access)), **shown)


@router.post(PAGE + "/runs")
async def start(request: Request, access: MayRun) -> Response:
    """Put a run into the queue."""
    wish = runs.Wish(access.principal.id, access.principal.name, "button", clock.now())
    try:
        await runs.ask(request.app.state.control, request.app.state.plane, access.tenant_id, wish)
    except Problem as problem:
        return await _show(request, access, problem=problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.get(PAGE + "/runs/{run_id}")
async def run(request: Request, run_id: UUID, access: MayRead) -> HTMLResponse:
    """Show one run: every try and what answered, filtered by part and by what came of it."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        found = await runs.one(scope, run_id)
        document = json.loads(await runs.document(scope, run_id))["signed"] if found["verdict"] else {}
    query = request.query_params
    part, outcome = query.get("part", ""), query.get("came", "")
    first = _number(query.get("first", ""))
    every = [
        attempt for attempt in document.get("attempts", ())
        if part in {"", attempt["group"]} and outcome in {"", attempt["outcome"]}
    ]  # fmt: skip
    return html(
        request, "isolation_run.html", page_of(request, Visitor(access.principal, access)), run=found,
        document=document, attempts=every[first : first + _AT_ONCE], count=len(every), first=first,
        next=first + _AT_ONCE if first + _AT_ONCE < len(every) else None, part=part, came=outcome, parts=GROUPS,
        outcomes=_OUTCOMES,
    )  # fmt: skip


@router.get(PAGE + "/runs/{run_id}/result.json")
async def result(request: Request, run_id: UUID, access: MayRead) -> Response:
    """Hand out the signed result as it was made."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        raw = await runs.document(scope, run_id)
    name = quote(f"isolation-{run_id}.json")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(raw, media_type="application/json", headers=headers)


def _number(text: str) -> int:
    """Return a small natural number, or 0 for whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else 0


async def _show(request: Request, access: Access, problem: Problem | None = None) -> HTMLResponse:
    shown = await _shown(request, access)
    return html(
        request, "isolation.html", page_of(request, Visitor(access.principal, access)),
        status=problem.status if problem else 200, error=problem.code if problem else None, **shown,
    )  # fmt: skip


async def _shown(request: Request, access: Access) -> dict[str, Any]:
    """Return what the page and its moving part show."""
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        recent = await runs.recent(scope)
    under_way = next((run for run in recent if run["state"] in _UNDER_WAY), None)
    if under_way is not None:
        under_way["before"] = await runs.position(request.app.state.control, under_way["id"])
    return {
        "under_way": under_way,
        "last": next((run for run in recent if run["verdict"]), None),
        "past": [run for run in recent if run["state"] not in _UNDER_WAY],
        "parts": GROUPS,
        "verifier_digest": verifier()[1],
        "may_run": decide(access.role, "probe.run") is not None,
    }
