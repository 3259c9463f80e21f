"""The desk's socket: the whole document whenever it changed, and a heartbeat each second that says it was looked up.

The page answers every two seconds (``static/js/feed.js``): a connection that is open is no page that works. Whoever has
never answered, as a script of before, is taken to be there while its socket is open.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, WebSocket

from kit import clock
from kit.away import MAYBE_AWAY, is_away
from portal.desk_view import desk_document
from portal.sockets import until_one_ends
from tenants.endpoints import StaffAccess, permitted_staff

router = APIRouter()
log = structlog.get_logger()

RECHECK_S = 2.0
"""How soon a session that has ended closes the socket, in seconds."""
LOOK_EVERY_S = 1.0

_at_desk = permitted_staff("call.handle")


def channel(agent_id: object) -> str:
    """Return the name of the bell of an agent, by what one tenant calls it."""
    return f"agent:{agent_id}"


@router.websocket("/desk/feed")
async def desk_feed(socket: WebSocket, staff: Annotated[StaffAccess, Depends(_at_desk)]) -> None:
    """Send the desk of the agent who is signed in."""
    await socket.accept()
    feed = _Feed(socket, staff)
    await until_one_ends(feed.send, feed.hear, feed.recheck, feed.wait_for_the_end)


class _Feed:
    """One desk's feed."""

    def __init__(self, socket: WebSocket, staff: StaffAccess) -> None:
        self._socket, self._staff = socket, staff
        self._rung = asyncio.Event()
        self._shown: Mapping[str, Any] | None = None
        self._answers = False

    def _heard(self) -> None:
        """Note that the page is there."""
        if self._staff.agent_id is not None:
            self._socket.app.state.presence.heard(self._staff.agent_id)

    async def send(self) -> None:
        """Look at each ring and each second; send what changed, or the heartbeat."""
        while True:
            self._rung.clear()
            now = clock.now()
            try:
                desk = await desk_document(self._socket.app.state.plane, self._staff, now)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise
                log.warning("desk_stale", agent_id=str(self._staff.agent_id), error=type(error).__name__)
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            if self._differs(desk):
                self._shown = desk
                await self._socket.send_json({"t": "desk", "ts": clock.millis(now), "desk": desk})
            else:
                await self._socket.send_json({"t": "hb", "ts": clock.millis(now)})
            if not self._answers:
                self._heard()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._rung.wait()

    def _differs(self, desk: Mapping[str, Any]) -> bool:
        """Say whether more changed than the clock: a wait that grows is counted on by the page."""
        return self._shown is None or _without_clock(desk) != _without_clock(self._shown)

    async def hear(self) -> None:
        """Wake the sender at each ring."""
        known_as = {place.agent_id for place in self._staff.principal.memberships.values()} - {None}
        async for _ in self._socket.app.state.bus.listen(*map(channel, sorted(map(str, known_as)))):
            self._rung.set()

    async def recheck(self) -> None:
        """End with the session; the memberships of now decide what is shown next."""
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                self._staff = await _at_desk(self._socket)
            except MAYBE_AWAY as error:
                if not is_away(error):
                    raise  # nothing is sent while the database is away, and the page is grey

    async def wait_for_the_end(self) -> None:
        """Take the page's answers; return when the browser goes."""
        while True:
            await self._socket.receive_text()
            self._answers = True
            self._heard()


def _without_clock(desk: Mapping[str, Any]) -> dict[str, Any]:
    interaction = desk["interaction"]
    if interaction is None or interaction["state"] != "offered":
        return dict(desk)
    return {**desk, "interaction": {**interaction, "waited_ms": None}}
