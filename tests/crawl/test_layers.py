"""Each ring holds alone: row-level security without the session's filter, and our own predicates without the wall."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import delete, event, select, text, update
from sqlalchemy.inspection import inspect

from kit import scoping
from kit.scoping import TenantSyncSession, scoped_classes
from probe.service.crawl import Crawl, admitted
from probe.service.ground import Attacker
from probe.service.members import Member, members
from probe.service.sockets import attack_sockets
from tests.architecture.test_tables import load_models
from tests.crawl.ground import SiteGround
from tests.crawl.settling import checksum
from workorders.models import Idempotency, WorkOrder

FEW = ("client_manager", "agent", "key")


@pytest.fixture
def _no_filter() -> Iterator[None]:
    """Take ring 2 away: statements of the ORM are neither filtered nor stamped."""
    hooks = (("do_orm_execute", scoping._filter), ("before_flush", scoping._stamp))
    for name, hook in hooks:
        event.remove(TenantSyncSession, name, hook)
    yield
    for name, hook in hooks:
        event.listen(TenantSyncSession, name, hook)


async def _no_wall(ground: SiteGround) -> None:
    """Take ring 3 away, in this copy of the database."""
    connection = await asyncpg.connect(ground.site.house.admin_dsn)
    rows = await connection.fetch("SELECT oid::regclass::text AS name FROM pg_class WHERE relrowsecurity")
    assert len(rows) >= 22
    for row in rows:
        await connection.execute(f"ALTER TABLE {row['name']} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    await connection.close()


@pytest.mark.usefixtures("_no_filter")
async def test_without_the_sessions_filter_the_wall_holds(ground: SiteGround) -> None:
    await _orm_sees_only_b(ground)
    async with ground.site.house.app.session(ground.world.b.tenant) as session:
        rows = (await session.execute(text("SELECT tenant_id FROM gf.work_order"))).scalars().all()
    assert set(rows) == {ground.world.b.tenant}


async def test_without_the_wall_the_sessions_filter_holds(ground: SiteGround) -> None:
    await _no_wall(ground)
    async with ground.site.house.app.session(ground.world.b.tenant) as session:
        rows = (await session.execute(text("SELECT tenant_id FROM gf.work_order"))).scalars().all()
    assert ground.world.a.tenant in rows, "the wall still stands: this test would prove nothing"
    await _orm_sees_only_b(ground)


async def test_without_the_wall_every_route_and_socket_holds(ground: SiteGround) -> None:
    await _no_wall(ground)
    ground.attackers = few = {name: ground.attackers[name] for name in FEW}
    found = members(ground.app)

    def spare(member: Member, who: Attacker) -> str:
        """Let one in whom the guard lets in, by turns: the predicates are the same for all."""
        let_in = [name for name in FEW if admitted(member, few[name])]
        at = zlib.crc32(str(member).encode()) % max(len(let_in), 1)
        return "" if who.name in let_in[at : at + 1] else "by its guard, or another's turn"

    crawl = Crawl(ground, [], oddly=False, spare=spare)
    assert await crawl.run(found) == []
    assert crawl.asked > 4000
    assert await attack_sockets(ground, [m for m in found if m.kind == "socket"]) == []


async def _orm_sees_only_b(ground: SiteGround) -> None:
    """Read every class without a condition, read A's rows by key, change and delete whatever can be."""
    a, b, plane = ground.world.a, ground.world.b, ground.site.house.app
    before = await checksum(ground.site.house.admin_dsn, a, ground.folder)
    load_models()
    classes = scoped_classes()
    assert len(classes) > 15
    for cls in classes:
        async with plane.session(b.tenant) as session:
            rows = (await session.execute(select(cls))).scalars().all()
            assert {row.tenant_id for row in rows} <= {b.tenant}, cls
            assert await session.get(cls, await _key_of_a(ground, cls)) is None, cls
    async with plane.session(b.tenant) as session:
        await session.execute(update(WorkOrder).values(status_reason="changed by B"))
        await session.execute(delete(Idempotency))
    assert await checksum(ground.site.house.admin_dsn, a, ground.folder) == before


async def _key_of_a(ground: SiteGround, cls: type) -> tuple[object, ...]:
    columns: Any = inspect(cls).primary_key
    names = [column.name for column in columns]
    connection = await asyncpg.connect(ground.site.house.admin_dsn)
    try:
        table = cls.__table__  # type: ignore[attr-defined] # SQLModel's
        row = await connection.fetchrow(
            f"SELECT {', '.join(names)} FROM {table.schema}.{table.name} WHERE tenant_id = $1", ground.world.a.tenant
        )
    finally:
        await connection.close()
    assert row is not None, cls
    return tuple(row)
