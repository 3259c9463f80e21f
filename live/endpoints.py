"""The live feed: one WebSocket per open board, for people and for the client's own machines alike."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketException

from live.core.backlog import seen_by
from live.holding import Hold, opened, resyncs
from live.hub import Hub
from live.rechecks import of_a_board
from live.service import Watched
from tenants.core.masks import Shown
from tenants.core.permissions import Reach
from tenants.endpoints import Access, permitted, reader_of
from tenants.oauth.passes import PROTOCOL

router = APIRouter()

_has_role = permitted("live.read")


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
    hub: Hub = socket.app.state.hub
    shown = await hub.admit(watched.tenant_id, reader_of(access), access.role)
    offered = socket.scope.get("subprotocols", ())
    watcher = await opened(socket, PROTOCOL if PROTOCOL in offered else None)
    watcher.shown = shown
    async with hub.watch(watched, watcher, seen_by(socket.query_params)) as feed:

        def tell(found: Shown) -> None:
            if found is not watcher.shown:
                watcher.shown = found
                feed.send_snapshot(watcher, "changed")

        hold = Hold(
            socket, watcher, resyncs(lambda: feed.send_snapshot(watcher, "asked")), tenant_id=str(watched.tenant_id)
        )
        await hold.until_end(of_a_board(socket, access, tell))
