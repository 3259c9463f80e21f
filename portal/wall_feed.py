"""What a screen or a tile is sent: the rows of the pages that it shows, in frames numbered as the board's own.

The board's own feed rings; the rows are taken from its board. So nothing is sent while the journal cannot be read, and
the screen turns grey by itself. All sockets of one view share what is written; each is asked again every two seconds
whether it may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import WebSocket, WebSocketException

from kit import clock
from kit.db import Scope
from kit.errors import Problem
from live import rechecks
from live.core import wall
from live.core.backlog import seen_by
from live.holding import Hold, opened, resyncs
from live.hub import TICK_S, Hub
from live.service import Watched
from live.streams import Place, Shape, Stream, Wanted
from live.walls import service as walls
from live.watching import Watching
from tenants.core.masks import Shown

_POLICY_VIOLATION = 1008
_SHAPE = Shape("board", wall.KEYS.__getitem__, wall.changed)


@dataclass(frozen=True, slots=True)
class Right:
    """Who may watch what, as of now."""

    watched: Watched
    view: walls.View
    wanted: wall.Wanted

    @property
    def version(self) -> int:
        """Changes when the view shall look different: the page then loads itself anew."""
        return clock.millis(self.view["changed_at"])


Judge = Callable[[], Awaitable[Right]]
"""Says who may watch; raises a :class:`Problem` when nobody may any more."""


async def right_to(scope: Scope, watched: Watched, view: walls.View) -> Right:
    """Return what a view shows, once it is known that it may."""
    look = view["look"]
    pages = look.get("pages", ["figures"])
    return Right(watched, view, wall.Wanted(pages, look["figures"], await walls.wraps(scope)))


class _Ear(Watching):
    """What the board's feed tells: that it has looked."""

    def __init__(self) -> None:
        super().__init__(Shown.HIDDEN)
        self.rung = asyncio.Event()

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Ring; what the board says is read from the board itself."""
        del frame, whole
        self.rung.set()


async def judged(judge: Judge) -> Right:
    """Return the right to watch; a refusal closes the socket."""
    try:
        return await judge()
    except Problem as problem:
        raise WebSocketException(_POLICY_VIOLATION, problem.code) from problem


async def show(socket: WebSocket, begins: Judge, goes_on: Judge) -> None:
    """Send a socket what its view shows, until it goes, is old or slow, or may not watch any more."""
    right = await judged(begins)
    watcher = await opened(socket)
    state = socket.app.state
    place = Place(state.streams, watcher, seen_by(socket.query_params))
    place.move(_wanted(state.hub, right))
    hold = Hold(socket, watcher, resyncs(place.resync), tenant_id=str(right.watched.tenant_id))
    key = "wall", socket.url.path, rechecks.credential(socket)
    try:
        tell = lambda found: place.move(_wanted(state.hub, found))  # noqa: E731 - one call
        await hold.until_end(rechecks.Right(key, goes_on, tell))
    finally:
        place.leave()


def _wanted(hub: Hub, right: Right) -> Wanted:
    async def source(stream: Stream) -> None:
        ear = _Ear()
        async with hub.watch(right.watched, ear) as feed:
            while True:
                await ear.rung.wait()
                ear.rung.clear()
                if feed.board is not None:
                    rows = wall.document(feed.board, right.wanted)
                    rows["board"]["version"] = right.version
                    stream.publish(rows)
                await asyncio.sleep(TICK_S)

    content = right.watched, right.version, right.wanted
    return Wanted(("wall", right.watched.tenant_id, right.view["id"]), content, _SHAPE, source)
