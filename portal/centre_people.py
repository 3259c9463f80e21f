"""The outsourcer's own people, for their colleagues: who there is, in which role, and who cannot get in."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId
from kit.errors import Problem, ValidationFailed
from portal.entering import SEE_OTHER, entrance
from portal.pages import form_status, html, page_of, visitor_of
from tenants.access import INSTALLATION, for_system
from tenants.endpoints import CentreAccess, permitted_centre
from tenants.identity.errors import LinkNeedsMail, NamedInFile, NotOneself, TakenAddress
from tenants.oneself import fresh
from tenants.service import colleagues
from tenants.service.colleagues import ROLES, Newcomer
from tenants.service.sign_in_policy import require_second_factor, second_factor_required

router = APIRouter(include_in_schema=False)

HERE = "/centre/people"
May = Annotated[CentreAccess, Depends(permitted_centre("staff.manage"))]
MayNow = Annotated[CentreAccess, Depends(fresh(permitted_centre("staff.manage")))]
Person = Annotated[UUID, Form()]
Text = Annotated[str, Form(max_length=300, pattern="^[^\\x00]*$")]


@router.get(HERE)
async def show(request: Request, access: May, told: str = "", q: str = "") -> Response:
    """List the colleagues and how they stand with the door."""
    return await _page(request, access, told=told, q=q.strip()[:80])


@router.post(f"{HERE}/add")
async def add(
    request: Request, access: MayNow, email: Text = "", name: Text = "", role: Text = "", locale: Text = "en"
) -> Response:
    """Add a colleague; its link goes by mail, or is shown this once."""
    draft = {"email": email.strip(), "name": name.strip(), "role": role, "locale": locale}
    try:
        newcomer = Newcomer(email, name, role, locale)
        token = await colleagues.add(entrance(request), access.principal, newcomer, clock.now())
    except (ValidationFailed, TakenAddress) as problem:
        return await _page(request, access, draft=draft, problem=problem)
    return await _linked(request, access, token, draft["name"])


@router.post(f"{HERE}/link")
async def link(request: Request, access: MayNow, person_id: Person) -> Response:
    """Send a colleague a link to set its password, or show it this once."""
    person = await colleagues.one_of(request.app.state.control, person_id, clock.now())
    try:
        token = await colleagues.link(entrance(request), access.principal, person_id, clock.now())
    except LinkNeedsMail as problem:
        return await _page(request, access, problem=problem)
    return await _linked(request, access, token, person.name)


@router.post(f"{HERE}/role")
async def role(request: Request, access: MayNow, person_id: Person, role: Text = "") -> Response:
    """Give a colleague another role."""
    return await _done(request, access, "role", colleagues.give_role, person_id, role)


@router.post(f"{HERE}/dismiss")
async def dismiss(request: Request, access: MayNow, person_id: Person) -> Response:
    """Let a colleague in no more."""
    return await _done(request, access, "dismissed", colleagues.dismiss, person_id)


@router.post(f"{HERE}/lock")
async def lock(request: Request, access: MayNow, person_id: Person) -> Response:
    """Lock a colleague out."""
    return await _done(request, access, "locked", colleagues.lock, person_id)


@router.post(f"{HERE}/unlock")
async def unlock(request: Request, access: MayNow, person_id: Person) -> Response:
    """Lift a lock."""
    return await _done(request, access, "unlocked", colleagues.lift_lock, person_id)


@router.post(f"{HERE}/second-factor/remove")
async def remove_factors(request: Request, access: MayNow, person_id: Person) -> Response:
    """Take the second factors of a colleague who lost them."""
    return await _done(request, access, "removed", colleagues.remove_factors, person_id)


@router.post(f"{HERE}/sessions/end")
async def end_sessions(request: Request, access: May, person_id: Person) -> Response:
    """Sign a colleague out everywhere."""
    return await _done(request, access, "ended", colleagues.end_sessions, person_id)


@router.post(f"{HERE}/policy")
async def policy(request: Request, access: MayNow, second_factor: Annotated[bool, Form()] = False) -> Response:  # noqa: FBT002 - a form's checkbox
    """Ask all colleagues for a second factor, or no longer."""
    actor = Actor("user", access.principal.id)
    await require_second_factor(entrance(request), _installation(), second_factor, clock.now(), actor=actor)
    return RedirectResponse(f"{HERE}?told=policy", SEE_OTHER)


async def _done(request: Request, access: CentreAccess, told: str, act: Any, *what: Any) -> Response:  # noqa: ANN401 - one of the service's functions
    try:
        await act(entrance(request), access.principal, *what, clock.now())
    except (NamedInFile, NotOneself, ValidationFailed) as problem:
        return await _page(request, access, problem=problem)
    return RedirectResponse(f"{HERE}?told={told}", SEE_OTHER)


async def _linked(request: Request, access: CentreAccess, token: str | None, whose: str) -> Response:
    if token is None:
        return RedirectResponse(f"{HERE}?told=sent", SEE_OTHER)
    address = f"{request.app.state.settings.public_url}/set-password?link={token}"
    answer = await _page(request, access, told="link", link=address, whose=whose)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _page(
    request: Request, access: CentreAccess, *, problem: Problem | None = None, draft: dict[str, str] | None = None,
    q: str = "", **told: str,
) -> Response:  # fmt: skip
    control, now = request.app.state.control, clock.now()
    everybody = await colleagues.colleagues(control, now)
    return html(
        request, "centre_people.html", page_of(request, visitor_of(access.principal)),
        status=form_status(problem),
        people=[p for p in everybody if q.lower() in f"{p.name} {p.email}".lower()], total=len(everybody), q=q,
        me=access.principal.id, roles=[str(r) for r in ROLES], mail=entrance(request).mail,
        required=await second_factor_required(control, _installation()), error=problem.code if problem else None,
        draft=draft or {"email": "", "name": "", "role": "supervisor", "locale": "en"},
        told=told.get("told", ""), link=told.get("link", ""), whose=told.get("whose", ""),
    )  # fmt: skip


def _installation() -> AccessibleTenantId:
    return for_system(INSTALLATION, "rule for the outsourcer's people")
