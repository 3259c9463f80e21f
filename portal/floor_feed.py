"""The floor's socket: the boards of every client that a supervisor serves, joined into one, within a second.

Frames are numbered as those of ``/live/feed`` (docs/live-feed.md): a snapshot, then the rows that changed, then a
heartbeat each second. Each client's board is looked up by its own feed; one of which nothing was heard for three
seconds is shown as stale, and when that holds for all of them nothing is sent, so that the page turns grey by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, WebSocket

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from live.hub import TICK_S, Feed
from live.service import Watched
from portal.floor_doors import people_of, watched_by
from portal.floor_view import STALE, Door, People, Rows, changed, document
from portal.sockets import until_one_ends
from tenants.access import INSTALLATION, Principal
from tenants.core.masks import Shown
from tenants.endpoints import CentreAccess, permitted_centre

router = APIRouter()

RECHECK_S = 2.0
"""How soon a door that was closed is closed here."""
BEAT_S = 1.0
STALE_S = 3.0

_may_watch = permitted_centre("floor.watch")
Doors = list[tuple[Door, Watched | None]]


class Ear:
    """What a client's feed tells: that it has looked, and when."""

    def __init__(self, rung: asyncio.Event) -> None:
        """Ring this when something is told."""
        self._rung = rung
        self.shown = Shown.HIDDEN
        self.caught_up = False
        self.heard_at = time.monotonic()

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Note that the board was looked up; what it says is read from the board itself."""
        del frame, whole
        self.heard_at = time.monotonic()
        self._rung.set()

    @property
    def stale(self) -> bool:
        """Whether nothing was heard for a while."""
        return time.monotonic() - self.heard_at > STALE_S


@router.websocket("/floor/feed")
async def floor_feed(socket: WebSocket, access: Annotated[CentreAccess, Depends(_may_watch)]) -> None:
    """Send the floor of whoever asks."""
    feed = _Feed(socket, await watched_by(socket, access.principal))
    await socket.accept()
    await until_one_ends(feed.send, feed.recheck, feed.listen)


class _Feed:
    """One page's feed."""

    def __init__(self, socket: WebSocket, doors: Doors) -> None:
        self._socket = socket
        self._doors = doors
        self._rung = asyncio.Event()
        self._seq = 0
        self._shown: Rows | None = None
        self._turned = False

    async def send(self) -> None:
        """Send what changed, or the heartbeat; watch other boards when other doors are open."""
        while True:
            doors, self._turned = self._doors, False
            open_ = [(door, watched) for door, watched in doors if watched is not None]
            people = await people_of(self._socket.app.state.control, [door.id for door, _ in open_])
            async with self._watching(open_) as feeds:
                while not self._turned:
                    await self._tick(doors, feeds, people)

    @asynccontextmanager
    async def _watching(self, doors: list[tuple[Door, Watched]]) -> AsyncIterator[dict[UUID, tuple[Feed, Ear]]]:
        hub = self._socket.app.state.hub
        async with AsyncExitStack() as stack:
            feeds: dict[UUID, tuple[Feed, Ear]] = {}
            for door, watched in doors:
                ear = Ear(self._rung)
                feeds[door.id] = (await stack.enter_async_context(hub.watch(watched, ear)), ear)
            yield feeds

    async def _tick(self, doors: Doors, feeds: dict[UUID, tuple[Feed, Ear]], people: People) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), BEAT_S)
        self._rung.clear()
        clients = {id_: feed for id_, feed in feeds.items() if id_ != INSTALLATION}
        heard = [ear for _, ear in clients.values() if not ear.stale]
        is_reading = any(feed.board is None and not ear.stale for feed, ear in feeds.values())
        if is_reading or (clients and not heard):
            return
        seen = []
        for door, _ in doors:
            feed, ear = feeds.get(door.id, (None, None))
            state = STALE if ear is not None and ear.stale else door.state
            seen.append((replace(door, state=state), feed.board if feed else None))
        await self._publish(document(seen, people, clock.millis(clock.now())))
        await asyncio.sleep(TICK_S)

    async def _publish(self, rows: Rows) -> None:
        news = changed(self._shown, rows)
        self._shown = rows
        if news is None:
            self._seq += 1
            await self._frame("snap", floor=rows)
        elif news:
            self._seq += 1
            await self._frame("d", d=news)
        else:
            await self._frame("hb")

    async def _frame(self, kind: str, **members: Any) -> None:  # noqa: ANN401 - JSON
        await self._socket.send_json({"t": kind, "seq": self._seq, "ts": clock.millis(clock.now()), **members})

    async def recheck(self) -> None:
        """End with the session or the role; a door that was opened or closed meanwhile is so here."""
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                doors = await watched_by(self._socket, await _asks(self._socket))
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                continue
            if doors != self._doors:
                self._doors, self._turned, self._shown = doors, True, None
                self._rung.set()

    async def listen(self) -> None:
        """Send a snapshot when the page asks for one; return when the browser goes."""
        while True:
            if '"resync"' in (await self._socket.receive_text())[:64]:
                self._shown = None
                self._rung.set()


async def _asks(socket: WebSocket) -> Principal:
    access = await _may_watch(socket)
    return access.principal
