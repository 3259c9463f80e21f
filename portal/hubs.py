"""The first pages of settings and of the back office: what can be done there, in groups."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from portal.pages import html, page_of, visitor_of
from portal.settings.ground import ground_of
from tenants.core.permissions import decide
from tenants.endpoints import Access, CentreAccess, permitted, permitted_centre
from tenants.service.history import list_versions

router = APIRouter(include_in_schema=False)


@router.get("/settings")
async def settings(request: Request, access: Annotated[Access, Depends(permitted("settings.read"))]) -> HTMLResponse:
    """Show every page of settings that the reader's role may open."""
    ground = await ground_of(request, access)
    newest = (await list_versions(request.app.state.plane, access.tenant_id))[0]
    builds = decide(access.role, "integration.manage") is not None
    return html(request, "settings.html", ground.page, builds=builds, newest=newest, draft=ground.banner())


@router.get("/centre")
async def centre(
    request: Request, access: Annotated[CentreAccess, Depends(permitted_centre("tenant.create"))]
) -> HTMLResponse:
    """Show every page of the back office that the reader's role may open."""
    return html(request, "centre.html", page_of(request, visitor_of(access.principal)))
