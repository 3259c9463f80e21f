"""Send one message: signed, to a checked address, following no redirect, and never waiting longer than allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import aiohttp

from kit.outbound import AddressRefused, Guard, guarded
from webhooks.core.retries import TIMEOUT, Answer, retry_after
from webhooks.core.signature import sign

_KEPT = 4096
"""How much of a receiver's answer is kept, in bytes."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: the bytes are signed as they are, with the attempt's own time."""

    url: str
    secret: str
    id: str
    body: bytes
    old_secret: str | None = None
    """Replaced a short while ago: it signs too."""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status, or a reason why none did."""

    answer: Answer
    error: str | None = None
    text: str = ""


class Client:
    """One connection pool for all receivers."""

    def __init__(self, guard: Guard, timeout: timedelta = TIMEOUT) -> None:
        """Open nothing yet; use it as a context manager."""
        self._guard = guard
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool."""
        self._session = aiohttp.ClientSession(
            connector=guarded(self._guard, at_once=0), timeout=self._timeout, trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False,  # nobody makes us unpack anything
            headers={"User-Agent": "Glassfloor-Webhooks/1", "Accept-Encoding": "identity"},
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()

    async def send(self, message: Message, now: datetime) -> Reply:
        """Send it once. Never raises for what a receiver or the network does."""
        if self._session is None:
            raise RuntimeError("the client is not open")
        headers = {
            "Content-Type": message.content_type,
            **sign(message.secret, message.id, now, message.body, old=message.old_secret),
        }
        try:
            url = await self._guard.check(message.url)
            async with self._session.post(url, data=message.body, headers=headers, allow_redirects=False) as response:
                text = (await response.content.read(_KEPT)).decode("utf-8", "replace").replace("\0", "�")
                answer = Answer(response.status, retry_after(response.headers.get("Retry-After"), now))
                return Reply(answer, None, text)
        except TimeoutError:
            return Reply(Answer(None), "no answer in time")
        except (AddressRefused, aiohttp.ClientError, OSError) as error:
            return Reply(Answer(None), f"{type(error).__name__}: {error}"[:300])

    async def handshake(self, address: str, origin: str) -> bool:
        """Ask by OPTIONS whether events may be sent there (CloudEvents HTTP webhooks 1.0, 4); raises nothing either."""
        if self._session is None:
            raise RuntimeError("the client is not open")
        try:
            url = await self._guard.check(address)
            headers = {"WebHook-Request-Origin": origin, "Content-Length": "0"}
            async with self._session.options(url, headers=headers, allow_redirects=False) as response:
                allowed = response.headers.get("WebHook-Allowed-Origin", "").strip()
                return response.ok and allowed in {origin, "*"}
        except (TimeoutError, AddressRefused, aiohttp.ClientError, OSError):
            return False
