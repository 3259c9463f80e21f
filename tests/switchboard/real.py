"""The same centre in real time, with a phone engine in a process of its own and real SIP phones."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from switchboard.clock import SteadyClock
from switchboard.services import FloorServices
from telephony.phones import Conversation
from telephony.port import Engine
from tests.switchboard.test_callbacks import told
from tests.switchboard.world import World
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.world import SOON


class RealWorld(World):
    """``lab`` is set by whoever makes it."""

    lab: AsteriskLab

    def services(self, engine: Engine | None = None) -> FloorServices:
        return replace(
            super().services(engine or self.lab.engine()),
            clock=SteadyClock(),
            engine_recordings=self.lab.asterisk.recordings_folder,
        )

    async def available(self, agent: UUID) -> None:
        """Once the floor sees the agent's phone, which it does a little after the phone: it may not ring before."""
        await self.until(lambda: bool(self.loop.floor.agents[agent].phones))
        await super().available(agent)

    async def chooses(self, contact: Conversation, key: str) -> None:
        """Press a key until the menu has taken it: it may not be there yet."""
        async with asyncio.timeout(SOON.total_seconds()):
            while not [step for step in await told(self, "FlowStepped") if step["node"] == "menu"]:
                await contact.press(key)
                await asyncio.sleep(0.3)

    async def until_told(self, kind: str, count: int) -> dict[str, Any]:
        """The newest fact of a kind, once there are ``count`` of them."""
        async with asyncio.timeout(SOON.total_seconds()):
            while len(found := await told(self, kind)) < count:  # noqa: ASYNC110 - a new one each time
                await asyncio.sleep(0.1)
        return found[-1]
