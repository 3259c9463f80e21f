from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House
from tests.switchboard.world import World, open_world


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[World]:
    """An open floor on the simulator; every test ends with rows that are what the facts say."""
    async with open_world(house, tmp_path) as made:
        yield made
        await made.check()
