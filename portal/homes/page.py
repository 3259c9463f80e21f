"""``/home``: one page for every role but the agent's, whose desk is its home."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from portal.homes.centre import Colleague, centre, floor
from portal.homes.client import Looks, heard, manager
from portal.homes.systems import systems
from portal.pages import block, html, page_of, visitor_of
from tenants.access import Principal
from tenants.core.permissions import Permission, Role, decide
from tenants.endpoints import inside, signed_in

router = APIRouter(include_in_schema=False)

PAGE = "/home"
_FEED = "/live/feed"
_SEE_OTHER = 303
_HOMES: dict[Role, tuple[str, Permission, Callable[[Looks], Awaitable[dict[str, Any]]]]] = {
    Role.CLIENT_MANAGER: ("manager", "live.read", manager),
    Role.CLIENT_VIEWER: ("heard", "interaction.read", heard),
    Role.QUALITY: ("heard", "interaction.read", heard),
    Role.CLIENT_DEVELOPER: ("systems", "settings.read", systems),
}
"""By the role in the chosen client: which part of the page, what it takes to see it, and who gathers it."""
_CENTRES: dict[Role, tuple[str, str, Callable[[Colleague], Awaitable[dict[str, Any]]]]] = {
    Role.SUPERVISOR: ("floor", "/floor/feed", floor),
    Role.ONBOARDING: ("centre", "", centre),
    Role.PLATFORM: ("centre", "", centre),
}
"""By the role at the outsourcer, whichever client is chosen."""


@router.get(PAGE)
async def home(
    request: Request,
    principal: Annotated[Principal, Depends(signed_in("everybody has a home; what it shows is asked for by role"))],
) -> Response:
    """Show the reader's home; htmx gets the part that changes alone. An agent is led to its desk."""
    if principal.staff_role is Role.AGENT:
        return RedirectResponse("/desk", _SEE_OTHER)
    visitor = visitor_of(principal)
    page = page_of(request, visitor)
    if principal.staff_role in _CENTRES:
        kind, feed, gather = _CENTRES[principal.staff_role]
        context = await gather(Colleague(request, principal, page))
    elif visitor.access is not None and visitor.access.role in _HOMES:
        kind, needs, look = _HOMES[visitor.access.role]
        feed = _FEED if decide(visitor.access.role, "live.read") else ""
        access = await inside(request, principal, visitor.access.tenant_id, needs)
        context = await look(Looks(request, access, page))
    else:
        return html(request, "start.html", page)
    context |= {"kind": kind, "feed": feed}
    if request.headers.get("HX-Request"):
        return block("home.html", "now", page, **context)
    return html(request, "home.html", page, **context)
