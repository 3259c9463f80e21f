"""A house with the examples' two clients, and empty databases that one of them may move to."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from kit.db import AccessibleTenantId, Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.secretbox import SecretBox
from placements import service
from placements.ledger import Record
from placements.move import Report
from placements.service import House as Installation
from placements.service import Order
from tenants.placements import Planes
from tests.isolation.seeds import tables
from tests.support.house import TODAY, House
from tests.support.site import Settled

BOX = SecretBox(bytes(range(32)))


@dataclass
class Ground:
    """The house, its planes, the two clients, and what a move needs."""

    house: House
    planes: Planes
    installation: Installation
    galaxy: AccessibleTenantId
    harbour: AccessibleTenantId
    admin: asyncpg.Connection[Any]

    async def move(self, to: str | None = None, *, back: bool = False, report: Report | None = None) -> Record:
        return await service.move(self.installation, self.order(to, back=back), report or Report())

    def order(self, to: str | None = None, *, back: bool = False) -> Order:
        return Order(self.galaxy, "tests", to, back=back)


async def rows_of(dsn: str, tenant_id: AccessibleTenantId) -> dict[str, int]:
    """Every row of a tenant in a database, by table; tables without are left out."""
    admin = await asyncpg.connect(dsn)
    found = {
        t.name: await admin.fetchval(f"SELECT count(*) FROM gf.{t.name} WHERE tenant_id = $1", tenant_id)
        for t in await tables(admin)
    }
    await admin.close()
    return {name: count for name, count in found.items() if count}


@pytest.fixture
async def ground(settled: Settled, house: House) -> AsyncIterator[Ground]:
    planes = Planes(Database(house.dsns["gf_app"], house.signer), house.control, BOX, "app")

    async def ring() -> None:
        planes.look_again()

    installation = Installation(house.dsns["gf_migrator"], BOX, planes, ring, TODAY)
    settled.restore_keys()
    clients = settled.tenants
    admin = await asyncpg.connect(house.admin_dsn)
    made = Ground(house, planes, installation, clients["galaxy"], clients["harbour-light"], admin)
    yield made
    await admin.close()
    await planes.close()


@pytest.fixture
def empty(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """An empty database's administrative address."""
    name = f"own_{secrets.token_hex(6)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)
