"""A forgotten password: asking for a link, and using one. What is answered is the same for everybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, Problem
from portal.entering import SEE_OTHER, entrance, visit
from portal.pages import html, page_of
from portal.security import clear_session_cookie
from tenants.callers import from_own_page
from tenants.endpoints import public
from tenants.errors import NotFromOurPage, TooManySignIns
from tenants.identity.errors import LinkSpent, SignInLocked, WeakPassword, WrongCode
from tenants.service.links import ask_for_link, read_link, use_link

router = APIRouter(include_in_schema=False)

_WHY = "whoever forgot the password cannot sign in"


@router.get("/forgot", dependencies=[Depends(public(_WHY))])
async def show(request: Request) -> Response:
    """Ask for the e-mail address; without mail the page says who can help."""
    return _asking(request, "ask")


@router.post("/forgot", dependencies=[Depends(public(_WHY))])
async def ask(request: Request, email: Annotated[str, Form(max_length=254, pattern="^[^\\x00]*$")]) -> Response:
    """Answer at once and the same for everybody; the link is made when the answer has gone, so time tells nothing."""
    if not from_own_page(request):
        raise NotFromOurPage
    way_in, person = entrance(request), email.strip().lower()
    if not way_in.mail:
        raise NotFound
    try:
        await way_in.door.knock(visit(request).address, person, "forgot")
    except TooManySignIns as problem:
        return _asking(request, "busy", problem)
    answer = _asking(request, "sent")
    answer.background = BackgroundTask(ask_for_link, way_in, person, clock.now())
    return answer


@router.get("/set-password", dependencies=[Depends(public("the link is the proof"))])
async def show_link(request: Request, link: str = "") -> Response:
    """Show the form for a living link. Looking uses nothing up: mail scanners look, too."""
    return await _form(request, link)


@router.post("/set-password", dependencies=[Depends(public("the link is the proof"))])
async def use(
    request: Request,
    link: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    one_time_code: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Set the password and send the person to sign in with it; every session of the person has ended."""
    if not from_own_page(request):
        raise NotFromOurPage
    try:
        await use_link(entrance(request), link, password, one_time_code, clock.now())
    except WeakPassword as problem:
        return await _form(request, link, error=problem.why, problem=problem)
    except WrongCode as problem:
        return await _form(request, link, error="code", problem=problem)
    except SignInLocked:
        return RedirectResponse("/sign-in?told=locked", SEE_OTHER)
    except LinkSpent:
        return await _form(request, "")
    answer = RedirectResponse("/sign-in?told=password_set", SEE_OTHER)
    clear_session_cookie(answer, request.app.state.settings)
    return answer


def _asking(request: Request, step: str, problem: Problem | None = None) -> Response:
    mail = entrance(request).mail
    return html(
        request, "forgot.html", page_of(request, None, csrf="-"), status=problem.status if problem else 200,
        step=step if mail else "no_mail",
    )  # fmt: skip


async def _form(request: Request, token: str, *, error: str | None = None, problem: Problem | None = None) -> Response:
    page = page_of(request, None, csrf="-")
    try:
        link = await read_link(request.app.state.control, token[:200], clock.now())
    except LinkSpent as spent:
        return html(request, "set_password.html", page, status=spent.status, link=None, token="", error=None)
    status = 422 if isinstance(problem, WeakPassword) else problem.status if problem else 200
    return html(request, "set_password.html", page, status=status, link=link, token=token, error=error)
