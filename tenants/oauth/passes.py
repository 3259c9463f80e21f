"""Passes for browsers that open a socket: single-use, for thirty seconds, and the socket ends with what asked for it.

A browser cannot set a header when it opens a socket, and a key must not stand in a page. So a client's own server asks
with its key for a pass and hands it to the page. Stored is its SHA-256; taking it deletes it, so of two who show the
same pass one is let in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from starlette.requests import HTTPConnection

from kit.db import Database
from kit.errors import NotSignedIn
from tenants.access import Principal
from tenants.oauth.answers import read_token_by
from tenants.oauth.server import TOKEN_PREFIX
from tenants.service.keys import digest, principal_of_key, random_text

LIFE = timedelta(seconds=30)
PREFIX = "gft_"
PROTOCOL = "glassfloor.live.1"
"""The subprotocol that a page names beside its pass, and that the server answers with (RFC 6455, 1.9)."""
OFFERED = "gf.ticket."
"""Before the pass, where it is given as a subprotocol."""
_SECRET = 43
_NOTED = "live_pass"
_KEY, _TOKEN = "key", "token"  # what asked for it
_ISSUE = """
WITH gone AS (DELETE FROM control.live_pass WHERE tenant_id = $2 AND expires_at < $5)
INSERT INTO control.live_pass (hash, tenant_id, credential, expires_at) VALUES ($1, $2, $3, $4)
"""
_TAKE = "DELETE FROM control.live_pass WHERE hash = $1 RETURNING credential, expires_at"


def credential_of(principal: Principal, connection: HTTPConnection) -> str:
    """Return what asks, as it is stored: a key's id, or the digest of a token."""
    given = connection.headers.get("Authorization", "").partition(" ")[2].strip()
    return f"{_TOKEN}:{digest(given).hex()}" if given.startswith(TOKEN_PREFIX) else f"{_KEY}:{principal.id}"


async def issue(control: Database, tenant_id: UUID, credential: str, now: datetime) -> tuple[str, datetime]:
    """Return a pass that can be read this once, and when it ends."""
    made, ends = PREFIX + random_text(_SECRET), now + LIFE
    await (await control.pool()).execute(_ISSUE, digest(made), tenant_id, credential, ends, now)
    return made, ends


def given_by(connection: HTTPConnection) -> str | None:
    """Return the pass that a socket shows, among its subprotocols or in its address; None: it shows none."""
    if connection.scope["type"] != "websocket":
        return None
    offered = [name for name in connection.scope.get("subprotocols", ()) if name.startswith(OFFERED)]
    return offered[0].removeprefix(OFFERED) if offered else connection.query_params.get("ticket")


def taken_by(connection: HTTPConnection) -> str | None:
    """Return what asked for the pass that this socket was opened with; None: it was opened without."""
    noted: str | None = connection.scope.get("state", {}).get(_NOTED)
    return noted


async def read(control: Database, connection: HTTPConnection, shown: str, now: datetime) -> Principal:
    """Return who opened this socket with a pass: taken the first time, after that as long as what asked for it lives.

    Raises :class:`NotSignedIn`, without saying why.
    """
    noted = taken_by(connection)
    if noted is None:
        row = await (await control.pool()).fetchrow(_TAKE, digest(shown))
        if row is None or now >= row["expires_at"]:
            raise NotSignedIn
        noted = connection.scope.setdefault("state", {})[_NOTED] = row["credential"]
    kind, _, which = noted.partition(":")
    if kind == _KEY:
        return await principal_of_key(control, which, now)
    return await read_token_by(control, bytes.fromhex(which), now)
