"""Tells a client's open pages, as it happens, who of the outsourcer's people is inside and who asks to be let in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, WebSocket, WebSocketException

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from live.hub import channel
from live.rechecks import RECHECK_S
from portal.sockets import until_one_ends
from tenants.endpoints import Access, permitted
from tenants.service import grants, visits

router = APIRouter()

LOOK_EVERY_S = 2.0
"""Grants end by the clock, which rings no bell."""

_may_read = permitted("staff_access.read")


@router.websocket("/live/staff")
async def staff_feed(socket: WebSocket, access: Annotated[Access, Depends(_may_read)]) -> None:
    """Send ``{"t": "staff", "inside": [...], "asked": n, "state": "..."}`` at first and at each change."""
    await socket.accept()
    feed = _Feed(socket, access)
    await until_one_ends(feed.send, feed.hear, feed.recheck, feed.wait_for_the_end)


def state_of(every: Sequence[Mapping[str, Any]], here: Sequence[object]) -> str:
    """Return a short word that is another one as soon as the page of staff access would show something else."""
    told = "".join(f"{grant['id']}{grant['state']};" for grant in every) + f"{len(here)}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class _Feed:
    """One page's feed."""

    def __init__(self, socket: WebSocket, access: Access) -> None:
        self._socket, self._access = socket, access
        self._rung = asyncio.Event()

    async def send(self) -> None:
        """Look at each ring and every two seconds; send what changed."""
        shown: dict[str, Any] | None = None
        while True:
            self._rung.clear()
            try:
                found = await self._look()
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                found = shown or {}
            if found and found != shown:
                shown = found
                await self._socket.send_json(found)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._rung.wait()

    async def _look(self) -> dict[str, Any]:
        state = self._socket.app.state
        async with state.plane.transaction(self._access.tenant_id) as scope:
            here = await visits.inside(scope)
        every = await grants.of_tenant(state.control, self._access.tenant_id, clock.now())
        may = {grant["id"] for grant in every if grant["state"] == "in_force"}
        inside = [{"name": v["name"], "role": v["role"]} for v in here if v["grant_id"] in may]
        return {
            "t": "staff",
            "inside": inside,
            "asked": sum(grant["state"] == "asked" for grant in every),
            "state": state_of(every, here),
        }

    async def hear(self) -> None:
        """Wake the sender when the journal grows."""
        async for _ in self._socket.app.state.bus.listen(channel(self._access.tenant_id)):
            self._rung.set()

    async def recheck(self) -> None:
        """End with the session, the permission, or when another client is chosen."""
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                again = await _may_read(self._socket)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                continue
            if again.tenant_id != self._access.tenant_id:
                raise WebSocketException(1008, "another client was chosen in this session")

    async def wait_for_the_end(self) -> None:
        """Return when the browser goes."""
        while True:
            await self._socket.receive_text()
