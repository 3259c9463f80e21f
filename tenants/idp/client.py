"""One provider as we know it: its published configuration and keys, cached, behind a breaker; Authlib does the rest."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import httpx2
import structlog
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.jwk import KeySet

from kit.circuit import Circuit
from tenants.core.idp import Breaker, Metadata, MetadataWrong, read_metadata
from tenants.idp.errors import IdpAway, IdpRefused
from tenants.idp.fetch import GuardedTransport
from tenants.idp.tokens import Expected, UnknownKey, read_keys

SCOPE = "openid email profile"
LOGOUT_PATH = "/sign-in"
"""Where a browser comes back to after it signed out at its provider."""
_FRESH_S = 3600.0
_REFETCH_S = 10.0
"""Keys are fetched again for an unknown key id at most this often, in seconds: a forger cannot make us a hammer."""
_AT_ONCE = 8
_R = TypeVar("_R")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Connection:
    """A tenant's provider, opened: ``secret`` is readable here and stored sealed only."""

    id: UUID
    tenant_id: UUID
    name: str
    issuer: str
    client_id: str
    auth_method: str
    redirect_uri: str
    origins: tuple[str, ...] = ()
    secret: str | None = field(default=None, repr=False)

    @property
    def expected(self) -> Expected:
        """For whom its tokens must be."""
        return Expected(self.issuer, self.client_id)


@dataclass(slots=True)
class _Known:
    """What this process knows of one provider."""

    metadata: Metadata | None = None
    keys: KeySet | None = None
    metadata_at: float = 0.0
    keys_at: float = 0.0
    breaker: Breaker = field(default_factory=Breaker)
    name: str = ""
    """What its failures are counted under by all processes."""
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))


class Idps:
    """All providers of this process. Nothing here holds a database connection while a provider is asked."""

    def __init__(self, transport: GuardedTransport, circuit: Circuit | None = None) -> None:
        """Take the guarded way out, and where all processes count who does not answer (else each for itself)."""
        self._transport = transport
        self._circuit = circuit
        self._known: dict[tuple[UUID, str, tuple[str, ...]], _Known] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
        if self._circuit is not None:
            await self._circuit.close()

    async def metadata(self, connection: Connection, *, fresh: bool = False) -> Metadata:
        """Return the provider's configuration. Raises :class:`IdpAway` when it is away or not what was configured."""
        known = self._of(connection)
        if known.metadata is None or fresh or time.monotonic() - known.metadata_at > _FRESH_S:
            address = connection.issuer.rstrip("/") + "/.well-known/openid-configuration"
            document = await self._json(known, address)
            try:
                known.metadata = read_metadata(connection.issuer, document, connection.origins)
            except MetadataWrong as error:
                raise IdpAway(f"The service's published configuration is not usable: {error}") from error
            known.metadata_at = time.monotonic()
        return known.metadata

    def cached(self, connection: Connection) -> Metadata | None:
        """Return what is known without asking anybody."""
        return self._of(connection).metadata

    async def authorization_url(self, connection: Connection, *, state: str, nonce: str, verifier: str,
                                hint: str = "", anew: bool = False) -> str:  # fmt: skip
        """Return where the browser signs in: authorization code, PKCE S256, state and nonce.

        ``anew``: the provider shall not trust its own session (OpenID Connect Core 3.1.2.1).
        """
        metadata = await self.metadata(connection)
        more = {"login_hint": hint} if hint else {}
        more |= {"prompt": "login", "max_age": "0"} if anew else {}
        async with self._authlib(connection) as client:
            url, _ = client.create_authorization_url(
                metadata.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce, **more
            )
        return str(url)

    def logout_url(self, connection: Connection, endpoint: str, hint: str, state: str) -> str:
        """Return where the browser ends its session at the provider, and comes back to our sign-in."""
        back = connection.redirect_uri.partition("/sign-in/")[0] + LOGOUT_PATH
        return str(
            add_params_to_uri(
                endpoint,
                {"id_token_hint": hint, "post_logout_redirect_uri": back, "client_id": connection.client_id,
                 "state": state},
            )
        )  # fmt: skip

    async def exchange(self, connection: Connection, code: str, verifier: str) -> dict[str, Any]:
        """Exchange the code for tokens. Raises :class:`IdpAway`, and :class:`IdpRefused` when the provider says no."""
        metadata = await self.metadata(connection)
        known = self._of(connection)
        async with self._call(known), self._authlib(connection) as client:
            try:
                token = await client.fetch_token(
                    metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
                )
            except OAuthError as error:  # an answer, though no good one: it closes the breaker
                raise IdpRefused("refused_by_idp", f"{error.error}"[:100]) from error
            except (httpx2.HTTPError, ValueError, TypeError) as error:
                raise IdpAway("The service's answer is not usable") from error
        return dict(token)

    async def verified(self, connection: Connection, read: Callable[[KeySet], _R]) -> _R:
        """Return ``read(keys)``, once more with fresh keys when it knew no such key."""
        known = self._of(connection)
        if known.keys is None or time.monotonic() - known.keys_at > _FRESH_S:
            await self._fetch_keys(connection, known)
        assert known.keys is not None  # noqa: S101 - fetched above or an error was raised
        try:
            return read(known.keys)
        except UnknownKey:
            if time.monotonic() - known.keys_at < _REFETCH_S:
                raise IdpRefused("wrong_answer", "unknown key, and the set is fresh") from None
        await self._fetch_keys(connection, known)
        try:
            return read(known.keys)
        except UnknownKey as error:
            raise IdpRefused("wrong_answer", "unknown key") from error

    async def _fetch_keys(self, connection: Connection, known: _Known) -> None:
        metadata = await self.metadata(connection)
        document = await self._json(known, metadata.jwks_uri)
        try:
            known.keys = read_keys(document)
        except ValueError as error:
            raise IdpAway(f"The service's keys are not usable: {error}") from error
        known.keys_at = time.monotonic()

    async def _json(self, known: _Known, address: str) -> object:
        async with self._call(known):
            async with httpx2.AsyncClient(transport=_Shared(self._transport), trust_env=False) as client:
                got = await client.get(address, headers={"Accept": "application/json"})
            if got.status_code != httpx2.codes.OK:
                raise IdpAway(f"the answer has status {got.status_code}")
            try:
                return got.json()
            except (ValueError, RecursionError) as error:
                raise IdpAway("the answer is not JSON") from error

    def _authlib(self, connection: Connection) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            connection.client_id, connection.secret, token_endpoint_auth_method=connection.auth_method,
            redirect_uri=connection.redirect_uri, scope=SCOPE, code_challenge_method="S256",
            transport=_Shared(self._transport), trust_env=False, follow_redirects=False,
        )  # fmt: skip

    def _call(self, known: _Known) -> _Call:
        return _Call(known, self._circuit)

    def _of(self, connection: Connection) -> _Known:
        key = (connection.id, connection.issuer, connection.origins)
        if key not in self._known:
            where = hashlib.sha256(repr(key[1:]).encode()).hexdigest()[:16]
            self._known[key] = _Known(name=f"t:{connection.tenant_id}:idp:{connection.id}:{where}")
        return self._known[key]


class _Call:
    """One call behind the breaker and the gate; a provider that is slow costs its own callers only."""

    def __init__(self, known: _Known, circuit: Circuit | None) -> None:
        self._known, self._circuit = known, circuit

    async def _wait_s(self) -> float:
        """Ask all processes' count, and this one's own while that is away."""
        breaker, shared = self._known.breaker, None
        if self._circuit is not None:
            shared = await self._circuit.wait_s(self._known.name, breaker.most, breaker.pause_s)
        return breaker.wait_s(time.monotonic()) if shared is None else shared

    async def __aenter__(self) -> None:
        wait = await self._wait_s()
        if wait > 0 or self._known.gate.locked():
            seconds = int(wait) + 1
            raise IdpAway("It did not answer just now", retry_after_s=seconds, headers={"Retry-After": str(seconds)})
        await self._known.gate.acquire()

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._known.gate.release()
        breaker, circuit, name = self._known.breaker, self._circuit, self._known.name
        if isinstance(error, IdpAway):
            breaker.failed(time.monotonic())
            if circuit is not None:
                await circuit.failed(name, breaker.pause_s)
            log.warning("idp_away", detail=error.detail)
        elif error is None or isinstance(error, IdpRefused):
            breaker.succeeded()
            if circuit is not None:
                await circuit.succeeded(name)


class _Shared(httpx2.AsyncBaseTransport):
    """The common transport, which the end of one client must not close."""

    def __init__(self, transport: GuardedTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._transport.handle_async_request(request)
