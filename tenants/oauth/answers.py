"""The endpoints' answers: rows read before, Authlib in a thread, what it decided written after (one jti, once)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import orjson
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, OAuth2Error
from joserfc import jws
from joserfc.errors import JoseError

from kit.db import Database
from kit.errors import NotSignedIn
from tenants.access import Membership, Principal
from tenants.core.origin import Bounds, Origin
from tenants.core.permissions import Role
from tenants.oauth.server import LIFE, TOKEN_PREFIX, Asked, Row, Server, TokenRow
from tenants.service.keys import digest

Answer = tuple[int, Any, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """What came: the form's pairs, the headers in lower case, and from where."""

    pairs: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    origin: Origin


ENDPOINTS: Mapping[str, Callable[[Server], Any]] = {
    "token": lambda server: server.create_token_response(),
    "revocation": lambda server: server.create_endpoint_response("revocation"),
    "introspection": lambda server: server.create_endpoint_response("introspection"),
}
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="oauth")
_TOO_LONG = 16_384
_CLIENT = """
SELECT c.id, c.method, c.scopes, c.jwks::text AS jwks, c.networks, c.certificates,
  ARRAY(SELECT s.hash FROM control.oauth_secret s WHERE s.client_id = c.id AND s.revoked_at IS NULL) AS secrets
FROM control.oauth_client c JOIN control.tenant t ON t.id = c.tenant_id
WHERE c.id = $1 AND c.revoked_at IS NULL AND c.expires_at > $2 AND t.state = 'active'
"""
_GIVEN = """
SELECT t.hash, t.client_id, t.scopes, t.issued_at, t.expires_at, t.revoked_at IS NOT NULL AS revoked, c.connection
FROM control.oauth_token t JOIN control.oauth_client c ON c.id = t.client_id WHERE t.hash = $1
"""
_WHO = """
SELECT o.client_id, o.scopes, c.connection, c.networks, c.certificates, t.id AS tenant_id, t.code, t.name, t.zone,
  t.state, h.state AS held
FROM control.oauth_token o JOIN control.oauth_client c ON c.id = o.client_id JOIN control.tenant t ON t.id = c.tenant_id
LEFT JOIN control.connection_hold h ON h.tenant_id = c.tenant_id AND h.connection = c.connection
WHERE o.hash = $1 AND o.revoked_at IS NULL AND o.expires_at > $2 AND c.revoked_at IS NULL AND c.expires_at > $2
"""
_ISSUE = """
WITH gone AS (DELETE FROM control.oauth_token WHERE client_id = $2 AND expires_at < $4),
  used AS (UPDATE control.oauth_client SET used_at = $4 WHERE id = $2)
INSERT INTO control.oauth_token (hash, client_id, scopes, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)
"""
_ONCE = """
WITH gone AS (DELETE FROM control.oauth_assertion WHERE client_id = $1 AND expires_at < $4)
INSERT INTO control.oauth_assertion (client_id, jti_hash, expires_at) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING true
"""


async def answer(control: Database, endpoint: str, sent: Sent, issuer: str, now: datetime) -> Answer:
    """Answer one of :data:`ENDPOINTS`."""
    try:
        form = _form(sent.pairs)
        client = await _client(control, _claimed(form, sent.headers), sent.origin, now)
        asked = Asked(
            form, {"Authorization": sent.headers.get("authorization", "")}, issuer, client,
            await _token(control, form.get("token", "")) if endpoint != "token" else None, now,
        )  # fmt: skip
        loop = asyncio.get_running_loop()
        made: Answer = await loop.run_in_executor(_THREADS, lambda: ENDPOINTS[endpoint](Server(asked)))
        if made[0] < 400:  # noqa: PLR2004 - the first status of errors
            await _write(control, asked)
        return _plain(made)
    except OAuth2Error as error:
        return _plain(error())
    except (ValueError, TypeError, KeyError, RecursionError, JoseError):
        return _plain(InvalidClientError()())


def _plain(made: Any) -> Answer:  # noqa: ANN401 - Authlib's (status, body, headers)
    """Return an answer that does not tell which clients exist: every failed authentication reads alike."""
    status, body, headers = made
    body = dict(body) if not isinstance(body, dict) else body
    if body.get("error") == InvalidClientError.error:
        told = {"error": InvalidClientError.error, "error_description": "Client authentication failed"}
        return 401, told, {**dict(headers), "WWW-Authenticate": 'Basic realm="Glassfloor"'}
    return status, body, dict(headers)


def _form(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the form. Raises ``invalid_request`` for a parameter sent twice (RFC 6749, 3.2)."""
    form = dict(pairs)
    if len(form) != len(pairs) or sum(len(k) + len(v) for k, v in pairs) > _TOO_LONG:
        raise InvalidRequestError("A parameter was sent twice, or the request is too long")
    return {name: value for name, value in form.items() if value}  # an empty one counts as not sent (RFC 6749, 3.1)


def _claimed(form: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return who the request says it is. Raises ``invalid_request`` unless there is exactly one authentication."""
    basic = headers.get("authorization", "")
    ways = [bool(basic), "client_secret" in form, "client_assertion" in form or "client_assertion_type" in form]
    if sum(ways) > 1:
        raise InvalidRequestError("More than one way of client authentication was used")
    if sum(ways) == 0:
        raise InvalidClientError
    claimed: object = _from_basic(basic) if basic else form.get("client_id", "")
    if "client_assertion" in form:
        payload = orjson.loads(jws.extract_compact(form["client_assertion"].encode()).payload)
        claimed = payload.get("sub") if isinstance(payload, dict) else None
    if not isinstance(claimed, str) or form.get("client_id", claimed) != claimed:
        raise InvalidClientError
    return claimed


def _from_basic(header: str) -> str:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClientError
    try:
        return unquote(base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0])
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClientError from error


async def _client(control: Database, client_id: str, origin: Origin, now: datetime) -> Row | None:
    """Return who the request says it is; from where it may not come, nobody, as nothing is proved yet."""
    if not client_id.isascii() or not client_id.isprintable():
        return None
    row = await (await control.pool()).fetchrow(_CLIENT, client_id, now)
    if row is None or not Bounds(row["networks"], row["certificates"]).admit(origin):
        return None
    jwks = orjson.loads(row["jwks"]) if row["jwks"] else None
    return Row(row["id"], row["method"], frozenset(row["scopes"]), tuple(map(bytes, row["secrets"])), jwks)


async def _token(control: Database, token: str) -> TokenRow | None:
    row = await (await control.pool()).fetchrow(_GIVEN, digest(token))
    if row is None:
        return None
    return TokenRow(
        bytes(row["hash"]), row["client_id"], row["connection"], tuple(row["scopes"]), row["issued_at"],
        row["expires_at"], row["revoked"],
    )  # fmt: skip


async def _write(control: Database, asked: Asked) -> None:
    """Store what was decided. Raises ``invalid_client`` when the assertion was used before: then nothing is stored."""
    decided = asked.decided
    pool = await control.pool()
    async with pool.acquire() as connection, connection.transaction():
        if decided.jti is not None:
            jti, until = decided.jti
            hashed = hashlib.sha256(jti.encode()).digest()
            if not await connection.fetchval(_ONCE, decided.client_id, hashed, until, asked.now):
                raise InvalidClientError
        if decided.token is not None:
            scopes = sorted(set(decided.token["scope"].split()))
            hashed = digest(decided.token["access_token"])
            await connection.execute(_ISSUE, hashed, decided.client_id, scopes, asked.now, asked.now + LIFE)
        if decided.revoke is not None:
            await connection.execute(
                "UPDATE control.oauth_token SET revoked_at = COALESCE(revoked_at, $2) WHERE hash = $1",
                decided.revoke, asked.now,
            )  # fmt: skip


async def read_token(control: Database, token: str, now: datetime) -> Principal:
    """Return the client system that holds this token. Raises :class:`NotSignedIn`, without saying why."""
    if not token.startswith(TOKEN_PREFIX):
        raise NotSignedIn
    return await read_token_by(control, digest(token), now)


async def read_token_by(control: Database, hashed: bytes, now: datetime) -> Principal:
    """Return the client system that holds the token with this digest. Raises as :func:`read_token`."""
    row = await (await control.pool()).fetchrow(_WHO, hashed, now)
    if row is None:
        raise NotSignedIn
    tenant_id = row["tenant_id"]
    place = Membership(tenant_id, Role.CLIENT_SYSTEM, row["code"], row["name"], row["zone"], row["state"] == "active")
    return Principal(
        kind="key", id=row["client_id"], name=row["connection"], memberships={tenant_id: place}, chosen=tenant_id,
        connection=row["connection"], scopes=frozenset(row["scopes"]), held=row["held"],
        bounds=Bounds(row["networks"], row["certificates"]),
    )  # fmt: skip
