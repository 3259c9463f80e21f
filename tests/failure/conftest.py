"""A plant per test worker. Every attack leaves it whole: the checks after each test say whether it did."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.failure.people import People
from tests.failure.plant import Plant, running_plant
from tests.failure.proof import Logs, prove
from tests.support.house import fresh_vault


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def plant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Plant]:
    async with running_plant(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def people(plant: Plant) -> AsyncIterator[People]:
    """Callers and agents of one test; afterwards everybody is gone, and journals, rows and logs are proved."""
    await plant.heal()
    fresh_vault()  # other tests of this process have had their own
    logs = Logs(plant)
    made = People(plant)
    yield made
    await made.go_home()
    await prove(plant)
    logs.prove()
