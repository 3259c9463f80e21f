"""What pages about signing in share: the entrance of this process, the second step's cookie, the passkeys' site."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kit.settings import Settings
from portal.security import local_path, set_session_cookie
from tenants.callers import own_origin, session_token
from tenants.service import passkeys, sessions
from tenants.service.entrance import Entrance
from tenants.service.passkeys import Site
from tenants.service.pending import LIFE
from tenants.service.people import Visit

SEE_OTHER = 303


def entrance(request: Request) -> Entrance:
    """Return this process's entrance."""
    made: Entrance = request.app.state.entrance
    return made


def visit(request: Request) -> Visit:
    """Return where a request comes from."""
    return Visit(request.client.host if request.client else "", request.headers.get("User-Agent", ""))


def second_cookie(settings: Settings) -> str:
    """Return the name of the half-done proof's cookie; it is not the session's, and never becomes it."""
    return "__Host-gf-step" if settings.secure_cookies else "gf-step"


def second_token(request: Request) -> str:
    """Return the half-done proof's token, or nothing."""
    return request.cookies.get(second_cookie(request.app.state.settings), "")


def set_second(answer: Response, settings: Settings, token: str) -> None:
    """Give the browser the token of a half-done proof: for five minutes, and never sent from another site's page."""
    answer.set_cookie(
        second_cookie(settings), token, max_age=int(LIFE.total_seconds()), path="/", secure=settings.secure_cookies,
        httponly=True, samesite="strict",
    )  # fmt: skip


def clear_second(answer: Response, settings: Settings) -> None:
    """Take the half-done proof's cookie away."""
    answer.delete_cookie(
        second_cookie(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="strict"
    )


async def let_in(request: Request, token: str, answer: Response) -> Response:
    """Give a browser its new session with this answer; the one that it had before is ended, whoever's it was."""
    old = session_token(request)
    if old is not None:
        await sessions.close_session(request.app.state.control, old)
    set_session_cookie(answer, request.app.state.settings, token)
    clear_second(answer, request.app.state.settings)
    return answer


def onward(go_on: str) -> Response:
    """Send a browser to a path of this site, or home."""
    return RedirectResponse(local_path(go_on), SEE_OTHER)


def passkey_site(request: Request) -> Site | None:
    """Return the site that passkeys are bound to here, or None where there are none: on a bare network address.

    It is the public address. On one's own machine the page may also be asked as ``localhost`` (callers.own_origin),
    which is safe as a page cannot choose the Host header, and then that name is the site.
    """
    settings: Settings = request.app.state.settings
    public = urlsplit(settings.public_url)
    site = passkeys.site_of(f"{public.scheme}://{public.netloc}")
    if site is not None or settings.secure_cookies:
        return site
    asked = urlsplit(f"{public.scheme}://{request.headers.get('host', '')}")
    if asked.hostname != "localhost" or (request.method != "GET" and not own_origin(request)):
        return None
    return passkeys.site_of(f"{asked.scheme}://{asked.netloc}")
