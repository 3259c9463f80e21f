"""Signing in through one's company's own service: find it, go there, come back; and being signed out from there."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kit import clock
from kit.errors import NotFound, NotSignedIn, ValidationFailed
from kit.settings import Settings
from portal import idp_test
from portal.entering import entrance, let_in, onward, visit
from portal.pages import html, page_of
from portal.security import local_path, set_session_cookie
from tenants.callers import from_own_page, session_token
from tenants.endpoints import public
from tenants.errors import NotFromOurPage, TooManySignIns
from tenants.idp.connections import Idp
from tenants.idp.errors import IdpAway, IdpRefused
from tenants.idp.flows import LIFE, Wish, begin
from tenants.idp.people import find_for, invited
from tenants.idp.sign_in import Answer, Came, Door, back_channel_logout, finish, logout_url
from tenants.service import sessions

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

_SEE_OTHER = 303
_OPEN = Depends(public("here one signs in through one's company"))

Text = Annotated[str, Form(max_length=2000, pattern="^[^\\x00]*$")]


def idp_door(request: Request) -> Door:
    """Return what signing in through a provider needs."""
    state = request.app.state
    return Door(state.control, state.plane, state.box, state.idps, state.settings.public_url)


def browser_cookie(settings: Settings) -> str:
    """Return the name of the cookie that binds a flow to the browser that began it."""
    return "__Host-gf-idp" if settings.secure_cookies else "gf-idp"


@router.get("/sign-in/company", dependencies=[_OPEN])
async def ask(request: Request, next: str = "/", email: str = "") -> HTMLResponse:  # noqa: A002 - the address's own word
    """Ask for the e-mail address."""
    return _page(request, "ask", next=local_path(next), email=email[:254])


@router.get("/sign-in/at/{code}", dependencies=[_OPEN])
async def ask_at(request: Request, code: str, next: str = "/") -> HTMLResponse:  # noqa: A002 - as above
    """Ask for the e-mail address at a tenant's own address: the same page for every code, also for one of nobody."""
    return _page(request, "ask", next=local_path(next), code=code[:40])


@router.post("/sign-in/company", dependencies=[_OPEN])
async def find(request: Request, email: Text = "", code: Text = "", next: Text = "/", idp: Text = "") -> Response:  # noqa: A002 - the field's name
    """Send a person to its company's service; whoever has none, a stranger too, is asked for a password."""
    if not from_own_page(request):
        raise NotFromOurPage
    try:  # never given back: the list of clients is nobody's business
        await entrance(request).door.knock(visit(request).address, what="company")
    except TooManySignIns as problem:
        answer = _page(request, "many", status=problem.status, next=local_path(next), email=email, code=code)
        answer.headers["Retry-After"] = str(problem.data["retry_after_s"])
        return answer
    found = await find_for(request.app.state.control, email, code or None)
    chosen = [one for one in found if idp in {"", str(one.id)}]
    if not chosen:
        query = urlencode({"next": local_path(next), "email": email[:254]})
        return RedirectResponse(f"/sign-in?{query}", _SEE_OTHER)
    if len(chosen) > 1:
        return _page(request, "choose", next=local_path(next), email=email, code=code, idps=chosen)
    wish = Wish(next=local_path(next), hint=email)
    try:
        return await send(request, chosen[0].id, wish)
    except IdpAway as away:
        log.warning("idp_away", idp=str(chosen[0].id), detail=away.detail)
        return _page(request, "away", status=away.status, next=local_path(next), email=email, code=code,
                     idps=chosen, others=len(found) > 1)  # fmt: skip


@router.get("/sign-in/invited/{token}", dependencies=[_OPEN])
async def show_invitation(request: Request, token: str) -> HTMLResponse:
    """Show where an invitation leads. Used up, too old or invented: one and the same page."""
    found = await invited(request.app.state.control, token, clock.now())
    if found is None:
        return _page(request, "failed", status=404, reason="invitation")
    idp, _ = await idp_door(request).opened(found[0])
    return _page(request, "invited", token=token, idps=[idp])


@router.post("/sign-in/invited/{token}", dependencies=[_OPEN])
async def accept_invitation(request: Request, token: str) -> Response:
    """Begin the sign-in that connects the invited person's account."""
    if not from_own_page(request):
        raise NotFromOurPage
    found = await invited(request.app.state.control, token, clock.now())
    if found is None:
        return _page(request, "failed", status=404, reason="invitation")
    try:
        return await send(request, found[0], Wish("invited", user_id=found[1]))
    except IdpAway as away:
        return _page(request, "failed", status=away.status, reason="away")


@router.get("/sign-in/idp/{idp_id}/callback", dependencies=[_OPEN])
async def callback(
    request: Request, idp_id: UUID, state: str = "", code: str = "", iss: str | None = None, error: str = ""
) -> Response:
    """Come back from the provider. Whatever is wrong, the reader gets one of a few reasons and no session."""
    settings = request.app.state.settings
    answer = Answer(state, code, iss, error, request.cookies.get(browser_cookie(settings)), visit(request))
    try:
        came = await finish(idp_door(request), idp_id, answer, clock.now())
    except IdpAway as away:
        log.warning("idp_away", idp=str(idp_id), detail=away.detail)
        return _page(request, "failed", status=away.status, reason="away")
    except (IdpRefused, NotFound) as refused:
        reason = refused.reason if isinstance(refused, IdpRefused) else "expired_flow"
        log.warning("idp_refused", idp=str(idp_id), reason=reason, told=getattr(refused, "told", ""))
        return _page(request, "failed", status=403, reason=reason)
    if came.purpose == "test":
        return await idp_test.result(request, idp_id, came)
    if came.purpose == "confirm":
        return await _confirmed(request, came)
    return await _enter(request, came)


async def _confirmed(request: Request, came: Came) -> Response:
    """Go on where one was, under a new token: the very person that this browser is signed in as proved it anew."""
    control, now, token = request.app.state.control, clock.now(), session_token(request) or ""
    who = await sessions.read_session(control, token, now)
    if came.identity is None or (who.identity_id, who.id) != (came.identity, str(came.user_id)):
        return _page(request, "failed", status=403, reason="other_identity")
    answer = onward(came.next)
    set_session_cookie(answer, request.app.state.settings, await sessions.confirm_session(control, token, now))
    return answer


async def _enter(request: Request, came: Came) -> Response:
    if came.token is None:
        raise NotSignedIn
    return await let_in(request, came.token, onward(came.next))


@router.post("/sign-in/idp/{idp_id}/logout", dependencies=[Depends(public("a provider says who has signed out there"))])
async def logged_out(request: Request, idp_id: UUID, logout_token: Annotated[str, Form(max_length=20_000)]) -> Response:
    """End the sessions that a signed logout token names (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        await back_channel_logout(idp_door(request), idp_id, logout_token, clock.now())
    except (IdpRefused, IdpAway, NotFound) as refused:  # an unknown connection answers like a forged token
        raise ValidationFailed("This is no logout token for this connection") from refused
    return Response(status_code=200, headers={"Cache-Control": "no-store"})


async def send(request: Request, idp_id: UUID, wish: Wish) -> Response:
    """Return the page that takes the browser to the provider. Raises :class:`IdpAway`.

    A page and not a redirect: our forms may lead nowhere but to us (``form-action 'self'`` holds for redirects too).
    """
    state, settings = request.app.state, request.app.state.settings
    ways = idp_door(request)
    idp, connection = await ways.opened(idp_id)
    name = browser_cookie(settings)
    sent = await begin(state.control, state.idps, connection, wish, request.cookies.get(name), clock.now())
    answer = going(request, sent.url, idp)
    answer.set_cookie(
        name, sent.browser, max_age=int(LIFE.total_seconds()), path="/", secure=settings.secure_cookies,
        httponly=True, samesite="lax",
    )  # fmt: skip
    return answer


def going(request: Request, url: str, idp: Idp | None) -> HTMLResponse:
    """Return the page that leads to an address of a provider, by itself and by a link."""
    page = page_of(request, None, csrf="-")
    return html(request, "sign_in_going.html", page, url=url, idp=idp)


async def leaving(request: Request) -> HTMLResponse | None:
    """Return the page that signs the browser out at its provider too; None when no provider vouched for the session."""
    token = session_token(request)
    if token is None:
        return None
    url = await logout_url(idp_door(request), sessions.token_hash(token), secrets.token_urlsafe(16))
    return None if url is None else going(request, url, None)


def _page(request: Request, step: str, *, status: int = 200, **more: object) -> HTMLResponse:
    context = {"next": "/", "email": "", "code": "", "idps": [], "reason": "", "token": "", "others": False, **more}
    return html(request, "sign_in_company.html", page_of(request, None, csrf="-"), status=status, step=step, **context)
