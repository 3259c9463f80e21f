"""``telephony.port.Engine`` on the simulated network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telephony.port import CommandRefused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telephony.port import Command, Event, Snapshot
    from telephony.simulator.network import SimulatedNetwork


class SimulatorEngine:
    """The switchboard's connection to the simulated engine; closing it leaves the calls up, as a real one does."""

    def __init__(self, network: SimulatedNetwork) -> None:
        self._network = network
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._open = False

    async def start(self) -> None:
        """Connect. Raises ``RuntimeError`` while another engine owns the network."""
        self._network.attach(self._events.put_nowait)
        self._open = True

    async def close(self) -> None:
        """Disconnect without touching calls; harmless when it is closed."""
        if self._open:
            self._open = False
            self._network.detach()
            self._events.put_nowait(None)

    async def events(self) -> AsyncIterator[Event]:
        """Yield the one stream of events; it ends after ``close``."""
        while (event := await self._events.get()) is not None:
            yield event

    async def perform(self, command: Command) -> None:
        """Carry out a command. Raises ``CommandRefused``."""
        if not self._open:
            raise CommandRefused(command, "not connected")
        self._network.perform(command)

    async def snapshot(self) -> Snapshot:
        """Tell what exists now. Raises ``ConnectionError`` while the engine is away."""
        if not self._open:
            raise ConnectionError("not connected")
        return self._network.snapshot()
