"""One socket while it watches, whatever it watches: its end by age, slowness or refusal, each with its reason.

Boards, screens on a wall, the floor, the past and what a client changes are held here, so that all of them end, and
come back, in one way.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect, WebSocketException

from live import metrics
from live.rechecks import Right, rechecks_of
from live.sockets import EXTENSION, End, Watcher

MAX_MESSAGE = 256
RESYNC_S = 0.1
"""A socket is given a snapshot so often at most, however often it asks."""
_EARLIER = 0.2
"""A socket's age ends up to so much earlier, so that those that came together do not go together."""

log = structlog.get_logger()


async def opened(socket: WebSocket, subprotocol: str | None = None) -> Watcher:
    """Accept a socket and return what writes to it."""
    await socket.accept(subprotocol=subprotocol)
    return Watcher(socket.scope["extensions"][EXTENSION])


class Hold:
    """One accepted socket. ``hear``: given each message that is not too long; ``about``: named in the log."""

    def __init__(self, socket: WebSocket, watcher: Watcher, hear: Callable[[str], None], **about: str) -> None:
        """Begin nothing yet."""
        self._socket, self._watcher, self._hear, self._about = socket, watcher, hear, about
        self._ended: asyncio.Future[End | None] = asyncio.get_running_loop().create_future()

    async def until_end(self, right: Right[Any], work: Callable[[], Awaitable[None]] | None = None) -> None:
        """Go on until the other side goes, ``work`` is done, or it is old, slow, or may not any more: then close it.

        A refusal is raised, as everything that ``work`` raises.
        """
        began, why = time.monotonic(), "failed"
        metrics.WATCHERS.inc()
        try:
            with rechecks_of(self._socket).watch(right, self._ended):
                ended = await self._first(work)
            why = "gone" if ended is None else ended.reason
            await self._close(ended)
        except WebSocketDisconnect:
            why = "gone"
        except WebSocketException as refused:
            why = "refused"
            log.info("watcher_refused", reason=refused.reason, **self._about)
            raise
        finally:
            metrics.WATCHERS.dec()
            metrics.ENDED.labels(why).inc()
            tell = log.warning if why == End.SLOW.reason else log.info
            tell("watcher_left", reason=why, dropped=self._watcher.dropped,
                 seconds=round(time.monotonic() - began, 1), **self._about)  # fmt: skip

    async def _first(self, work: Callable[[], Awaitable[None]] | None) -> End | None:
        """Return what the first that ends says; raise what it raises. The others are cancelled."""
        loop = asyncio.get_running_loop()
        self._watcher.on_lost(lambda: self._end(End.SLOW))
        most: int = self._socket.app.state.settings.feed_max_age_s
        age = loop.call_later(most * (1 - _EARLIER * random.random()), self._end, End.AGED)  # noqa: S311 - no secret
        tasks = [asyncio.ensure_future(each()) for each in (self._listen, work) if each is not None]
        try:
            waited: list[asyncio.Future[Any]] = [self._ended, *tasks]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if self._ended.done():
                return self._ended.result()
            for task in tasks:
                if task.done():
                    task.result()
            return None
        finally:
            age.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._ended.done() and not self._ended.cancelled():
                self._ended.exception()  # it was looked at: a refusal that came second is no news
            self._ended.cancel()

    def _end(self, why: End) -> None:
        if not self._ended.done():
            self._ended.set_result(why)

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive_text()
            if len(message) <= MAX_MESSAGE:
                self._hear(message)

    async def _close(self, why: End | None) -> None:
        if why is not None and not self._watcher.is_empty:
            self._watcher.close(why)
            return
        with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
            await (self._socket.close() if why is None else self._socket.close(why.code, why.reason))


def resyncs(send: Callable[[], None]) -> Callable[[str], None]:
    """Return what hears a page ask for a snapshot: the only message that a feed listens to."""
    last = float("-inf")

    def hear(message: str) -> None:
        nonlocal last
        if '"resync"' in message and time.monotonic() - last >= RESYNC_S:
            last = time.monotonic()
            send()

    return hear
