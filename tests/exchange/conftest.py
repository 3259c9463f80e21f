from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.exchange.lab import Lab, opened
from tests.support.house import House


@pytest.fixture
async def lab(house: House) -> AsyncIterator[Lab]:
    async with opened(house) as made:
        yield made
