"""Authlib's authorization server, reduced to client credentials, revocation and introspection (RFC 6749, 7009, 7662).

It is synchronous, so it never touches a database: the adapter (``tenants.oauth.answers``) reads the rows before, runs
it in a thread, and writes what it decided afterwards.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientCredentialsGrant,
    ClientMixin,
    InvalidClientError,
    InvalidScopeError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from tenants.service.keys import digest, random_text

LIFE = timedelta(minutes=10)
METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
ALGORITHMS = ("EdDSA", "Ed25519", "ES256", "RS256")
LONGEST_ASSERTION_S = 300
SKEW_S = 60
TOKEN_PREFIX = "gft_"  # noqa: S105 - what every token begins with
_LONGEST_JTI = 255


@dataclass(frozen=True, slots=True)
class Row:
    """A client as it was read just now; only living secrets are in it."""

    id: str
    method: str
    scopes: frozenset[str]
    secrets: tuple[bytes, ...] = ()
    jwks: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of this client as it was read just now."""

    hash: bytes
    client_id: str
    connection: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    revoked: bool

    def check_client(self, client: Client) -> bool:
        """Say whether it was issued to this client."""
        return self.client_id == client.row.id


@dataclass(slots=True)
class Decided:
    """What is to be written after the server has run."""

    token: dict[str, Any] | None = None
    jti: tuple[str, datetime] | None = None
    revoke: bytes | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, everything that it may look at, and the moment."""

    form: Mapping[str, str]
    headers: Mapping[str, str]
    issuer: str
    client: Row | None
    token: TokenRow | None
    now: datetime
    decided: Decided = field(default_factory=Decided)


class Client(ClientMixin):  # type: ignore[misc] # Authlib has no types
    """A row, as Authlib wants to ask it."""

    def __init__(self, row: Row) -> None:
        """Take the row."""
        self.row = row

    def get_client_id(self) -> str:
        """Return the public identifier."""
        return self.row.id

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the asked scopes: wider ones were refused before, never cut."""
        return scope or ""

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare with every living secret."""
        given = digest(client_secret)
        return any([hmac.compare_digest(given, stored) for stored in self.row.secrets])  # noqa: C419 - all, in one time

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Allow the one registered method only."""
        return self.row.method == method

    def check_grant_type(self, grant_type: str) -> bool:
        """Allow client credentials only."""
        return bool(grant_type == ClientCredentialsGrant.GRANT_TYPE)


class _Assertion(JWTBearerClientAssertion):  # type: ignore[misc] # Authlib has no types
    """``private_key_jwt`` (RFC 7523): our audience, short, and used once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, asked: Asked) -> None:
        super().__init__(leeway=SKEW_S)
        self._asked = asked

    def get_audiences(self) -> list[str]:
        return [f"{self._asked.issuer}/oauth/token", self._asked.issuer]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        if client.row.jwks is None:
            raise InvalidClientError
        return KeySet.import_key_set(client.row.jwks)  # type: ignore[arg-type] # checked when it was registered

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> Any:  # noqa: ANN401 - Authlib's signature
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        try:
            token = jwt.decode(assertion, resolve_key, registry=registry)
        except JoseError as error:
            raise InvalidClientError from error
        self.verify_claims(token.claims)
        return token.claims

    def verify_claims(self, claims: jwt.Claims) -> None:
        super().verify_claims(claims)
        issued, expires, now = claims.get("iat"), claims["exp"], self._asked.now.timestamp()
        if not isinstance(issued, (int, float)) or isinstance(issued, bool):
            raise InvalidClientError
        if expires - issued > LONGEST_ASSERTION_S or expires > now + LONGEST_ASSERTION_S + SKEW_S:
            raise InvalidClientError

    def validate_jti(self, claims: Mapping[str, Any], jti: object) -> bool:
        """Keep it for the adapter, which stores it or finds it used."""
        if not isinstance(jti, str) or not 1 <= len(jti) <= _LONGEST_JTI:
            return False
        until = self._asked.now + timedelta(seconds=LONGEST_ASSERTION_S + 2 * SKEW_S)
        self._asked.decided.jti = (jti, until)
        return bool(claims["sub"])


class _Grant(ClientCredentialsGrant):  # type: ignore[misc] # as above
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def validate_requested_scope(self) -> None:
        """Refuse no scope, and one that is not registered: neither "all" nor "what is left" is ever meant."""
        wanted = set((self.request.payload.scope or "").split())
        if not wanted or wanted - self.request.client.row.scopes:
            raise InvalidScopeError


class _Revocation(RevocationEndpoint):  # type: ignore[misc] # as above
    CLIENT_AUTH_METHODS = METHODS
    SUPPORTED_TOKEN_TYPES = ("access_token",)

    def query_token(self, _token: str, _hint: str | None) -> TokenRow | None:
        return self.server.own_token()  # type: ignore[no-any-return] # Authlib's server has no type

    def revoke_token(self, token: TokenRow, _request: OAuth2Request) -> None:
        self.server.asked.decided.revoke = token.hash


class _Introspection(IntrospectionEndpoint):  # type: ignore[misc] # as above
    CLIENT_AUTH_METHODS = METHODS
    SUPPORTED_TOKEN_TYPES = ("access_token",)

    def query_token(self, _token: str, _hint: str | None) -> _Shown | None:
        row = self.server.own_token()
        return None if row is None else _Shown(row, self.server.asked)

    def check_permission(self, _token: _Shown, _client: Client, _request: OAuth2Request) -> bool:
        return True  # own_token found it for this very client

    def introspect_token(self, token: _Shown) -> dict[str, Any]:
        row, asked = token.row, token.asked
        return {
            "active": True, "client_id": row.client_id, "token_type": "Bearer", "scope": " ".join(row.scopes),
            "iss": asked.issuer, "sub": row.client_id, "exp": int(row.expires_at.timestamp()),
            "iat": int(row.issued_at.timestamp()), "connection": row.connection,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    """A token as the introspection asks it."""

    row: TokenRow
    asked: Asked

    def is_expired(self) -> bool:
        return self.asked.now >= self.row.expires_at

    def is_revoked(self) -> bool:
        return self.row.revoked

    def check_client(self, client: Client) -> bool:
        return self.row.check_client(client)


class _Request(OAuth2Request):  # type: ignore[misc] # as above
    def __init__(self, asked: Asked) -> None:
        # whether we are spoken to over https is the proxy's to say; Authlib looks at an address that is ours
        super().__init__("POST", "https://localhost/oauth", headers=asked.headers)
        self.payload = BasicOAuth2Payload(asked.form)

    @property
    def form(self) -> Mapping[str, str]:
        return self.payload.data  # type: ignore[no-any-return] # a plain mapping


class Server(AuthorizationServer):  # type: ignore[misc] # as above
    """One request's server."""

    def __init__(self, asked: Asked) -> None:
        """Register the only grant and the two endpoints."""
        super().__init__()
        self.asked = asked
        self.register_client_auth_method("private_key_jwt", _Assertion(asked))
        self.register_token_generator("default", self._new_token)
        self.register_grant(_Grant)
        self.register_endpoint(_Revocation)
        self.register_endpoint(_Introspection)

    def query_client(self, client_id: str) -> Client | None:
        """Return the client that was read for this request."""
        row = self.asked.client
        if row is None or row.id != client_id:
            return None
        self.asked.decided.client_id = row.id
        return Client(row)

    def own_token(self) -> TokenRow | None:
        """Return the token that was asked for, if it is this client's."""
        token, client = self.asked.token, self.asked.client
        return token if token is not None and client is not None and token.client_id == client.id else None

    def save_token(self, token: dict[str, Any], _request: OAuth2Request) -> None:
        """Keep it for the adapter."""
        self.asked.decided.token = token

    def create_oauth2_request(self, request: object) -> OAuth2Request:
        """Return the one request; Authlib passes along what it was given."""
        return request if isinstance(request, OAuth2Request) else _Request(self.asked)

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, dict[str, str]]:  # noqa: ANN401 - Authlib's
        """Return the answer as plain values."""
        return status, body, dict(headers)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody."""

    @staticmethod
    def _new_token(**given: Any) -> dict[str, Any]:  # noqa: ANN401 - Authlib's signature
        return {
            "token_type": "Bearer", "access_token": TOKEN_PREFIX + random_text(43), "scope": given["scope"],
            "expires_in": int(LIFE.total_seconds()),
        }  # fmt: skip
