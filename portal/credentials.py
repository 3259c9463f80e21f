"""Keys and OAuth clients of the client's systems: what lives, who made it, when it was used; made, replaced, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from sqlmodel import col
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem, ValidationFailed
from portal.changes import change_by, planes_of
from portal.pages import Visitor, html, page_of
from tenants.callers import refuse_unseen
from tenants.configured import Connection
from tenants.core.origin import Bounds, split_certificates
from tenants.core.permissions import scopes
from tenants.core.texts import normalised
from tenants.endpoints import Access, permitted
from tenants.errors import TooManyKeys
from tenants.oauth import clients
from tenants.oauth.bounds import Kind, bind, read_bounds
from tenants.oauth.clients import Wanted
from tenants.oauth.server import METHODS
from tenants.oneself import fresh

router = APIRouter(prefix="/settings/keys", include_in_schema=False)
Builder = Annotated[Access, Depends(permitted("integration.manage"))]
BuildsNow = Annotated[Access, Depends(fresh(permitted("integration.manage")))]
"""Whoever is given something that opens the door."""
Reason = Annotated[str, Form(max_length=200, pattern="^[^\\x00]*$")]

_SEE_OTHER = 303
_UNPROCESSABLE = 422
_HOME = "/settings/keys"
_DAYS = (30, 90, 180, 365)


@router.get("")
async def show(request: Request, access: Builder) -> HTMLResponse:
    """Show every connection with its keys and clients, and the client's limits."""
    return await _page(request, access)


@router.post("/key")
async def make_key(request: Request, access: BuildsNow) -> Response:
    """Make a key and show it, once."""
    form = await request.form()
    try:
        key = await clients.make_key(planes_of(request), change_by(access), _wanted(request, form))
    except (ValidationFailed, TooManyKeys, NotFound) as problem:
        return await _page(request, access, problem=problem, form=form)
    return await _page(request, access, made={"key": key, "connection": _text(form, "connection")})


@router.post("/key/{key_id}/replace")
async def replace_key(request: Request, access: BuildsNow, key_id: str) -> Response:
    """Make a second key like this one and show it, once."""
    try:
        key = await clients.replace_key(planes_of(request), change_by(access), key_id[:40])
    except TooManyKeys as problem:
        return await _page(request, access, problem=problem)
    return await _page(request, access, made={"key": key})


@router.post("/key/{key_id}/bounds")
async def bind_key(request: Request, access: BuildsNow, key_id: str) -> Response:
    """Bind a key to networks and certificates, or to none."""
    return await _bind(request, access, "key", key_id)


@router.post("/key/{key_id}/end")
async def end_key(request: Request, access: Builder, key_id: str, reason: Reason = "") -> Response:
    """End a key now."""
    await clients.end_key(planes_of(request), change_by(access), key_id[:40], _seen(reason))
    return RedirectResponse(_HOME, _SEE_OTHER)


@router.post("/client")
async def make_client(request: Request, access: BuildsNow) -> Response:
    """Register an OAuth client and show its secret, once."""
    form = await request.form()
    try:
        client_id, secret = await clients.make_client(planes_of(request), change_by(access), _wanted(request, form))
    except (ValidationFailed, TooManyKeys, NotFound) as problem:
        return await _page(request, access, problem=problem, form=form)
    return await _page(request, access, made={"client_id": client_id, "secret": secret})


@router.post("/client/{client_id}/secret")
async def add_secret(request: Request, access: BuildsNow, client_id: str) -> Response:
    """Give a client a second secret and show it, once."""
    try:
        secret = await clients.add_secret(planes_of(request), change_by(access), client_id[:40])
    except TooManyKeys as problem:
        return await _page(request, access, problem=problem)
    return await _page(request, access, made={"client_id": client_id, "secret": secret})


@router.post("/client/{client_id}/secret/end")
async def end_secret(
    request: Request, access: Builder, client_id: str, prefix: Annotated[str, Form(max_length=40)]
) -> Response:
    """End one of a client's secrets."""
    await clients.end_secret(planes_of(request), change_by(access), client_id[:40], prefix)
    return RedirectResponse(_HOME, _SEE_OTHER)


@router.post("/client/{client_id}/bounds")
async def bind_client(request: Request, access: BuildsNow, client_id: str) -> Response:
    """Bind an OAuth client and its tokens to networks and certificates, or to none."""
    return await _bind(request, access, "client", client_id)


@router.post("/client/{client_id}/end")
async def end_client(request: Request, access: Builder, client_id: str, reason: Reason = "") -> Response:
    """End an OAuth client and its tokens now."""
    await clients.end_client(planes_of(request), change_by(access), client_id[:40], _seen(reason))
    return RedirectResponse(_HOME, _SEE_OTHER)


def state_of(row: Mapping[str, Any], now: datetime) -> str:
    """Return how a key or client is: it lives, ends soon, is over its time, or was ended."""
    if row["revoked_at"]:
        return "ended"
    if now >= row["expires_at"]:
        return "over"
    return "soon" if row["expires_at"] - now < clients.SOON else "lives"


async def _bind(request: Request, access: Access, kind: Kind, credential: str) -> Response:
    form = await request.form()
    try:
        await bind(planes_of(request), change_by(access), kind, credential[:40], _bounds(request, form))
    except ValidationFailed as problem:
        return await _page(request, access, problem=problem)
    return RedirectResponse(_HOME, _SEE_OTHER)


def _bounds(request: Request, form: FormData) -> Bounds:
    certificates = split_certificates(_text(form, "certificates"))
    refuse_unseen(request, certificates)
    return read_bounds(_text(form, "networks").replace(",", " ").split(), certificates)


def _wanted(request: Request, form: FormData) -> Wanted:
    days = _text(form, "days")
    if days not in map(str, _DAYS):
        raise ValidationFailed("choose how long it lives")
    return Wanted(
        connection=_text(form, "connection"), scopes=frozenset(v for v in form.getlist("scope") if isinstance(v, str)),
        life=timedelta(days=int(days)), method=_text(form, "method"), jwks=_text(form, "jwks"),
        bounds=_bounds(request, form),
    )  # fmt: skip


def _seen(reason: str) -> str:
    """Return a reason as it stands in the journal. Raises ``ValidationFailed`` for what turns or hides its words."""
    try:
        return normalised(reason.strip())
    except ValueError as error:
        raise ValidationFailed(str(error)) from error


def _text(form: FormData | None, name: str) -> str:
    value = form.get(name) if form is not None else None
    return value.strip().replace("\0", "")[:10_000] if isinstance(value, str) else ""


async def _page(
    request: Request, access: Access, *, made: dict[str, Any] | None = None, problem: Problem | None = None,
    form: FormData | None = None,
) -> HTMLResponse:  # fmt: skip
    state = request.app.state
    async with state.plane.session(access.tenant_id) as session:
        live = select(Connection).where(col(Connection.retired_at).is_(None)).order_by(col(Connection.name))
        connections = [{"code": c.code, "name": c.name} for c in (await session.execute(live)).scalars()]
    keys, registered = await clients.list_credentials(state.control, access.tenant_id)
    now = clock.now()
    for row in (*keys, *registered):
        row["state"] = state_of(row, now)
    chosen = {v for v in form.getlist("scope") if isinstance(v, str)} if form is not None else set()
    given = {name: _text(form, name) for name in ("connection", "method", "days", "jwks", "networks", "certificates")}
    answer = html(
        request, "credentials.html", page_of(request, Visitor(access.principal, access)),
        status=_UNPROCESSABLE if problem else 200, connections=connections, keys=keys, clients=registered, made=made,
        problem=problem, given=given, chosen=chosen, scopes=sorted(map(str, scopes())), days=_DAYS, methods=METHODS,
        limits=await state.throttle.plan(access.tenant_id), token_url=f"{state.settings.public_url}/oauth/token",
        certificates_offered=state.settings.client_certificates,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
