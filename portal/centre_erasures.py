"""Erasing a client that has left, by two people: a page of the back office."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Annotated, Any, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exits.service import orders
from exits.service.erase import STEPS
from exits.service.orders import House, Staff
from kit import clock
from kit.errors import NotFound, Problem
from portal.pages import form_status, html, page_of, visitor_of
from tenants.core.grants import REASON_MAX, REASON_MIN
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.oneself import fresh

router = APIRouter(include_in_schema=False)

PAGE = "/centre/erasures"
MayErase = Annotated[CentreAccess, Depends(permitted_centre("tenant.erase"))]
ErasesNow = Annotated[CentreAccess, Depends(fresh(permitted_centre("tenant.erase")))]
_SEE_OTHER = 303
_NOTHING = {"code": "", "reason": "", "typed": "", "of": ""}


@router.get(PAGE)
async def page(request: Request, access: MayErase) -> HTMLResponse:
    """Show what was asked for, what waits, what is being carried out, and certificates."""
    return await _show(request, access)


@router.post(PAGE)
async def ask(
    request: Request,
    access: ErasesNow,
    client: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Ask for the erasure of a client that has left."""
    doing = orders.ask(_house(request), _staff(access), client.strip(), reason, clock.now())
    return await _done(request, access, doing, draft={"code": client, "reason": reason})


@router.post(PAGE + "/{tenant_id}/confirm")
async def confirm(
    request: Request, tenant_id: UUID, access: ErasesNow, code: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    """Confirm what somebody else asked for, by typing the client's code."""
    wait = timedelta(hours=request.app.state.settings.erase_wait_hours)
    doing = orders.confirm(_house(request), _staff(access), tenant_id, code, (clock.now(), wait))
    return await _done(request, access, doing, draft={"typed": code, "of": str(tenant_id)})


@router.post(PAGE + "/{tenant_id}/withdraw")
async def withdraw(request: Request, tenant_id: UUID, access: MayErase) -> Response:
    """Stop an erasure that has not begun; nobody has to prove anything for that."""
    return await _done(request, access, orders.withdraw(_house(request), _staff(access), tenant_id, clock.now()))


@router.get(PAGE + "/{tenant_id}/certificate.json")
async def certificate(request: Request, tenant_id: UUID, access: MayErase) -> Response:  # noqa: ARG001 - the guard is all
    """Hand out the signed certificate of an erasure that is done."""
    found = orjson.loads(await orders.certificate(request.app.state.control, tenant_id))
    name = f'attachment; filename="erasure-{tenant_id}.json"'
    content = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    return Response(content, media_type="application/json", headers={"Content-Disposition": name})


def _house(request: Request) -> House:
    return House(request.app.state.control, request.app.state.plane)


def _staff(access: CentreAccess) -> Staff:
    return Staff(access.principal.id, access.principal.name)


async def _done(
    request: Request, access: CentreAccess, doing: Awaitable[Any], draft: dict[str, str] | None = None
) -> Response:
    try:
        await doing
    except NotFound:
        raise
    except Problem as problem:
        return await _show(request, access, problem=problem, draft=draft)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(
    request: Request, access: CentreAccess, problem: Problem | None = None, draft: dict[str, str] | None = None
) -> HTMLResponse:
    control, now = request.app.state.control, clock.now()
    waiting = [
        {**row, "id": str(row["tenant_id"]), "own": row["asked_by"] == access.principal.id,
         "due": row["due_at"] is not None and row["due_at"] <= now}
        for row in await orders.under_way(control)
    ]  # fmt: skip
    begun = [_begun(row) for row in await orders.erasures(control)]
    return html(
        request, "centre_erasures.html", page_of(request, visitor_of(access.principal)), status=form_status(problem),
        askable=await orders.askable(control), waiting=waiting, running=[e for e in begun if e["done_at"] is None],
        done=[e for e in begun if e["done_at"] is not None], steps=STEPS, draft={**_NOTHING, **(draft or {})},
        error=problem.code if problem else None, hours=request.app.state.settings.erase_wait_hours,
        reason_min=REASON_MIN, reason_max=REASON_MAX,
    )  # fmt: skip


def _begun(row: dict[str, Any]) -> dict[str, Any]:
    found = orjson.loads(cast("str", row["found"]))
    at = STEPS.index(row["step"]) if row["step"] in STEPS else len(STEPS)
    return {
        **row,
        "id": str(row["tenant_id"]),
        "at": at,
        "rows": sum(found.get("tables", {}).values()),
        "files": found.get("files", 0),
        "not_reached": found.get("database", {}).get("rows") == "not_reached",
    }
