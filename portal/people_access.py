"""How a client's people sign in: who has what, and what their manager does when somebody cannot get in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from journal.core.facts import Actor
from kit import clock
from portal.entering import SEE_OTHER, entrance
from portal.pages import Visitor, html, page_of
from tenants.core.permissions import CLIENT_PEOPLE, decide
from tenants.endpoints import Access, permitted
from tenants.identity.errors import ManagedElsewhere
from tenants.oneself import fresh
from tenants.service import people_access
from tenants.service.people_access import Manager
from tenants.service.sign_in_policy import require_second_factor, second_factor_required

router = APIRouter(include_in_schema=False)

HERE = "/settings/people-access"
May = Annotated[Access, Depends(permitted("people.manage"))]
MayNow = Annotated[Access, Depends(fresh(permitted("people.manage")))]
DecidesNow = Annotated[Access, Depends(fresh(permitted("identity.manage")))]
Person = Annotated[UUID, Form()]


@router.get(HERE)
async def show(request: Request, access: May, told: str = "") -> Response:
    """List the people and how they stand with the door."""
    return await _page(request, access, told=told)


@router.post(f"{HERE}/link")
async def link(request: Request, access: MayNow, person_id: Person) -> Response:
    """Send somebody a link to set its password; without mail show it, this once, in this answer only."""
    way_in, now = entrance(request), clock.now()
    try:
        token = await people_access.send_link(way_in, _manager(access), person_id, now)
    except ManagedElsewhere:
        return RedirectResponse(f"{HERE}?told=elsewhere", SEE_OTHER)
    if token is None:
        return RedirectResponse(f"{HERE}?told=sent", SEE_OTHER)
    person = await people_access.one_of(way_in.control, access.tenant_id, person_id, now)
    address = f"{request.app.state.settings.public_url}/set-password?link={token}"
    return await _page(request, access, told="link", link=address, whose=person.name)


@router.post(f"{HERE}/sessions/end")
async def end_sessions(request: Request, access: May, person_id: Person) -> Response:
    """Sign somebody out everywhere."""
    await people_access.end_sessions(entrance(request), _manager(access), person_id, clock.now())
    return RedirectResponse(f"{HERE}?told=ended", SEE_OTHER)


@router.post(f"{HERE}/second-factor/remove")
async def remove_factors(request: Request, access: MayNow, person_id: Person) -> Response:
    """Take the second factors of somebody who lost them."""
    try:
        await people_access.remove_factors(entrance(request), _manager(access), person_id, clock.now())
    except ManagedElsewhere:
        return RedirectResponse(f"{HERE}?told=elsewhere", SEE_OTHER)
    return RedirectResponse(f"{HERE}?told=removed", SEE_OTHER)


@router.post(f"{HERE}/unlock")
async def unlock(request: Request, access: MayNow, person_id: Person) -> Response:
    """Lift somebody's lock."""
    try:
        await people_access.lift_lock(entrance(request), _manager(access), person_id, clock.now())
    except ManagedElsewhere:
        return RedirectResponse(f"{HERE}?told=elsewhere", SEE_OTHER)
    return RedirectResponse(f"{HERE}?told=unlocked", SEE_OTHER)


@router.post(f"{HERE}/policy")
async def policy(request: Request, access: DecidesNow, second_factor: Annotated[bool, Form()] = False) -> Response:  # noqa: FBT002 - a form's checkbox
    """Ask everybody of this client for a second factor, or no longer."""
    actor = Actor("user", access.principal.id)
    await require_second_factor(entrance(request), access.tenant_id, second_factor, clock.now(), actor=actor)
    return RedirectResponse(f"{HERE}?told=policy", SEE_OTHER)


def _manager(access: Access) -> Manager:
    return Manager(access.tenant_id, access.principal.id, access.role in CLIENT_PEOPLE)


async def _page(request: Request, access: Access, *, told: str, link: str = "", whose: str = "") -> Response:
    control, now = request.app.state.control, clock.now()
    return html(
        request, "people_access.html", page_of(request, Visitor(access.principal, access)), told=told, link=link,
        whose=whose, people=await people_access.people_of(control, access.tenant_id, now), me=access.principal.id,
        required=await second_factor_required(control, access.tenant_id), mail=entrance(request).mail,
        decides=decide(access.role, "identity.manage") is not None,
    )  # fmt: skip
