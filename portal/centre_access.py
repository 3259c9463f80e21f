"""Asking for access to a client: the outsourcer's page, with what one asked for before."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from portal.pages import html, page_of, visitor_of
from tenants.core import grants as rules
from tenants.core.permissions import Role, decide
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.errors import NotYourRole, ReasonNotClear
from tenants.service import grants
from tenants.service.floors import list_tenants
from tenants.service.grants import Ask

router = APIRouter(include_in_schema=False)

MayAsk = Annotated[CentreAccess, Depends(permitted_centre("staff_access.ask"))]

PAGE = "/centre/access"
_SEE_OTHER = 303


@router.get(PAGE)
async def page(request: Request, access: MayAsk) -> HTMLResponse:
    """Show the form, and what one asked for."""
    return await _show(request, access)


@router.post(PAGE)
async def ask(
    request: Request,
    access: MayAsk,
    client: Annotated[str, Form(max_length=40)] = "",
    role: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=4000)] = "",
    minutes: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Ask the client to let one in."""
    draft, state = {"code": client.strip(), "role": role, "reason": reason, "minutes": minutes}, request.app.state
    try:
        wanted = _wanted(draft)
        await grants.ask(state.control, state.plane, access.principal, wanted, clock.now())
    except Problem as problem:
        return await _show(request, access, draft=draft, problem=problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


@router.post(PAGE + "/{grant_id}/end")
async def end(request: Request, grant_id: UUID, access: MayAsk) -> Response:
    """Take one's request back, or give up one's access."""
    state = request.app.state
    try:
        await grants.give_back(state.control, state.plane, access.principal, grant_id, clock.now())
    except NotFound:
        raise
    except Problem as problem:
        return await _show(request, access, problem=problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


def _wanted(draft: dict[str, str]) -> Ask:
    minutes = draft["minutes"]
    if draft["role"] not in set(Role) or not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):  # noqa: PLR2004 - far too long
        raise NotYourRole
    if not draft["code"] or not draft["code"].isprintable():
        raise ReasonNotClear
    return Ask(draft["code"], Role(draft["role"]), draft["reason"], int(minutes))


async def _show(
    request: Request, access: CentreAccess, *, draft: dict[str, str] | None = None, problem: Problem | None = None
) -> HTMLResponse:
    state, own = request.app.state, access.role
    knows = decide(own, "tenant.create") is not None and await grants.serves_all(state.control, access.principal)
    clients = [{"code": t.code, "name": t.name} for t in await list_tenants(state.control)] if knows else []
    status = 422 if problem and problem.status == ReasonNotClear.status else problem.status if problem else 200
    return html(
        request, "centre_access.html", page_of(request, visitor_of(access.principal)), status=status,
        clients=clients, roles=[role.value for role in rules.ROLES.get(own, ())], minutes=rules.minutes_for(own),
        grants=await grants.of_user(state.control, access.principal.id, clock.now()),
        draft=draft or {"code": "", "role": "", "reason": "", "minutes": ""},
        error=problem.code if problem else None, reason_min=rules.REASON_MIN, reason_max=rules.REASON_MAX,
    )  # fmt: skip
