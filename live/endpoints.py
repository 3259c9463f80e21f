"""The live feed: one WebSocket per open board, for people and for the client's own machines alike."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect, WebSocketException

from live import metrics
from live.core.backlog import seen_by
from live.hub import Feed, Hub
from live.rechecks import Rechecks
from live.service import Watched
from live.sockets import EXTENSION, End, Watcher
from tenants.core.masks import Shown
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.oauth.passes import PROTOCOL
from tenants.service import reading
from tenants.service.policies import shown_to

router = APIRouter()
log = structlog.get_logger()

MAX_MESSAGE = 256
RESYNC_S = 0.1
"""A socket is given a snapshot so often at most, however often it asks."""
_EARLIER = 0.2
"""A socket's age ends up to so much earlier, so that those that came together do not go together."""

_has_role = permitted("live.read")
Checking = Callable[[Feed, Watcher], Awaitable[None]]


def _may_watch(access: Access) -> None:
    """Let in who may see the whole board; an agent's own row is on its desk, not here."""
    if access.grant.reach is Reach.OWN:
        raise WebSocketException(1008, "forbidden")


@router.websocket("/live/feed")
async def live_feed(socket: WebSocket, access: Annotated[Access, Depends(_has_role)]) -> None:
    """Send the board of the tenant that the caller has chosen: a snapshot, then numbered deltas and heartbeats.

    The only message that is listened to is ``{"t": "resync"}``: it is answered with a snapshot. Who comes back says
    in the address which ``epoch`` and ``seq`` it saw last, and gets what changed since.
    """
    _may_watch(access)
    membership = access.principal.memberships[access.tenant_id]
    watched = Watched(access.tenant_id, membership.name, membership.zone)
    async with socket.app.state.plane.transaction(access.tenant_id) as scope:
        await reading.listed(scope, reader_of(access), "board", 0, {})
        seen = await shown_to(scope, access.role)

    async def recheck(feed: Feed, watcher: Watcher) -> None:
        def tell(shown: Shown) -> None:
            if shown is not watcher.shown:
                watcher.shown = shown
                feed.send_snapshot(watcher, "changed")

        await rechecks_of(socket).until_refused(socket, access, tell)

    await serve(socket, watched, seen, recheck)


async def serve(socket: WebSocket, watched: Watched, shown: Shown, checking: Checking) -> None:
    """Accept a socket and send it a board until it goes, is too slow or too old, or ``checking`` ends or raises."""
    hub: Hub = socket.app.state.hub
    offered = socket.scope.get("subprotocols", ())
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    watcher = Watcher(socket.scope["extensions"][EXTENSION])
    watcher.shown = shown
    began, why = time.monotonic(), "failed"
    metrics.WATCHERS.inc()
    try:
        async with hub.watch(watched, watcher, seen_by(socket.query_params)) as feed:
            ended = await _first(_listen(socket, feed, watcher), _lost(watcher), _age(socket), checking(feed, watcher))
        why = "gone" if ended is None else ended.reason
        if ended is not None:
            await _close(socket, watcher, ended)
    except WebSocketException as refused:
        why = "refused"
        log.info("watcher_refused", tenant_id=str(watched.tenant_id), reason=refused.reason)
        raise
    finally:
        metrics.WATCHERS.dec()
        metrics.ENDED.labels(why).inc()
        tell = log.warning if why == End.SLOW.reason else log.info
        tell("watcher_left", tenant_id=str(watched.tenant_id), reason=why, dropped=watcher.dropped,
             seconds=round(time.monotonic() - began, 1))  # fmt: skip


async def _first(*parts: Awaitable[End | None]) -> End | None:
    """Return what the first that ends says; raise what it raises. The others are cancelled."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return next(iter(done)).result()
    except WebSocketDisconnect:
        return None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _listen(socket: WebSocket, feed: Feed, watcher: Watcher) -> None:
    last = float("-inf")
    while True:
        message = await socket.receive_text()
        if len(message) <= MAX_MESSAGE and '"resync"' in message and time.monotonic() - last >= RESYNC_S:
            last = time.monotonic()
            feed.send_snapshot(watcher, "asked")


async def _lost(watcher: Watcher) -> End:
    await watcher.lost.wait()
    return End.SLOW


async def _age(socket: WebSocket) -> End:
    """Wait until the socket is old: what nobody noticed, a dead peer or a changed address, does not last for ever."""
    most: int = socket.app.state.settings.feed_max_age_s
    await asyncio.sleep(most * (1 - _EARLIER * random.random()))  # noqa: S311 - no secret
    return End.AGED


async def _close(socket: WebSocket, watcher: Watcher, why: End) -> None:
    if watcher.is_empty:
        with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
            await socket.close(why.code, why.reason)
    else:
        watcher.close(why)


def rechecks_of(socket: WebSocket) -> Rechecks:
    """Return the looks again and again of this process."""
    state = socket.app.state
    if not hasattr(state, "rechecks"):
        state.rechecks = Rechecks()
    made: Rechecks = state.rechecks
    return made
