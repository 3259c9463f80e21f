"""Proving again that it is oneself (step-up), before what cannot be taken back; then back to where one was."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from portal.account import Oneself
from portal.entering import SEE_OTHER, clear_second, entrance, onward, passkey_site, second_token, set_second
from portal.idp_sign_in import send
from portal.pages import html, page_of, visitor_of
from portal.second_step import Credential, site_or_none
from portal.security import clear_session_cookie, local_path, set_session_cookie
from tenants.access import Principal
from tenants.callers import session_token
from tenants.errors import SignInBusy, TooManySignIns, WrongPassword
from tenants.identity.errors import SignInLocked, WrongCode
from tenants.idp.errors import IdpAway
from tenants.idp.flows import Wish
from tenants.idp.people import idp_of
from tenants.service import passkeys, pending, people
from tenants.service.factors import factors_of
from tenants.service.people import Shown
from tenants.service.sessions import close_all

router = APIRouter(include_in_schema=False)


@router.get("/account/confirm")
async def show(request: Request, who: Oneself, next: str = "/") -> Response:  # noqa: A002 - the address's own word
    """Ask for password and code, or a passkey."""
    return await _form(request, who, next)


@router.post("/account/confirm")
async def submit(
    request: Request,
    who: Oneself,
    password: Annotated[str, Form(max_length=1000)],
    one_time_code: Annotated[str, Form(max_length=64)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Check both; the session goes on under a new token. Who is locked out by it is signed out everywhere."""
    way_in, typed = entrance(request), (password, one_time_code)
    try:
        token = await people.confirm(way_in, who, session_token(request) or "", typed, clock.now())
    except WrongPassword as problem:
        return await _form(request, who, next, error="credentials", problem=problem)
    except WrongCode as problem:
        return await _form(request, who, next, error="code", problem=problem)
    except (TooManySignIns, SignInBusy) as problem:
        return await _form(request, who, next, error="busy", problem=problem)
    except SignInLocked:
        await close_all(way_in.control, UUID(who.id))
        answer: Response = RedirectResponse("/sign-in?told=locked", SEE_OTHER)
        clear_session_cookie(answer, request.app.state.settings)
        return answer
    answer = onward(next)
    set_session_cookie(answer, request.app.state.settings, token)
    return answer


@router.post("/account/confirm/company")
async def company(
    request: Request,
    who: Oneself,
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Send whom a client's own provider vouches for there, to prove it anew; one comes back to ``next``."""
    idp_id = await idp_of(request.app.state.control, who.identity_id) if who.identity_id else None
    if idp_id is None:
        raise NotFound
    try:
        return await send(request, idp_id, Wish("confirm", local_path(next), UUID(who.id), who.email))
    except IdpAway as problem:
        return await _form(request, who, next, error="away", problem=problem)


@router.post("/account/confirm/passkey/options")
async def options(request: Request, who: Oneself) -> Response:
    """Ask for one of one's own passkeys."""
    control, now, site = request.app.state.control, clock.now(), site_or_none(request)
    proof = await pending.open_pending(control, "confirm", now, user_id=UUID(who.id))
    _, wanted = await passkeys.ask(control, proof, site, now)
    answer = Response(wanted, media_type="application/json")
    set_second(answer, request.app.state.settings, proof)
    return answer


@router.post("/account/confirm/passkey")
async def passkey(
    request: Request,
    who: Oneself,
    credential: Credential,
    next: Annotated[str, Body(embed=True, max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Check the device's answer; the page's script goes to ``next``."""
    shown = Shown(second_token(request), credential, site_or_none(request))
    token = await people.confirm_with_passkey(entrance(request), who, session_token(request) or "", shown, clock.now())
    answer = JSONResponse({"next": local_path(next)})
    set_session_cookie(answer, request.app.state.settings, token)
    clear_second(answer, request.app.state.settings)
    return answer


async def _form(
    request: Request, who: Principal, go_on: str, *, error: str | None = None, problem: Problem | None = None
) -> Response:
    factors = await factors_of(request.app.state.control, UUID(who.id))
    status = 200 if problem is None else 422 if isinstance(problem, WrongPassword | WrongCode) else problem.status
    return html(
        request, "account_confirm.html", page_of(request, visitor_of(who)), status=status, error=error,
        next=local_path(go_on), factors=factors, site=passkey_site(request) is not None,
        company=who.identity_id is not None,
    )  # fmt: skip
