"""A floor that reads its configuration again asks the databases of those clients only who may have changed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database, Scope
from kit.scoping import ScopedSession
from kit.secretbox import SecretBox
from tenants.core.configuration import FloorConfiguration
from tenants.models import Tenant
from tenants.service.floors import FloorReader, floor_configuration
from tenants.service.trunks import Keeping, TrunkOf, change_secret
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


async def test_who_hears_the_bell_of_a_change_reads_all_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planes commit one after the other: a floor that read between the two would not look again for minutes."""
    heard: list[FloorConfiguration] = []

    async def bell() -> None:
        heard.append(await floor_configuration(house.control, house.app, "main", NOW))

    async def observer(scope: Scope, _facts: object) -> None:
        scope.after_commit.append(bell)

    monkeypatch.setattr(journal, "_observers", [observer])
    alpha, _ = await two_clients(house)
    first = heard[-2]
    assert first.number("+862150001234") is not None
    assert {agent.seat: bool(agent.places) for agent in first.agents} == {"8001": True, "8002": True, "8003": False}
    trunk = {"code": "home", "name": "At home", "known_by": "login"}
    await apply(house, changed(ALPHA, trunks=[trunk]))
    keeping = Keeping(house.control, house.app, SecretBox(secrets.token_bytes(32)))
    await change_secret(keeping, TrunkOf(alpha.tenant_id, "home"), "a secret", Actor("user", "tester"), NOW)
    assert [kept.secret is not None for kept in heard[-1].trunks if kept.tenant_id] == [True]


async def test_what_a_floor_reads_is_of_one_moment(house: House) -> None:
    """An apply that commits in the middle of it leaves no number without the agents who serve it."""
    await two_clients(house)
    waits = text("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'control.number'::regclass AND NOT granted)")
    async with house.control.plain() as session:
        await session.execute(text("LOCK TABLE control.number"))
        reading = asyncio.create_task(floor_configuration(house.control, house.app, "main", NOW))
        while not (await session.execute(waits)).scalar_one():  # noqa: ASYNC110 - PostgreSQL tells nobody
            await asyncio.sleep(0.01)
        for table in ("number", "rental"):
            await session.execute(text(f"DELETE FROM control.{table}"))
    read = await reading
    assert read.rentals
    assert read.number("+862150001234") is not None
