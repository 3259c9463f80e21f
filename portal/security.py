"""The session's cookie, and where a form may send a browser next."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import Response

from kit.settings import Settings
from tenants.callers import cookie_name
from tenants.service.sessions import LIFE

HOME = "/"


def set_session_cookie(answer: Response, settings: Settings, token: str) -> None:
    """Give the browser its session: unreadable for scripts, not sent along from other sites' forms."""
    answer.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFE.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(answer: Response, settings: Settings) -> None:
    """Take the session's cookie away."""
    answer.delete_cookie(cookie_name(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax")


def local_path(wanted: str) -> str:
    r"""Return ``wanted`` if it is a path of this site, else the home page.

    Browsers read ``//host`` and ``/\host`` as another site and drop tabs and line ends inside an address (WHATWG URL
    Standard, "basic URL parser"), so none of those is a path to us. Neither is one with an empty or a dotted segment:
    ``/.//host`` is resolved to a path that would be another site wherever a page links to itself.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return HOME
    parts = urlsplit(wanted)
    segments = parts.path[1:].lower().replace("%2e", ".").split("/")
    strange = {".", ".."} & set(segments) or "" in segments[:-1]
    return HOME if parts.scheme or parts.netloc or strange else wanted
