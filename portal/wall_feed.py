"""What a screen or a tile is sent: the rows of the pages that it shows, in frames numbered as the board's own.

The board's own feed rings; the rows are taken from its board. So nothing is sent while the journal cannot be read, and
the screen turns grey by itself. Who may watch is asked again every two seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import WebSocket, WebSocketException

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from kit.db import Scope
from kit.errors import Problem
from live.core import wall
from live.hub import TICK_S, Feed
from live.service import Watched
from live.walls import service as walls
from portal.sockets import until_one_ends
from tenants.core.masks import Shown

RECHECK_S = 2.0
"""How soon a view that was ended goes dark."""
_POLICY_VIOLATION = 1008


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


class _Ear:
    """What the board's feed tells: that it has looked."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.shown = Shown.HIDDEN
        self.caught_up = False

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Ring; what the board says is read from the board itself."""
        del frame, whole
        self.rung.set()


async def show(socket: WebSocket, judge: Judge) -> None:
    """Send an accepted socket what its view shows, until it goes or may not watch any more."""
    feed = _WallFeed(socket, judge, await judged(judge))
    await until_one_ends(feed.send, feed.recheck, feed.listen)


async def judged(judge: Judge) -> Right:
    """Return the right to watch; a refusal closes the socket."""
    try:
        return await judge()
    except Problem as problem:
        raise WebSocketException(_POLICY_VIOLATION, problem.code) from problem


class _WallFeed:
    """One screen's feed."""

    def __init__(self, socket: WebSocket, judge: Judge, right: Right) -> None:
        self._socket, self._judge, self._right = socket, judge, right
        self._ear = _Ear()
        self._seq = 0
        self._sent: wall.Document | None = None

    async def send(self) -> None:
        """Send what changed, or the heartbeat, each time that the board was looked up."""
        async with self._socket.app.state.hub.watch(self._right.watched, self._ear) as feed:
            while True:
                await self._ear.rung.wait()
                self._ear.rung.clear()
                await self._publish(feed)
                await asyncio.sleep(TICK_S)

    async def _publish(self, feed: Feed) -> None:
        if feed.board is None:
            return
        rows = wall.document(feed.board, self._right.wanted)
        rows["board"]["version"] = self._right.version
        news = wall.changed(self._sent, rows)
        self._sent = rows
        if news is None:
            self._seq += 1
            await self._frame("snap", board=rows)
        elif news:
            self._seq += 1
            await self._frame("d", d=news)
        else:
            await self._frame("hb")

    async def _frame(self, kind: str, **members: Any) -> None:  # noqa: ANN401 - JSON
        await self._socket.send_json({"t": kind, "seq": self._seq, "ts": clock.millis(clock.now()), **members})

    async def recheck(self) -> None:
        """End with the view; one that was changed is told so."""
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                right = await judged(self._judge)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                continue
            if right != self._right:
                self._right = right
                self._ear.rung.set()

    async def listen(self) -> None:
        """Send a snapshot when the page asks for one; return when the browser goes."""
        while True:
            if '"resync"' in (await self._socket.receive_text())[:64]:
                self._sent = None
                self._ear.rung.set()
