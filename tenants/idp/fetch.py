"""Calls to a client's provider: https to public addresses only, no redirect, five seconds, 64 KiB, nothing packed.

Authlib speaks through an ``httpx2`` transport; this one sends what it is given over our guarded connections.
"""

from __future__ import annotations

import aiohttp
import httpx2

from kit.outbound import AddressRefused, Guard, guarded
from tenants.idp.errors import IdpAway

TIMEOUT_S = 5.0
MOST = 64 * 1024
_KEPT = ("content-type",)
_AT_ONCE = 64


class GuardedTransport(httpx2.AsyncBaseTransport):
    """One pool for all providers. It raises :class:`IdpAway` for whatever a provider or the network does."""

    def __init__(self, guard: Guard, *, timeout_s: float = TIMEOUT_S) -> None:
        """Open nothing yet."""
        self._guard = guard
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and return its whole, short answer."""
        body = await request.aread()
        headers = {k: v for k, v in request.headers.items() if k.lower() in {"authorization", "content-type", "accept"}}
        try:
            url = await self._guard.check(str(request.url))
            session = self._opened()
            async with session.request(
                request.method, url, data=body or None, headers=headers, allow_redirects=False
            ) as got:
                return httpx2.Response(
                    got.status,
                    headers=[(k, v) for k, v in got.headers.items() if k.lower() in _KEPT],
                    content=await _short(got),
                    request=request,
                )
        except TimeoutError as error:
            raise IdpAway("no answer in time") from error
        except (AddressRefused, aiohttp.ClientError, OSError, ValueError) as error:
            raise IdpAway(f"{type(error).__name__}: {error}"[:200]) from error

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=guarded(self._guard, _AT_ONCE), timeout=self._timeout, trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,
                headers={"User-Agent": "Glassfloor-Sign-In/1", "Accept-Encoding": "identity"},
            )  # fmt: skip
        return self._session


async def _short(got: aiohttp.ClientResponse) -> bytes:
    """Read at most :data:`MOST` bytes. Raises :class:`IdpAway` for a longer or a compressed body."""
    if got.headers.get("Content-Encoding", "identity") != "identity":
        raise IdpAway("the answer is compressed")
    whole = bytearray()
    async for chunk in got.content.iter_chunked(16 * 1024):
        whole += chunk
        if len(whole) > MOST:
            raise IdpAway(f"the answer is longer than {MOST} bytes")
    return bytes(whole)
