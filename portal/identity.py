"""The client's own sign-in services: their configuration, a trial, invitations, and who may still use a password."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit.errors import Problem
from portal.changes import change_by, planes_of
from portal.idp_sign_in import send
from portal.pages import Visitor, html, page_of
from tenants.core.permissions import CLIENT_PEOPLE
from tenants.endpoints import Access, permitted
from tenants.idp import connections
from tenants.idp.client import LOGOUT_PATH
from tenants.idp.connections import Idp
from tenants.idp.errors import IdpAway, IdpInvalid, WouldLockOut
from tenants.idp.flows import Wish
from tenants.idp.people import invite, people_of
from tenants.oneself import fresh

router = APIRouter(prefix="/settings/identity", include_in_schema=False)
Manager = Annotated[Access, Depends(permitted("identity.manage"))]
DecidesNow = Annotated[Access, Depends(fresh(permitted("identity.manage")))]
"""Who rules a sign-in service lets in whom it likes."""

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_HOME = "/settings/identity"
_FIELDS = ("name", "issuer", "client_id", "auth_method", "domains", "groups_claim", "roles", "default_role", "origins",
           "enabled")  # fmt: skip


@router.get("")
async def show(request: Request, access: Manager) -> HTMLResponse:
    """Show the client's sign-in services and whether passwords are open."""
    return await _overview(request, access)


@router.post("/policy")
async def change_policy(
    request: Request, access: DecidesNow, only_idp: Annotated[str, Form(max_length=5)] = "",
    recovery: Annotated[UUID | None, Form()] = None,
) -> Response:  # fmt: skip
    """Close or open password sign-in for the client's people."""
    try:
        change = change_by(access)
        await connections.set_policy(planes_of(request), change, only_idp=only_idp == "yes", recovery=recovery)
    except WouldLockOut as problem:
        return await _overview(request, access, problem)
    return RedirectResponse(_HOME, _SEE_OTHER)


@router.get("/new")
async def new(request: Request, access: Manager) -> HTMLResponse:
    """Show the empty form."""
    empty = dict.fromkeys(_FIELDS, "") | {"groups_claim": "groups", "enabled": "yes"}
    return _form(request, access, empty)


@router.post("/new")
async def create(request: Request, access: DecidesNow) -> Response:
    """Connect a sign-in service."""
    return await _save(request, access, connections.fresh_id(), None)


@router.get("/{idp_id}")
async def edit(request: Request, access: Manager, idp_id: UUID) -> HTMLResponse:
    """Show one sign-in service."""
    idp = await connections.get_idp(request.app.state.control, access.tenant_id, idp_id)
    return await _shown(request, access, idp)


@router.post("/{idp_id}")
async def change(request: Request, access: DecidesNow, idp_id: UUID) -> Response:
    """Change a sign-in service."""
    idp = await connections.get_idp(request.app.state.control, access.tenant_id, idp_id)
    return await _save(request, access, idp_id, idp)


@router.post("/{idp_id}/remove")
async def remove(request: Request, access: DecidesNow, idp_id: UUID) -> Response:
    """Remove a sign-in service; whoever came in through it is signed out."""
    try:
        await connections.remove_idp(planes_of(request), change_by(access), idp_id)
    except WouldLockOut as problem:
        return await _overview(request, access, problem)
    return RedirectResponse(_HOME, _SEE_OTHER)


@router.post("/{idp_id}/test")
async def test(request: Request, access: Manager, idp_id: UUID) -> Response:
    """Begin a sign-in that changes nothing: it ends on a page with what came back."""
    idp = await connections.get_idp(request.app.state.control, access.tenant_id, idp_id)
    try:
        wish = Wish("test", next=f"{_HOME}/{idp_id}", user_id=UUID(access.principal.id))
        await request.app.state.idps.metadata(await _opened(request, idp_id), fresh=True)
        return await send(request, idp_id, wish)
    except IdpAway as away:
        return await _shown(request, access, idp, problem=away)


@router.post("/{idp_id}/invite")
async def invite_person(
    request: Request, access: DecidesNow, idp_id: UUID, person: Annotated[UUID, Form()]
) -> HTMLResponse:
    """Show, once, a link that connects one person's account at the service."""
    idp = await connections.get_idp(request.app.state.control, access.tenant_id, idp_id)
    token = await invite(planes_of(request), change_by(access), idp_id, person)
    return await _shown(request, access, idp, link=f"{_public(request)}/sign-in/invited/{token}")


async def _save(request: Request, access: Access, idp_id: UUID, old: Idp | None) -> Response:
    form = await request.form()
    given = {name: _text(form, name) for name in _FIELDS}
    secret = _text(form, "client_secret") or None
    allow_http = request.app.state.settings.allow_private_idps
    try:
        idp = _read(given, idp_id, access.tenant_id)
        connections.check(idp, allow_http=allow_http)
        await connections.save_idp(planes_of(request), change_by(access), idp, secret)
    except (IdpInvalid, WouldLockOut) as problem:
        return _form(request, access, given, idp=old, problem=problem)
    return RedirectResponse(f"{_HOME}/{idp_id}", _SEE_OTHER)


def _read(given: dict[str, str], idp_id: UUID, tenant_id: UUID) -> Idp:
    """Return what the form says; lists are a line or a comma each, a group's role is ``group = role``."""
    roles = {}
    for line in given["roles"].splitlines():
        group, sign, role = line.rpartition("=")
        if line.strip():
            roles[group.strip() if sign else line.strip()] = role.strip() if sign else ""
    return Idp(
        id=idp_id, tenant_id=tenant_id, name=given["name"], issuer=given["issuer"], client_id=given["client_id"],
        auth_method=given["auth_method"], domains=_words(given["domains"].lower()), groups_claim=given["groups_claim"],
        roles=roles, default_role=given["default_role"] or None, origins=_words(given["origins"]),
        enabled=given["enabled"] == "yes",
    )  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in re.split(r"[\s,]+", text) if word))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip().replace("\0", "")[:10_000] if isinstance(value, str) else ""


def _given(idp: Idp) -> dict[str, str]:
    return {
        "name": idp.name, "issuer": idp.issuer, "client_id": idp.client_id, "auth_method": idp.auth_method,
        "domains": "\n".join(idp.domains), "groups_claim": idp.groups_claim,
        "roles": "\n".join(f"{group} = {role}" for group, role in idp.roles.items()),
        "default_role": idp.default_role or "", "origins": "\n".join(idp.origins),
        "enabled": "yes" if idp.enabled else "",
    }  # fmt: skip


async def _overview(request: Request, access: Access, problem: Problem | None = None) -> HTMLResponse:
    control = request.app.state.control
    only, recovery = await connections.policy(control, access.tenant_id)
    managers = await connections.managers(control, access.tenant_id)
    page = page_of(request, Visitor(access.principal, access))
    return html(
        request, "identity.html", page, status=_UNPROCESSABLE if problem else 200, only=only, recovery=recovery,
        idps=await connections.list_idps(control, access.tenant_id), managers=managers, problem=problem,
        ready=any(m["linked"] for m in managers) and any(m["has_password"] for m in managers),
        address=f"{_public(request)}/sign-in/at/{page.client.code if page.client else ''}",
    )  # fmt: skip


async def _shown(
    request: Request, access: Access, idp: Idp, *, problem: Problem | None = None, link: str = ""
) -> HTMLResponse:
    people = await people_of(request.app.state.control, access.tenant_id, idp.id)
    return _form(request, access, _given(idp), idp=idp, problem=problem, link=link, people=people)


def _form(  # noqa: PLR0913 - what the page shows
    request: Request, access: Access, given: dict[str, str], *, idp: Idp | None = None,
    problem: Problem | None = None, link: str = "", people: Any = (),  # noqa: ANN401 - rows
) -> HTMLResponse:  # fmt: skip
    wrong: dict[str, list[str]] = {}
    for place in problem.errors if problem else ():
        wrong.setdefault(place.pointer.removeprefix("/"), []).append(place.detail)
    where = None if idp is None else connections.redirect_uri(_public(request), idp.id)
    status = _UNPROCESSABLE if isinstance(problem, (IdpInvalid, WouldLockOut)) else 200
    return html(
        request, "identity_form.html", page_of(request, Visitor(access.principal, access)), status=status, idp=idp,
        given=given, wrong=wrong, problem=problem, link=link, people=people, redirect_uri=where,
        logout_uri=_public(request) + LOGOUT_PATH, roles=sorted(CLIENT_PEOPLE),
        back_channel=None if where is None else where.removesuffix("callback") + "logout",
    )  # fmt: skip


async def _opened(request: Request, idp_id: UUID) -> Any:  # noqa: ANN401 - a Connection
    state = request.app.state
    _, connection = await connections.opened(state.control, state.box, idp_id, _public(request))
    return connection


def _public(request: Request) -> str:
    public: str = request.app.state.settings.public_url
    return public
