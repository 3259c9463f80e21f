"""The socket of pages with work orders: it says that something is new, and the page reads itself again.

``{"t": "snap", "ts": .., "upto": n}`` when something happened that the page would show, up to the fact ``n``; ``{"t":
"hb", "ts": ..}`` after every other look that found nothing, so that a page knows how old it is. It ends as every feed
does (docs/live-feed.md).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Query, WebSocket

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from kit.errors import NotFound
from live.holding import Hold, opened
from live.hub import TICK_S, channel
from live.rechecks import closing, of_a_board
from live.sockets import text_frame
from portal.sockets import until_one_ends
from tenants.endpoints import Access, permitted
from workorders.endpoints import doer_of
from workorders.service import lists
from workorders.service.news import newest

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

LOOK_EVERY_S = 2.0
"""A lost bell delays news by so long at most."""


@router.websocket("/work-orders/feed")
async def feed(
    socket: WebSocket, access: Annotated[Access, Depends(permitted("work_order.read"))],
    seen: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0, order: UUID | None = None,
) -> None:  # fmt: skip
    """Say what is new since the fact ``seen``, about one work order or about any."""
    if order is not None:
        await _refuse_unknown(socket, access, order)
    watcher, rung, upto = await opened(socket), asyncio.Event(), seen

    async def look() -> None:
        nonlocal upto
        async with socket.app.state.plane.transaction(access.tenant_id) as scope:
            found = await newest(scope, doer_of(access), upto, order)
        told = {"t": "snap", "upto": found} if found else {"t": "hb"}
        watcher.send(text_frame({**told, "ts": clock.millis(clock.now())}), whole=True)
        upto = max(upto, found) if not watcher.behind else upto

    async def tell() -> None:
        while True:
            rung.clear()
            try:
                await look()
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                log.warning("orders_stale", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await rung.wait()
                await asyncio.sleep(TICK_S)

    async def hear() -> None:
        async for _ in socket.app.state.bus.listen(channel(access.tenant_id)):
            rung.set()

    hold = Hold(socket, watcher, lambda _message: None, tenant_id=str(access.tenant_id))
    await hold.until_end(of_a_board(socket, access, lambda _shown: None), lambda: until_one_ends(tell, hear))


async def _refuse_unknown(socket: WebSocket, access: Access, order: UUID) -> None:
    async with socket.app.state.plane.transaction(access.tenant_id) as scope:
        try:
            await lists.detail(scope, order, doer_of(access))
        except NotFound as error:
            raise closing(error) from error
