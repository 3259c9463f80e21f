"""A floor that reads its configuration again asks the databases of those clients only who may have changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from kit.db import AccessibleTenantId, Database
from kit.scoping import ScopedSession
from tenants.models import Tenant
from tenants.service.floors import FloorReader, floor_configuration
from tests.support.house import House
from tests.tenants.world import ALPHA, NOW, apply, changed, two_clients


class Counting:
    """A plane that counts whose database was asked."""

    def __init__(self, plane: Database) -> None:
        self._plane, self.asked = plane, list[UUID]()

    @asynccontextmanager
    async def session(self, tenant_id: AccessibleTenantId) -> AsyncIterator[ScopedSession]:
        self.asked.append(tenant_id)
        async with self._plane.session(tenant_id) as session:
            yield session

    def transaction(self, tenant_id: AccessibleTenantId) -> Any:
        return self._plane.transaction(tenant_id)


async def test_a_floor_asks_again_only_who_changed(house: House) -> None:
    alpha, beta = await two_clients(house)
    plane = Counting(house.app)
    reader = FloorReader(house.control, plane, "main")

    async def asked(about: frozenset[UUID] | None, now: datetime = NOW) -> list[UUID]:
        plane.asked.clear()
        read = await reader.read(now, about)
        assert read == await floor_configuration(house.control, house.app, "main", now), "as if all were read"
        return plane.asked

    both = sorted((alpha.tenant_id, beta.tenant_id))
    assert sorted(await asked(frozenset())) == both, "who is not known is asked"
    assert await asked(frozenset()) == []
    await apply(house, changed(ALPHA, skills=[{"code": "returns", "name": "x"}], queues=[]))
    assert await asked(frozenset({alpha.tenant_id})) == [alpha.tenant_id]
    await apply(house, changed(ALPHA, numbers=[{"number": "+862150009999", "flow": "main"}], seats=[]))
    assert await asked(frozenset()) == [alpha.tenant_id], "its numbers and rents tell, whoever did not hear the bell"
    assert sorted(await asked(frozenset(), NOW.replace(year=NOW.year + 1))) == both, "another year's holidays"
    async with house.control.plain() as session:
        await session.execute(update(Tenant).where(col(Tenant.id) == beta.tenant_id).values(state="suspended"))
    assert await asked(frozenset(), NOW.replace(year=NOW.year + 1)) == []
    async with house.control.plain() as session:
        await session.execute(update(Tenant).where(col(Tenant.id) == beta.tenant_id).values(state="active"))
    assert await asked(frozenset(), NOW.replace(year=NOW.year + 1)) == [beta.tenant_id], "who was away is asked again"
    assert sorted(await asked(None)) == both
