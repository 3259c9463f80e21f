"""The floor's socket: the boards of every client that a supervisor serves, joined into one, within a second.

Frames are numbered as those of ``/live/feed`` (docs/live-feed.md): a snapshot, then the rows that changed, then a
heartbeat each second. Each client's board is looked up by its own feed; one of which nothing was heard for three
seconds is shown as stale, and when that holds for all of them nothing is sent, so that the page turns grey by itself.
All pages of one supervisor share what is written.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, WebSocket
from starlette.datastructures import State

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from live.core.backlog import seen_by
from live.holding import Hold, opened, resyncs
from live.hub import TICK_S, Feed, Hub
from live.rechecks import Right, credential
from live.service import Watched
from live.streams import Place, Shape, Stream, Wanted
from live.watching import Watching
from portal.floor_doors import people_of, watched_by
from portal.floor_view import STALE, Door, People, changed, document
from tenants.access import INSTALLATION, Principal
from tenants.core.masks import Shown
from tenants.endpoints import CentreAccess, permitted_centre

router = APIRouter()

BEAT_S = 1.0
STALE_S = 3.0
PEOPLE_S = 2.0
"""How soon an agent who is new, or has another name, is shown so."""
_SHAPE = Shape("floor", lambda _table: "id", changed)

_may_watch = permitted_centre("floor.watch")
Doors = list[tuple[Door, Watched | None]]


class Ear(Watching):
    """What a client's feed tells: that it has looked, and when."""

    def __init__(self, rung: asyncio.Event) -> None:
        """Ring this when something is told."""
        super().__init__(Shown.HIDDEN)
        self._rung = rung
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
    state, who = socket.app.state, access.principal.id
    doors = await watched_by(socket, access.principal)
    watcher = await opened(socket)
    place = Place(state.streams, watcher, seen_by(socket.query_params))

    async def look() -> Doors:
        return await watched_by(socket, await _asks(socket))

    def tell(found: Doors) -> None:
        place.move(_wanted(state, who, found))

    tell(doors)
    try:
        hold = Hold(socket, watcher, resyncs(place.resync), user_id=who)
        await hold.until_end(Right(("floor", credential(socket)), look, tell))
    finally:
        place.leave()


def _wanted(state: State, who: str, doors: Doors) -> Wanted:
    async def source(stream: Stream) -> None:
        await _Floor(state, doors).run(stream)

    return Wanted(("floor", who), doors, _SHAPE, source)


class _Floor:
    """The floor behind these doors."""

    def __init__(self, state: State, doors: Doors) -> None:
        self._hub: Hub = state.hub
        self._control = state.control
        self._doors = doors
        self._rung = asyncio.Event()
        self._people: People = {}
        self._people_at = float("-inf")

    async def run(self, stream: Stream) -> None:
        """Publish it at each ring and each second."""
        open_ = [(door, watched) for door, watched in self._doors if watched is not None]
        async with self._watching(open_) as feeds:
            while True:
                await self._look_up(open_)
                await self._tick(stream, feeds)

    async def _look_up(self, doors: list[tuple[Door, Watched]]) -> None:
        if time.monotonic() - self._people_at < PEOPLE_S:
            return
        try:
            self._people = await people_of(self._control, [door.id for door, _ in doors])
        except MAYBE_AWAY as error:
            if not is_away(error) or self._people_at < 0:
                raise
        self._people_at = time.monotonic()

    @asynccontextmanager
    async def _watching(self, doors: list[tuple[Door, Watched]]) -> AsyncIterator[dict[UUID, tuple[Feed, Ear]]]:
        async with AsyncExitStack() as stack:
            feeds: dict[UUID, tuple[Feed, Ear]] = {}
            for door, watched in doors:
                ear = Ear(self._rung)
                feeds[door.id] = (await stack.enter_async_context(self._hub.watch(watched, ear)), ear)
            yield feeds

    async def _tick(self, stream: Stream, feeds: dict[UUID, tuple[Feed, Ear]]) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_S):
                await self._rung.wait()
        self._rung.clear()
        clients = {id_: feed for id_, feed in feeds.items() if id_ != INSTALLATION}
        heard = [ear for _, ear in clients.values() if not ear.stale]
        is_reading = any(feed.board is None and not ear.stale for feed, ear in feeds.values())
        if is_reading or (clients and not heard):
            return
        seen = []
        for door, _ in self._doors:
            feed, ear = feeds.get(door.id, (None, None))
            state = STALE if ear is not None and ear.stale else door.state
            seen.append((replace(door, state=state), feed.board if feed else None))
        stream.publish(document(seen, self._people, clock.millis(clock.now())))
        await asyncio.sleep(TICK_S)


async def _asks(socket: WebSocket) -> Principal:
    access = await _may_watch(socket)
    return access.principal
