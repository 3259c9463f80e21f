"""The same centre in real time, with a phone engine in a process of its own and real SIP phones."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from switchboard.clock import SteadyClock
from switchboard.services import FloorServices
from telephony.port import Engine
from tests.switchboard.world import World
from tests.telephony.asterisk_lab import AsteriskLab


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
