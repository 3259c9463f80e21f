"""What the commands work with: the engine, what we know of it, and work that nobody waits for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING

from telephony.asterisk import causes
from telephony.asterisk.ari import AriAway, AriError
from telephony.asterisk.names import APP, HELPING, ours
from telephony.port import CommandRefused

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from telephony.asterisk.ari import AriClient
    from telephony.asterisk.names import Room
    from telephony.asterisk.provisioning import Provisioning
    from telephony.asterisk.world import Leg, World
    from telephony.port import Cause, Command

log = logging.getLogger(__name__)

CONFLICT = 409
TIMES = 3
"""So often the engine is told what it does not answer."""
HELPER_WITHIN_S = 3.0
"""So long a channel that helps may take to be there; it takes some milliseconds."""


class Hands:
    """One connection's."""

    def __init__(self, ari: AriClient, world: World, provisioning: Provisioning) -> None:
        self.ari, self.world, self.provisioning = ari, world, provisioning
        self._chores: set[asyncio.Task[None]] = set()
        self._rooms = asyncio.Lock()

    def leg(self, command: Command, name: str) -> Leg:
        """Return a leg that a command names; refuses an unknown one."""
        leg = self.world.legs.get(name)
        if leg is None:
            raise CommandRefused(command, f"no leg {name}")
        return leg

    def answered(self, command: Command, name: str) -> Leg:
        """Return a leg that is connected."""
        leg = self.leg(command, name)
        if not leg.answered:
            raise CommandRefused(command, f"leg {name} has not answered")
        return leg

    async def has_playback(self, playback: str) -> bool:
        """Whether the engine still plays it."""
        return await self.ari.request_unless_gone("GET", ("playbacks", ours(playback)))

    async def end(self, leg: Leg, cause: Cause) -> bool:
        """Tell the engine to end a leg; tells whether it was there."""
        leg.asked = leg.asked or cause
        return await self.ari.request_unless_gone("DELETE", ("channels", leg.channel), {"reason": causes.reason(cause)})

    async def enter(self, channel: str, room: Room) -> None:
        """Put a channel into a room; a side room, or a supervisor's, is made when it is not there."""
        async with self._rooms if not room.is_main else nullcontext():
            bridge = self.world.bridge_of(room) or await self._open(room)
            await self.ari.request("POST", ("bridges", bridge, "addChannel"), {"channel": channel})

    async def _open(self, room: Room) -> str:
        bridge = room.new_bridge()
        await self.open_bridge(bridge)
        self.world.rooms[room] = bridge
        return bridge

    async def open_bridge(self, bridge: str) -> None:
        """Make a bridge; one of which we hear nothing is removed, whether it is there or not."""
        try:
            await self.ari.request("POST", "bridges", {"type": "mixing,dtmf_events", "bridgeId": bridge})
        except AriAway:
            self.remove("bridges", bridge)
            raise

    async def close_bridge(self, bridge: str) -> None:
        """Remove a bridge; harmless when it is gone, or there was none."""
        try:
            if bridge:
                await self.ari.request_unless_gone("DELETE", ("bridges", bridge))
        except AriError as error:
            if error.status != CONFLICT:  # its last leg has left and it dissolves by itself
                raise

    async def snoop(self, channel: str, name: str, how: Mapping[str, str]) -> None:
        """Make a channel that listens to another one, and wait until it can be used."""
        there = self.world.helpers[name] = asyncio.Event()
        query = {"app": APP, "appArgs": HELPING, **how}
        try:
            await self.ari.request("POST", ("channels", channel, "snoop", name), query)
            async with asyncio.timeout(HELPER_WITHIN_S):
                await there.wait()
        except TimeoutError:
            await self.ari.request_unless_gone("DELETE", ("channels", name))
            raise AriAway("the engine does not let us listen") from None
        finally:
            self.world.helpers.pop(name, None)

    async def dismiss(self, helper: str) -> None:
        """End a channel that helps; harmless when it is gone, or there was none."""
        if helper:
            await self.ari.request_unless_gone("DELETE", ("channels", helper))

    def remove(self, *what: str, method: str = "DELETE") -> None:
        """End something that nobody needs, and say so again while there is no answer; harmless when it is gone."""
        if what[1]:
            self.later(self._insist(method, what))

    async def _insist(self, method: str, what: tuple[str, ...]) -> None:
        for _ in range(TIMES - 1):
            try:
                await self.ari.request_unless_gone(method, what)
            except AriAway as silence:
                log.info("not answered by the phone engine: %s", silence)
            else:
                return
        await self.ari.request_unless_gone(method, what)

    def later(self, chore: Coroutine[None, None, object]) -> None:
        """Do what nobody waits for; while the engine is away it is left to the next connect."""
        task = asyncio.ensure_future(_quietly(chore))
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)


async def _quietly(chore: Coroutine[None, None, object]) -> None:
    try:
        await chore
    except (AriError, AriAway) as error:  # a bridge whose last leg has left dissolves by itself
        log.info("left undone on the phone engine: %s", error)
