"""The client's own switch for the view of agents' desks: off for all or for some queues, at once, without a draft."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from interactions.desktop import switch
from kit import clock
from portal.pages import html
from portal.settings.fields import Fields
from portal.settings.ground import ground_of
from tenants.core.permissions import decide
from tenants.endpoints import Access, permitted, reader_of
from tenants.service.policies import policy_of

router = APIRouter(include_in_schema=False)

PAGE = "/settings/desks"
_SEE_OTHER = 303


@router.get(PAGE)
async def page(request: Request, access: Annotated[Access, Depends(permitted("settings.read"))]) -> HTMLResponse:
    """Show what the contract lets be seen, and what the client has switched off of it."""
    ground = await ground_of(request, access)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        agreed, off = (await policy_of(scope)).desktop, await switch.withheld(scope)
    queues = {each["code"]: each["name"] for each in ground.draft.in_force["queues"]}
    queues |= {code: code for code in off if code != switch.EVERYTHING and code not in queues}
    return html(
        request, "settings/desks.html", ground.page, draft=ground.banner(), agreed=agreed, off=off, queues=queues,
        may=decide(access.role, "desktop.withhold") is not None, saved=request.query_params.get("saved") == "1",
    )  # fmt: skip


@router.post(PAGE)
async def save(request: Request, access: Annotated[Access, Depends(permitted("desktop.withhold"))]) -> Response:
    """Switch it off or on; whoever watches now sees the reason within a second."""
    fields = Fields.of((await request.form()).multi_items())
    off = [*([switch.EVERYTHING] if fields.has("everything") else []), *fields.keys("queues")]
    by = (reader_of(access), access.principal.name)
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        await switch.switch(scope, off, by, clock.now())
    return RedirectResponse(f"{PAGE}?saved=1", _SEE_OTHER)
