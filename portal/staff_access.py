"""Who of the outsourcer's people may come in: the client's page to see, allow, refuse and end it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from portal.pages import Visitor, html, page_of
from portal.staff_feed import state_of
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted
from tenants.service import grants, visits
from tenants.service.policies import policy_of

router = APIRouter(include_in_schema=False)

MayRead = Annotated[Access, Depends(permitted("staff_access.read"))]
MayDecide = Annotated[Access, Depends(permitted("staff_access.decide"))]

PAGE = "/settings/staff-access"
_SEE_OTHER = 303


@router.get(PAGE)
async def page(request: Request, access: MayRead) -> HTMLResponse:
    """Show who is inside now, who asks, who may come in, and who was there."""
    return await _show(request, access)


@router.post(PAGE + "/{grant_id}/approve")
async def approve(request: Request, grant_id: UUID, access: MayDecide) -> Response:
    """Let somebody in for the time that was asked for."""
    state = request.app.state
    return await _done(
        request,
        access,
        grants.decide(state.control, state.plane, access.principal, grant_id, clock.now(), approve=True),
    )


@router.post(PAGE + "/{grant_id}/refuse")
async def refuse(request: Request, grant_id: UUID, access: MayDecide) -> Response:
    """Refuse a request."""
    state = request.app.state
    return await _done(
        request,
        access,
        grants.decide(state.control, state.plane, access.principal, grant_id, clock.now(), approve=False),
    )


@router.post(PAGE + "/{grant_id}/end")
async def end(request: Request, grant_id: UUID, access: MayDecide) -> Response:
    """End a grant now; whoever is inside is out with its next request, and its sockets within two seconds."""
    state = request.app.state
    return await _done(request, access, grants.end(state.control, state.plane, access.principal, grant_id, clock.now()))


async def _done(request: Request, access: Access, change: Any) -> Response:  # noqa: ANN401 - a coroutine of the service
    try:
        await change
    except NotFound:
        raise
    except Problem as problem:
        return await _show(request, access, problem=problem)
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(request: Request, access: Access, problem: Problem | None = None) -> HTMLResponse:
    state, now = request.app.state, clock.now()
    every = await grants.of_tenant(state.control, access.tenant_id, now)
    async with state.plane.transaction(access.tenant_id) as scope:
        here, before = await visits.inside(scope), await visits.past(scope, 50)
        policy = await policy_of(scope)
    may = {grant["id"] for grant in every if grant["state"] == "in_force"}
    return html(
        request, "staff_access.html", page_of(request, Visitor(access.principal, access)),
        status=problem.status if problem else 200,
        inside=[visit for visit in here if visit["grant_id"] in may],
        asked=[grant for grant in every if grant["state"] == "asked"],
        in_force=[grant for grant in every if grant["state"] == "in_force"],
        over=[grant for grant in every if grant["state"] not in {"asked", "in_force"}][:50],
        visits=before, known=state_of(every, here), approval=policy.approval, error=problem.code if problem else None,
        may_decide=decide(access.role, "staff_access.decide") is not None and not access.principal.is_staff,
    )  # fmt: skip
