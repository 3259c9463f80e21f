"""The first address: everybody lands where their work is, and nobody on an error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.pages import Visitor, html, page_of
from tenants.access import Principal, enter
from tenants.core.permissions import PERMISSIONS, Grant, Role, decide
from tenants.endpoints import Access, signed_in

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303


@router.get("/")
async def home(
    request: Request, principal: Annotated[Principal, Depends(signed_in("it only sends one on"))]
) -> Response:
    """Send an agent to the desk and everybody else to the first page of their role.

    A role without a page yet (a client's developer, onboarding) or a person without a client gets a page that says so.
    """
    if principal.staff_role is Role.AGENT:
        return RedirectResponse("/desk", SEE_OTHER)
    page = page_of(request, _visitor(principal))
    if page.navigation:
        return RedirectResponse(str(page.navigation[0]["href"]), SEE_OTHER)
    role = Role(page.reader.role) if page.reader and page.reader.role else None
    may = [permission for permission in PERMISSIONS if role and decide(role, permission)]
    return html(request, "start.html", page, may=may)


def _visitor(principal: Principal) -> Visitor:
    place = principal.memberships.get(principal.chosen) if principal.chosen else None
    if place is None or not place.open:
        return Visitor(principal)
    return Visitor(principal, Access(principal, enter(principal, place.tenant_id), place.role, Grant()))
