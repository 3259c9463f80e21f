"""The live feed: one WebSocket per open board, for people and for the client's own machines alike."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect, WebSocketException

from kit.away import MAYBE_AWAY, is_away
from live.hub import Feed, Hub
from live.service import Watched
from live.sockets import EXTENSION, Watcher
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter()

RECHECK_S = 2.0
"""How soon a membership that has ended closes its sockets, in seconds (isolation.md, case L3)."""
TRY_AGAIN_LATER = 1013
MAX_MESSAGE = 256

_has_role = permitted("live.read")


async def _may_watch(socket: WebSocket) -> Access:
    """Let in who may see the whole board; an agent's own row is on its desk, not here."""
    access = await _has_role(socket)
    if access.grant.reach is Reach.OWN:
        raise WebSocketException(1008, "forbidden")
    return access


@router.websocket("/live/feed")
async def live_feed(socket: WebSocket, access: Annotated[Access, Depends(_has_role)]) -> None:
    """Send the board of the tenant that the caller has chosen: a snapshot, then numbered deltas and heartbeats.

    The only message that is listened to is ``{"t": "resync"}``: it is answered with a snapshot.
    """
    hub: Hub = socket.app.state.hub
    await _may_watch(socket)
    membership = access.principal.memberships[access.tenant_id]
    watched = Watched(access.tenant_id, membership.name, membership.zone)
    async with socket.app.state.plane.transaction(access.tenant_id) as scope:
        await reading.listed(scope, reader_of(access), "board", 0, {})
        seen = await shown_to(scope, access.role)
    await socket.accept()
    watcher = Watcher(socket.scope["extensions"][EXTENSION])
    watcher.shown = seen
    async with hub.watch(watched, watcher) as feed:
        tasks = [
            asyncio.create_task(_listen(socket, feed, watcher)),
            asyncio.create_task(watcher.lost.wait()),
            asyncio.create_task(_recheck(socket, access, feed, watcher)),
        ]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            with suppress(WebSocketDisconnect):
                task.result()
    with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
        await socket.close(TRY_AGAIN_LATER if watcher.lost.is_set() else 1000)


async def _listen(socket: WebSocket, feed: Feed, watcher: Watcher) -> None:
    while True:
        message = await socket.receive_text()
        if len(message) <= MAX_MESSAGE and '"resync"' in message:
            feed.send_snapshot(watcher)


async def _recheck(socket: WebSocket, access: Access, feed: Feed, watcher: Watcher) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        try:
            again = await _may_watch(socket)
            async with socket.app.state.plane.transaction(again.tenant_id) as scope:
                seen = await shown_to(scope, again.role)
        except MAYBE_AWAY as error:
            if not is_away(error):
                raise
            continue  # nothing is sent while the database is away, and the page is grey
        if again.tenant_id != access.tenant_id:
            raise WebSocketException(1008, "another client was chosen in this session")
        if seen is not watcher.shown:
            watcher.shown = seen
            feed.send_snapshot(watcher)
