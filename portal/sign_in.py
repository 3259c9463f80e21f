"""Signing in and out, and choosing the client that one works for."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, NotSignedIn, Problem
from portal.entering import SEE_OTHER, entrance, let_in, onward, passkey_site, set_second, visit
from portal.idp_sign_in import leaving
from portal.pages import html, page_of
from portal.security import clear_session_cookie, local_path, set_session_cookie
from tenants.access import Principal
from tenants.callers import from_own_page, session_token
from tenants.endpoints import public, signed_in
from tenants.errors import NotFromOurPage, SignInBusy, TooManySignIns, WrongPassword
from tenants.identity.errors import SignInLocked
from tenants.service import sessions
from tenants.service.people import Attempt, sign_in, tell_failed

router = APIRouter(include_in_schema=False)


@router.get("/sign-in", dependencies=[Depends(public("here one signs in"))])
async def show(request: Request, next: str = "/", email: str = "", told: str = "") -> Response:  # noqa: A002 - the address's own word
    """Show the form; who is signed in already goes on. ``told``: what the page before has to say."""
    token = session_token(request)
    if token is None:
        return _form(request, next, email=email[:254], told=told)
    try:
        await sessions.read_session(request.app.state.control, token, clock.now())
    except NotSignedIn:
        answer = _form(request, next, told=told, error=None if told else "expired")
        clear_session_cookie(answer, request.app.state.settings)
        return answer
    return RedirectResponse(local_path(next), SEE_OTHER)


@router.post("/sign-in", dependencies=[Depends(public("here one signs in"))])
async def submit(
    request: Request,
    email: Annotated[str, Form(max_length=254, pattern="^[^\\x00]*$")],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Check the password; open a session or ask for the second step; a wrong one shows the form again.

    Also an attacker's page must not sign somebody in (login CSRF), hence the check of the origin without a session.
    """
    if not from_own_page(request):
        raise NotFromOurPage
    way_in, settings = entrance(request), request.app.state.settings
    attempt = Attempt(email, password, visit(request))
    try:
        passed = await sign_in(way_in, attempt, clock.now())
    except WrongPassword as problem:
        refused = _form(request, next, error="credentials", email=email, problem=problem)
        refused.background = BackgroundTask(tell_failed, way_in, problem, clock.now())
        return refused
    except (TooManySignIns, SignInBusy) as problem:
        return _form(request, next, error="busy", email=email, problem=problem)
    except SignInLocked as problem:
        return _form(request, next, error="locked", email=email, problem=problem)
    if passed.second_step:
        answer = RedirectResponse(f"/sign-in/second?{urlencode({'next': local_path(next)})}", SEE_OTHER)
        set_second(answer, settings, passed.second_step)
        return answer
    return await let_in(request, passed.session, onward(next))


@router.post("/sign-out")
async def leave(request: Request, _user: Annotated[Principal, Depends(signed_in("one's own session"))]) -> Response:
    """End the session, and at the provider that vouched for it."""
    elsewhere = await leaving(request)
    await sessions.close_session(request.app.state.control, session_token(request) or "")
    answer = elsewhere or RedirectResponse("/sign-in", SEE_OTHER)
    clear_session_cookie(answer, request.app.state.settings)
    return answer


@router.post("/client")
async def choose_client(
    request: Request,
    user: Annotated[Principal, Depends(signed_in("one's own clients; the service checks the membership"))],
    code: Annotated[str, Form(max_length=40)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> Response:
    """Work for another client of one's own, and go on there; the session gets a new token."""
    found = [place for place in user.memberships.values() if place.code == code]
    if not found:
        raise NotFound
    control, settings = request.app.state.control, request.app.state.settings
    token = await sessions.choose_tenant(control, session_token(request) or "", found[0].tenant_id, clock.now())
    answer = RedirectResponse(local_path(next), SEE_OTHER)
    set_session_cookie(answer, settings, token)
    return answer


def _form(
    request: Request,
    go_on: str,
    *,
    error: str | None = None,
    email: str = "",
    problem: Problem | None = None,
    told: str = "",
) -> Response:
    page = page_of(request, None, csrf="-")  # no session yet: the origin is checked instead
    answer = html(
        request, "sign_in.html", page, status=problem.status if problem else 200, email=email, error=error,
        next=local_path(go_on), told=told, passkeys=passkey_site(request) is not None,
        mail=entrance(request).mail,
    )  # fmt: skip
    if problem is not None and "retry_after_s" in problem.data:
        answer.headers["Retry-After"] = str(problem.data["retry_after_s"])
    return answer
