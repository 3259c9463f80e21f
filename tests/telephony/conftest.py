"""The two labs of the contract suite: the simulated network, and two real Asterisks that speak SIP and RTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from telephony.phones import Systems
from telephony.simulator.clock import TurnableClock
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from telephony.simulator.phones import SimulatorPhones
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.world import Lab, World


class SimulatorLab:
    """A network of the test's own, on a clock that the test turns."""

    carrier_address = "127.0.0.2"

    def __init__(self, folder: Path) -> None:
        self.clock = TurnableClock()
        self.network = SimulatedNetwork(self.clock, folder)
        self.phones: Systems = SimulatorPhones(self.network, self.carrier_address)

    def engine(self) -> SimulatorEngine:
        return SimulatorEngine(self.network)

    async def pass_time(self, by: timedelta) -> None:
        await self.clock.advance(by)

    async def cut(self) -> None:
        self.network.engine_away()

    async def restore(self) -> None:
        self.network.engine_back()

    async def silence(self, endpoint: str) -> None:
        self.network.silent.add(endpoint)

    async def hear(self, endpoint: str) -> None:
        self.network.silent.discard(endpoint)

    async def kill(self) -> None:
        self.network.engine_dies()

    async def revive(self) -> None:
        self.network.engine_back()

    async def is_empty(self) -> bool:
        exchange = self.network._exchange
        return not (exchange.legs or exchange.calls or exchange.playbacks or exchange.tapes or exchange.supervisors)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asterisk_lab(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AsteriskLab]:
    """One engine and one set of phones for all tests of this worker; fails when Asterisk cannot be had."""
    async with AsteriskLab(tmp_path_factory.mktemp("asterisk")) as lab:
        yield lab


@pytest.fixture(params=["simulator", "asterisk"])
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Lab:
    """The adapter under test."""
    if request.param == "simulator":
        return SimulatorLab(tmp_path / "recordings")
    found: AsteriskLab = request.getfixturevalue("asterisk_lab")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def world(lab: Lab) -> AsyncIterator[World]:
    """A started world that is left tidy."""
    made = World(lab)
    await made.start()
    yield made
    await made.close()
