"""Who sends this request: the session cookie of a person, or the bearer key or token of a client's system.

Below this module nobody reads cookies, headers or origins. A request with both credentials is refused: two answers to
"who" are one too many (isolation.md 11).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import HTTPConnection, Request

from kit import cause, clock
from kit.db import Database
from kit.errors import Detail, NotSignedIn, ValidationFailed
from kit.idempotency import parse_key
from kit.settings import Settings
from tenants.access import Principal
from tenants.core.origin import HEADER, Origin, certificate_in
from tenants.errors import CredentialElsewhere, NotFromOurPage
from tenants.oauth import passes
from tenants.oauth.answers import read_token
from tenants.oauth.bounds import note_refused
from tenants.oauth.clients import kind_of
from tenants.oauth.server import TOKEN_PREFIX
from tenants.service import keys, sessions

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
"""The form field, for a page without JavaScript."""


def cookie_name(settings: Settings) -> str:
    """Return the session cookie's name; ``__Host-`` makes browsers refuse one that another host set (RFC 6265bis)."""
    return "__Host-gf" if settings.secure_cookies else "gf"


def session_token(connection: HTTPConnection) -> str | None:
    """Return the session's token, if the request carries one."""
    return connection.cookies.get(cookie_name(connection.app.state.settings))


async def who_asks(connection: HTTPConnection) -> Principal:
    """Return the principal behind a request or a socket.

    A socket may show a pass (``tenants.oauth.passes``) instead: its browser is not where the system is that asked for
    it. Raises :class:`NotSignedIn`, :class:`CredentialElsewhere`, and :class:`NotFromOurPage` when a browser's unsafe
    request or socket does not come from our own page.
    """
    control: Database = connection.app.state.control
    scheme, _, key = connection.headers.get("Authorization", "").partition(" ")
    token, shown = session_token(connection), passes.given_by(connection)
    if shown is not None and not scheme:  # a page of the client's own: its browser may have our cookie as well
        return await passes.read(control, connection, shown, clock.now())
    if scheme:
        if token is not None or scheme.lower() != "bearer":
            raise NotSignedIn
        credential = key.strip()
        read = read_token if credential.startswith(TOKEN_PREFIX) else keys.read_key
        principal = await read(control, credential, clock.now())
        await _check_origin(connection, principal)
        return principal
    if token is None:
        raise NotSignedIn
    principal = await sessions.read_session(control, token, clock.now())
    await _check_page(connection, token)
    return principal


def name_request(connection: HTTPConnection, tenant_id: UUID, who: tuple[str, str]) -> None:
    """Let the facts of this request say what it said of itself; the address is a system's, never a person's.

    ``who``: kind and id of whoever asks, as the tenant's journal names it.
    """
    said = {
        "request_id": str(connection.scope.get("state", {}).get("request_id", "")),
        "idempotency_key": parse_key(connection.headers.get("Idempotency-Key", "")) or "",
        "address": connection.client.host if who[0] == "key" and connection.client else "",
    }
    cause.name(cause.Cause(tenant_id, who, {name: value for name, value in said.items() if value}))


def origin_of(connection: HTTPConnection) -> Origin:
    """Return where a request comes from, as the proxy in front tells it."""
    settings: Settings = connection.app.state.settings
    shown = certificate_in(connection.headers.getlist(HEADER)) if settings.client_certificates else None
    return Origin(connection.client.host if connection.client else "", shown)


def refuse_unseen(connection: HTTPConnection, certificates: Sequence[str]) -> None:
    """Refuse to bind anything to certificates that nobody shows us: it would be shut for good.

    Raises ``ValidationFailed`` where the proxy in front hands none on (``GF_CLIENT_CERTIFICATES``).
    """
    if certificates and not connection.app.state.settings.client_certificates:
        why = "the call centre's proxy asks for no client certificates"
        raise ValidationFailed(why, errors=(Detail("/certificates", "not_offered", why),))


async def _check_origin(connection: HTTPConnection, principal: Principal) -> None:
    if not principal.bounds:
        return
    origin = origin_of(connection)
    if not principal.bounds.admit(origin):
        await note_refused(connection.app.state.control, kind_of(principal.id), principal.id, origin, clock.now())
        raise CredentialElsewhere


async def _check_page(connection: HTTPConnection, token: str) -> None:
    """Ask for what only our own page can do: a browser sends the cookie for anybody's page."""
    if connection.scope["type"] == "websocket":
        if not own_origin(connection):
            raise NotFromOurPage
    elif connection.scope["method"] not in SAFE:
        if not from_own_page(connection):
            raise NotFromOurPage
        sent = connection.headers.get(CSRF_HEADER) or await _form_field(connection)
        if not hmac.compare_digest(sent.encode(), sessions.csrf_token(token).encode()):
            raise NotFromOurPage


def from_own_page(connection: HTTPConnection) -> bool:
    """Say whether the browser vouches that this request comes from our own origin."""
    site = connection.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site is not None else own_origin(connection)


def own_origin(connection: HTTPConnection) -> bool:
    """Say whether ``Origin`` is ours: the public address, or the very host and port that the browser asked.

    The second is safe because a page cannot choose the Host header, and a cookie is sent to its own host only; it lets
    ``localhost`` stand for ``127.0.0.1`` in the demo. A missing or ``null`` origin is not ours.
    """
    origin = connection.headers.get("Origin", "")
    settings: Settings = connection.app.state.settings
    public = urlsplit(settings.public_url)
    if origin == f"{public.scheme}://{public.netloc}":
        return True
    schemes = {"https"} if settings.secure_cookies else {"http", "https"}
    parts = urlsplit(origin)
    return parts.scheme in schemes and bool(parts.netloc) and parts.netloc == connection.headers.get("Host")


async def _form_field(connection: HTTPConnection) -> str:
    kind = connection.headers.get("Content-Type", "").partition(";")[0]
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"} or not isinstance(connection, Request):
        return ""
    value = (await connection.form()).get(CSRF_FIELD)
    return value if isinstance(value, str) else ""
