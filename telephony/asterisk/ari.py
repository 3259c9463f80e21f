"""A small client of Asterisk's REST interface: requests over open connections, events over one WebSocket.

Source of the interface: https://docs.asterisk.org/Latest_API/API_Documentation/Asterisk_REST_Interface/
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from telephony.asterisk.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

log = logging.getLogger(__name__)

Json = Any
"""A decoded JSON document of the engine's."""
OLDEST_VERSION = 20
CONNECT_TIMEOUT = aiohttp.ClientTimeout(total=5)
HEARTBEAT_S = 10.0
"""Ping interval of the WebSocket: a dead engine is noticed within one and a half of it."""
FIRST_RETRY_S, LAST_RETRY_S = 0.1, 5.0
UNAUTHORIZED, NOT_FOUND, FIRST_ERROR = 401, 404, 400
REPLACED = "ApplicationReplaced"


class AriError(Exception):
    """The engine answered a request with an error."""

    def __init__(self, status: int, message: str) -> None:
        """``status`` is the HTTP status, ``message`` what the engine said."""
        super().__init__(f"{message} ({status})")
        self.status = status


class AriAway(Exception):
    """The engine cannot be reached, or not be used: wrong password, too old."""


class AriTakenOver(Exception):
    """Somebody else connected under our application's name: one owner at a time, so we stay away."""


class AriListener(Protocol):
    """What the client tells its owner, in order and from one task."""

    async def connected(self) -> None:
        """Prepare: the WebSocket is open; its events wait until this returns. An error here ends the connection."""

    def happened(self, event: dict[str, Json]) -> None:
        """One event."""

    def lost(self, reason: str) -> None:
        """Take note: the connection is gone, or cannot be made; called once per outage."""


class AriClient:
    """One application's connection to one engine."""

    def __init__(self, url: str, user: str, password: str, app: str) -> None:
        """``url`` ends in ``/ari``."""
        self._url, self.app = url.rstrip("/"), app
        self._headers = {"Authorization": aiohttp.encode_basic_auth(user, password)}
        self._session: aiohttp.ClientSession | None = None
        self._wire: Wire | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, listener: AriListener) -> None:
        """Connect in the background and keep connecting until :meth:`close`."""
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=CONNECT_TIMEOUT)
        self._wire = Wire(self._url, self._headers)
        self._task = asyncio.create_task(self._keep_connected(listener), name=f"ari {self.app}")

    async def close(self) -> None:
        """Disconnect; harmless when repeated."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._wire is not None:
            self._wire.close()
        if self._session is not None:
            await self._session.close()

    async def request(
        self, method: str, path: str | tuple[str, ...], query: Mapping[str, str] | None = None, body: Json = None
    ) -> Json:
        """One request; a path given in parts has them quoted. Raises :class:`AriError` and :class:`AriAway`."""
        if self._wire is None:
            raise AriAway("not connected")
        target = path if isinstance(path, str) else "/".join(quote(part, safe="") for part in path)
        if query:
            target = f"{target}?{urlencode(query, quote_via=quote)}"
        try:
            status, text = await self._wire.ask(method, target, None if body is None else orjson.dumps(body))
        except (OSError, TimeoutError) as error:
            raise AriAway(str(error) or type(error).__name__) from error
        if status >= FIRST_ERROR:
            raise AriError(status, _message(text))
        return orjson.loads(text) if text else None

    async def request_unless_gone(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str] | None = None
    ) -> bool:
        """Do the same for what may be gone; tells whether it was there."""
        try:
            await self.request(method, path, query)
        except AriError as error:
            if error.status == NOT_FOUND:
                return False
            raise
        return True

    async def tell_only(self, app: str, kinds: Iterable[str]) -> None:
        """Have the engine tell an application of these kinds of events only: of what a call does we read half."""
        allowed = [{"type": kind} for kind in sorted({*kinds, REPLACED})]
        await self.request("PUT", ("applications", app, "eventFilter"), body={"allowed": allowed})

    async def check_version(self) -> str:
        """Return the engine's version; raises :class:`AriAway` when it is refused, or refuses us."""
        try:
            info = await self.request("GET", "asterisk/info", {"only": "system"})
        except AriError as error:
            if error.status == UNAUTHORIZED:
                raise AriAway("the engine refuses our ARI user or password") from error
            raise AriAway(f"the engine is not ready: {error}") from error
        version = str(info["system"]["version"])
        number = re.search(r"\d+", version)
        if number is None or int(number[0]) < OLDEST_VERSION:
            raise AriAway(f"Asterisk {version} is too old: at least {OLDEST_VERSION} is needed")
        return version

    async def _keep_connected(self, listener: AriListener) -> None:
        delay, told = FIRST_RETRY_S, False
        while True:
            try:
                async with await self._open() as socket:
                    await listener.connected()
                    delay, told = FIRST_RETRY_S, False
                    await self._listen(socket, listener)
                reason = "the engine closed the connection"
            except AriTakenOver as error:
                log.warning("phone engine lost for good: %s", error)
                listener.lost(str(error))
                return
            except (AriAway, AriError, aiohttp.ClientError, OSError, TimeoutError) as error:
                reason = str(error) or type(error).__name__
            if not told:
                told = True
                log.warning("phone engine lost: %s", reason)
                listener.lost(reason)
            else:
                log.info("phone engine still away: %s", reason)
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            delay = min(delay * 2, LAST_RETRY_S)

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        if self._session is None:
            raise AriAway("not started")
        await self.check_version()
        query = {"app": self.app}
        return await self._session.ws_connect(
            URL(f"{self._url}/events").with_query(query), heartbeat=HEARTBEAT_S, max_msg_size=0
        )

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, listener: AriListener) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                event = orjson.loads(message.data)
                if event["type"] == REPLACED:
                    raise AriTakenOver("another switchboard has taken over this engine")
                listener.happened(event)


def _message(text: bytes) -> str:
    """Return what an error body says."""
    try:
        return str(orjson.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace").strip() or "no reason given"
