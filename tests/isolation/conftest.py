"""A house whose every tenant-owned table holds a row of tenant A and a row of tenant B."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from tests.isolation.seeds import Table, seed
from tests.support.house import TENANT_A, TENANT_B, House


@dataclass
class Filled:
    """The house, a superuser's connection for looking and planting, and the seeded tables."""

    house: House
    admin: asyncpg.Connection[Any]
    tables: list[Table]

    async def checksum(self) -> str:
        """Return a digest of everything that tenant B owns."""
        parts = [
            f"SELECT '{t.name}' || md5(string_agg(r::text, '|' ORDER BY r::text)) AS d FROM gf.{t.name} r"
            f" WHERE tenant_id = '{TENANT_B}'"
            for t in self.tables
        ]
        return str(await self.admin.fetchval(f"SELECT string_agg(d, ',' ORDER BY d) FROM ({' UNION '.join(parts)}) s"))


@pytest.fixture(params=["shared_house", "own_house"])
def house(request: pytest.FixtureRequest) -> House:
    """The shared database, and tenant A's own one with another tenant's rows planted: neither may show them."""
    made: House = request.getfixturevalue(request.param)
    return made


@pytest.fixture
async def filled(house: House) -> AsyncIterator[Filled]:
    admin = await asyncpg.connect(house.admin_dsn)
    found = await seed(admin, TENANT_A, TENANT_B)
    assert len(found) > 10
    yield Filled(house, admin, found)
    await admin.close()
