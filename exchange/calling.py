"""Call clients' systems: at checked addresses only, following no redirect, never longer or for more than allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import orjson
from yarl import URL

from exchange.core.outgoing import Call
from exchange.errors import SystemAway
from kit import strictjson
from kit.clock import now
from kit.outbound import AddressRefused, Guard, guarded
from webhooks.core.retries import retry_after

TIMEOUT_S: Final = 15.0
MOST: Final = 4 * 1024 * 1024
"""The longest answer that is read, in bytes."""
_DEEPEST = 100
"""What is read is written down again, and the library writes no more than 254 levels of the 1024 that it reads."""
_OK = range(200, 300)


@dataclass(frozen=True, slots=True)
class System:
    """A client's system: the address that paths are below, and the headers that let us in."""

    address: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What it answered, whatever that was."""

    status: int
    body: bytes
    wait: timedelta | None
    """Before this has passed it wants to hear nothing (Retry-After)."""

    @property
    def ok(self) -> bool:
        """It did what was asked."""
        return self.status in _OK

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return its JSON; None when it said nothing. Raises :class:`SystemAway`."""
        try:
            found = orjson.loads(self.body) if self.body.strip() else None
        except orjson.JSONDecodeError as error:
            raise SystemAway("its answer is no JSON") from error
        if strictjson.is_deep(found, _DEEPEST):
            raise SystemAway(f"its answer is more than {_DEEPEST} levels deep")
        return found

    @property
    def text(self) -> str:
        """The beginning of its answer, for people."""
        return self.body[:1000].decode("utf-8", "replace").replace("\0", "�")


class Caller:
    """One pool of guarded connections for all clients' systems."""

    def __init__(self, guard: Guard, timeout_s: float = TIMEOUT_S) -> None:
        """Open nothing yet; use it as a context manager."""
        self._guard = guard
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool."""
        self._session = aiohttp.ClientSession(
            connector=guarded(self._guard), timeout=self._timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False, middlewares=(_once,),
            headers={"User-Agent": "Glassfloor-Exchange/1", "Accept-Encoding": "identity"},
        )  # fmt: skip
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()

    async def call(self, system: System, call: Call) -> Answer:
        """Return what it answers. Raises :class:`SystemAway` when there is no answer that can be read."""
        if self._session is None:
            raise RuntimeError("the caller is not open")
        address = f"{system.address.rstrip('/')}/{call.path}"
        headers = {"Accept": "application/json", **system.headers}
        body = None if call.body is None else orjson.dumps(call.body)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            await self._guard.check(address)
            async with self._session.request(
                call.method, URL(address, encoded=True), headers=headers, data=body, allow_redirects=False
            ) as got:
                return Answer(got.status, await _whole(got), retry_after(got.headers.get("Retry-After"), now()))
        except TimeoutError as error:
            raise SystemAway("no answer in time") from error
        except (AddressRefused, aiohttp.ClientError, OSError, ValueError) as error:
            raise SystemAway(f"{type(error).__name__}: {error}"[:300]) from error


async def _once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request once: the library would repeat a PUT whose connection broke, which may have said something."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise SystemAway(f"{type(error).__name__}: {error}"[:300]) from error


async def _whole(got: aiohttp.ClientResponse) -> bytes:
    """Return the body. Raises :class:`SystemAway` for a longer or a compressed one."""
    if got.headers.get("Content-Encoding", "identity") != "identity":
        raise SystemAway("its answer is compressed")
    whole = bytearray()
    async for chunk in got.content.iter_chunked(64 * 1024):
        whole += chunk
        if len(whole) > MOST:
            raise SystemAway(f"its answer is longer than {MOST} bytes")
    return bytes(whole)
