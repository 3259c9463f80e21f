"""The second step of signing in, and passkeys: alone, or as the second step."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Body, Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from portal.entering import (
    SEE_OTHER,
    clear_second,
    entrance,
    let_in,
    onward,
    passkey_site,
    second_token,
    set_second,
    visit,
)
from portal.pages import html, page_of
from portal.security import local_path
from tenants.callers import from_own_page
from tenants.endpoints import public
from tenants.errors import NotFromOurPage
from tenants.identity.errors import SignInExpired, SignInLocked, WrongCode
from tenants.service import passkeys, pending
from tenants.service.factors import factors_of
from tenants.service.passkeys import Site
from tenants.service.people import Shown, take_code, take_passkey

router = APIRouter(include_in_schema=False)

_REASON = "here one signs in; the half-done proof's own token is what counts"
Credential = Annotated[str, Body(embed=True, max_length=20_000)]


def _own_page(request: Request) -> None:
    if not from_own_page(request):
        raise NotFromOurPage


def site_or_none(request: Request) -> Site:
    """Return the passkeys' site. Raises :class:`NotFound` where there are no passkeys."""
    site = passkey_site(request)
    if site is None:
        raise NotFound
    return site


@router.get("/sign-in/second", dependencies=[Depends(public(_REASON))])
async def show(request: Request, next: str = "/") -> Response:  # noqa: A002 - the address's own word
    """Ask for the code; without a living half-done proof one begins again."""
    return await _form(request, next)


@router.post("/sign-in/second", dependencies=[Depends(public(_REASON))])
async def submit(
    request: Request,
    one_time_code: Annotated[str, Form(max_length=64)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Check the code and open the session."""
    _own_page(request)
    try:
        token = await take_code(entrance(request), second_token(request), one_time_code, visit(request), clock.now())
    except WrongCode as problem:
        return await _form(request, next, error="code", problem=problem)
    except SignInLocked:
        return _again(request, next, "locked")
    except SignInExpired:
        return _again(request, next, "expired")
    return await let_in(request, token, onward(next))


@router.post("/sign-in/passkey/options", dependencies=[Depends(public(_REASON))])
async def options(request: Request) -> Response:
    """Ask for a passkey: of the person of the half-done proof, or of anybody."""
    _own_page(request)
    now, control, site = clock.now(), request.app.state.control, site_or_none(request)
    token: str | None = second_token(request)
    try:
        await pending.look_at(control, token or "", "second_step", now)
    except SignInExpired:
        token = None
        await entrance(request).door.knock(visit(request).address, what="passkey")
    token, wanted = await passkeys.ask(control, token, site, now)
    answer = Response(wanted, media_type="application/json")
    set_second(answer, request.app.state.settings, token)
    return answer


@router.post("/sign-in/passkey", dependencies=[Depends(public(_REASON))])
async def passkey(
    request: Request,
    credential: Credential,
    next: Annotated[str, Body(embed=True, max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Check the device's answer and open the session; the page's script goes to ``next``."""
    _own_page(request)
    shown = Shown(second_token(request), credential, site_or_none(request))
    token = await take_passkey(entrance(request), shown, visit(request), clock.now())
    return await let_in(request, token, JSONResponse({"next": local_path(next)}))


async def _form(request: Request, go_on: str, *, error: str | None = None, problem: Problem | None = None) -> Response:
    now = clock.now()
    try:
        asked = await pending.look_at(request.app.state.control, second_token(request), "second_step", now)
    except SignInExpired:
        return _again(request, go_on, "expired" if second_token(request) else "")
    factors = await factors_of(request.app.state.control, asked.person())
    return html(
        request, "second_step.html", page_of(request, None, csrf="-"), status=problem.status if problem else 200,
        error=error, next=local_path(go_on), authenticator=factors.authenticator_at is not None, codes=factors.codes,
        passkeys=factors.passkeys > 0 and passkey_site(request) is not None,
    )  # fmt: skip


def _again(request: Request, go_on: str, told: str) -> Response:
    answer = RedirectResponse(f"/sign-in?{urlencode({'next': local_path(go_on), 'told': told})}", SEE_OTHER)
    clear_second(answer, request.app.state.settings)
    return answer
