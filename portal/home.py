"""The first address: everybody lands where their work is, and nobody on an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.pages import html, page_of, visitor_of
from tenants.access import Principal
from tenants.core.permissions import Role
from tenants.endpoints import signed_in

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303


@router.get("/")
async def home(
    request: Request, principal: Annotated[Principal, Depends(signed_in("it only sends one on"))]
) -> Response:
    """Send an agent to the desk and everybody else to the first page of their role.

    A person without a client, and without the back office, gets a page to choose one.
    """
    if principal.staff_role is Role.AGENT:
        return RedirectResponse("/desk", SEE_OTHER)
    page = page_of(request, visitor_of(principal))
    if page.navigation:
        return RedirectResponse(str(page.navigation[0]["href"]), SEE_OTHER)
    return html(request, "start.html", page)
