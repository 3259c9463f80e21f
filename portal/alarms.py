"""The alarm of a red probe on every page, and the outsourcer's page where it is acknowledged with a reason."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kit import clock
from kit.errors import NotFound
from portal.pages import html, page_of, visitor_of
from probe.errors import ProbeReasonNotClear
from probe.service import alarms, runs
from tenants.access import for_system
from tenants.core.permissions import decide
from tenants.endpoints import CentreAccess, permitted_centre

router = APIRouter(include_in_schema=False)

MaySee = Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
MayAcknowledge = Annotated[CentreAccess, Depends(permitted_centre("probe.acknowledge"))]

PAGE = "/centre/isolation"
_NO_PAGES = ("/static", "/healthz", "/readyz", "/v1/", "/oauth/", "/.well-known/")
_SEE_OTHER, _UNPROCESSABLE = 303, 422


class LookAtAlarms:
    """Let this process know the alarms before it paints a page; it asks the database every few seconds at most."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look, then go on."""
        if scope["type"] == "http" and not scope["path"].startswith(_NO_PAGES):
            await HTTPConnection(scope).app.state.alarms.look()
        await self.app(scope, receive, send)


@router.get(PAGE)
async def page(request: Request, access: MaySee) -> HTMLResponse:
    """List the clients whose newest verdict is red, and what was acknowledged before."""
    return await _show(request, access)


@router.post(PAGE + "/{run_id}/acknowledge")
async def acknowledge(
    request: Request, run_id: UUID, access: MayAcknowledge, reason: Annotated[str, Form(max_length=4000)] = ""
) -> Response:
    """Take an alarm from the pages; the client reads who did, and why."""
    state, who = request.app.state, access.principal
    alarm = next((one for one in await alarms.open_alarms(state.control) if one.run_id == run_id), None)
    if alarm is None:
        raise NotFound
    tenant_id = for_system(alarm.tenant_id, "probe acknowledged")
    told = alarms.Acknowledgement(who.id, who.name, reason, clock.now())
    try:
        await alarms.acknowledge(state.control, state.plane, tenant_id, run_id, told)
    except ProbeReasonNotClear as problem:
        return await _show(request, access, problem=problem, run_id=run_id, reason=reason)
    state.alarms.look_again()
    return RedirectResponse(PAGE, _SEE_OTHER)


async def _show(
    request: Request,
    access: CentreAccess,
    *,
    problem: ProbeReasonNotClear | None = None,
    run_id: UUID | None = None,
    reason: str = "",
) -> HTMLResponse:
    state = request.app.state
    return html(
        request, "centre_isolation.html", page_of(request, visitor_of(access.principal)),
        status=_UNPROCESSABLE if problem else 200, error=problem.code if problem else None, refused=run_id,
        reason=reason, alarms=await alarms.open_alarms(state.control),
        waiting=len(await runs.turns(state.control)),
        may=decide(access.role, "probe.acknowledge") is not None,
    )  # fmt: skip
