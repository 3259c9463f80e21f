"""HTTP/1.1 (RFC 9112) to one server over connections that stay open, for many small requests.

A routed call is some seven requests. What a general client does for each of them, cookies, redirects, proxies and
compression, cost the switchboard a third of its time; here a request is one write, and its answer one read.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

if TYPE_CHECKING:
    from collections.abc import Mapping

Answer = tuple[int, bytes]
"""Status and body."""
WITHIN_S = 5.0
"""So long an answer may take, the wait for a connection with it."""
MOST = 64
"""So many connections at most; whatever is asked beyond waits."""
IDLE_S = 12.0
"""A connection that was not used for so long is not used again: the server closes it after fifteen seconds."""
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
"""What may be asked again when the connection turned out to be closed (RFC 9110 9.2.2)."""


class Unanswered(OSError):
    """The connection ended before the answer."""


class _Connection(asyncio.Protocol):
    """One connection: one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._parser = HttpResponseParser(self)
        self._body: list[bytes] = []
        self.used_at = 0.0
        self.has_answered = False

    @property
    def is_open(self) -> bool:
        """Whether another request may be written."""
        return self._transport is not None and not self._transport.is_closing()

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Write a request; the answer fails with :class:`Unanswered`."""
        loop = asyncio.get_running_loop()
        answer = self._answer = loop.create_future()
        if self._transport is None or self._transport.is_closing():
            answer.set_exception(Unanswered("the connection is closed"))
        else:
            self._transport.write(request)
        return answer

    def close(self) -> None:
        """Use it no more."""
        if self._transport is not None:
            self._transport.close()

    # ---------------------------------------------------------------------------------------------- asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out; uvloop's is no ``asyncio.Transport`` by its class."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(f"no HTTP: {error}")
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits."""
        self._transport = None
        self._fail(str(exc) if exc else "the engine closed the connection")

    def _fail(self, reason: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Unanswered(reason))

    # ------------------------------------------------------------------------------------------ the parser's callbacks

    def on_message_begin(self) -> None:
        """Begin a body; of what nobody asked for nothing is read."""
        self._body = []
        if self._answer is None or self._answer.done():
            self.close()

    def on_body(self, part: bytes) -> None:
        """Take a part of the body."""
        self._body.append(part)

    def on_message_complete(self) -> None:
        """Hand the answer over."""
        status = self._parser.get_status_code()
        if status < 200:  # noqa: PLR2004 - an interim answer (RFC 9110 15.2)
            return
        self.has_answered = True
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, b"".join(self._body)))


class Wire:
    """The open connections to one server."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        """``url`` is ``http://host:port/...`` or ``https://...``; ``headers`` go with every request."""
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        self._host, self._port = parts.hostname or "", parts.port or (443 if is_secure else 80)
        self._tls = ssl.create_default_context() if is_secure else None
        self._path = parts.path.rstrip("/")
        said = {"Host": parts.netloc.rpartition("@")[2], **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self._idle: list[_Connection] = []
        self._room = asyncio.Semaphore(MOST)
        self._is_open = True

    async def ask(self, method: str, target: str, body: bytes | None = None) -> Answer:
        """Send one request; ``target`` is what follows the URL's path, quoted. Raises ``OSError``, ``TimeoutError``."""
        about = "" if body is None else f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        request = f"{method} {self._path}/{target} HTTP/1.1\r\n{self._head}{about}\r\n".encode() + (body or b"")
        async with asyncio.timeout(WITHIN_S), self._room:
            return await self._asked(request, is_repeatable=method in _REPEATABLE)

    async def _asked(self, request: bytes, *, is_repeatable: bool) -> Answer:
        while True:
            connection = self._unused() or await self._connected()
            was_used = connection.has_answered
            try:
                answer = await connection.ask(request)
            except Unanswered:
                if was_used and is_repeatable:
                    continue
                raise
            except BaseException:  # nobody waits any more: what comes now would be taken for the next answer
                connection.close()
                raise
            connection.used_at = asyncio.get_running_loop().time()
            if self._is_open:
                self._idle.append(connection)
            else:
                connection.close()
            return answer

    def _unused(self) -> _Connection | None:
        """Return the connection that was used last, so that the others may grow old."""
        fresh = asyncio.get_running_loop().time() - IDLE_S
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.used_at > fresh:
                return connection
            connection.close()
        return None

    async def _connected(self) -> _Connection:
        if not self._is_open:
            raise Unanswered("closed")
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        return connection

    def close(self) -> None:
        """Close what is not in use now; the rest after its answer."""
        self._is_open = False
        while self._idle:
            self._idle.pop().close()
