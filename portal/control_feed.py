"""The socket of the page from which a client steers its centre: it says that something is new, and the page reads it.

``{"t": "control", "acts": .., "asks": .., "talks": ..}`` at first and whenever one of the three marks changes: what is
in force, what was asked or answered, which conversations go on. Marks are compared and mean nothing by themselves.
It ends as every feed does (docs/live-feed.md).
"""

from __future__ import annotations

import asyncio
import zlib
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, WebSocket

from kit import clock
from live.core.board import Board
from live.holding import Hold, opened
from live.hub import TICK_S
from live.rechecks import of_a_board
from live.service import Watched
from live.sockets import text_frame
from portal.floor_feed import Ear
from tenants.endpoints import Access, permitted

router = APIRouter(include_in_schema=False)


@router.websocket("/control/feed")
async def feed(socket: WebSocket, access: Annotated[Access, Depends(permitted("control.read"))]) -> None:
    """Say that something is new, as soon as the client's board has it."""
    watcher, rung = await opened(socket), asyncio.Event()
    member = access.principal.memberships[access.tenant_id]
    watched = Watched(access.tenant_id, member.name, member.zone)

    async def send() -> None:
        told: dict[str, int] = {}
        async with socket.app.state.hub.watch(watched, Ear(rung)) as board_feed:
            while True:
                await rung.wait()
                rung.clear()
                news = marks(board_feed.board, clock.millis(clock.now())) if board_feed.board else told
                if news != told:
                    watcher.send(text_frame({"t": "control", **news}), whole=True)
                    told = {} if watcher.behind else news
                await asyncio.sleep(TICK_S)

    hold = Hold(socket, watcher, lambda _message: None, tenant_id=str(access.tenant_id))
    await hold.until_end(of_a_board(socket, access, lambda _shown: None), send)


def marks(board: Board, now: int) -> dict[str, int]:
    """Return what is new by how it is summed up. ``now``: in ms; an act that is over is not among them."""
    acts = sorted(key for key, act in board.acts.items() if act["until"] > now)
    talks = sorted(key for key, call in board.calls.items() if call.state == "talking")
    return {"acts": _sum(acts), "asks": board.messages, "talks": _sum(talks)}


def _sum(value: Any) -> int:  # noqa: ANN401 - any JSON value
    return zlib.crc32(orjson.dumps(value))
