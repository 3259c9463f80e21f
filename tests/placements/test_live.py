"""A tenant moves there and back with calls ringing and talking and systems writing; its neighbour notices nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest

from journal import seals
from journal import service as journal
from journal.core.facts import SYSTEM
from kit import clock
from kit.db import AccessibleTenantId, Database
from kit.errors import TenantElsewhere
from kit.ids import new_id
from placements import service
from placements.facts import TenantMoveStarted
from placements.move import Mover, Report
from placements.service import House as Installation
from placements.service import Order
from switchboard import lease
from switchboard.services import FloorServices
from switchboard.switchboard import Switchboard
from telephony.port import Engine
from tenants.placements import Planes
from tenants.service.floors import FloorReader
from tests.placements.conftest import BOX, rows_of
from tests.support.house import TODAY, House
from tests.switchboard.test_recorder import WHOLE
from tests.switchboard.world import AGENT_TONE, CONTACT_TONE, START, World, seconds

LATE_S = 2.0
"""A neighbour's write that takes longer than this on a busy machine was held up."""


class MovingWorld(World):
    """A floor that reads its tenants wherever they live."""

    def services(self, engine: Engine | None = None) -> FloorServices:
        made = super().services(engine)
        return replace(made, configuration=FloorReader(made.control, self.plane, "main").read)


@dataclass
class Writer:
    """A client's system that writes facts and notes which were acknowledged, and how long each took."""

    plane: Planes
    tenant: AccessibleTenantId
    acknowledged: list[Any] = field(default_factory=list)
    refused: int = 0
    slowest: float = 0.0

    async def run(self) -> None:
        while True:
            subject, began = new_id(), time.perf_counter()
            try:
                async with self.plane.transaction(self.tenant) as scope:
                    fact = TenantMoveStarted("shared", "", "a writer")
                    journal.append(scope, fact, subject=subject, at=clock.now(), actor=SYSTEM)
            except TenantElsewhere:
                self.refused += 1
            else:
                self.acknowledged.append(subject)
            self.slowest = max(self.slowest, time.perf_counter() - began)
            await asyncio.sleep(0.005)

    async def check(self) -> None:
        async with self.plane.transaction(self.tenant) as scope:
            stored = [f.subject for f in await journal.read(scope, limit=100_000) if f.kind == "TenantMoveStarted"]
        assert len(stored) == len(set(stored))
        assert set(self.acknowledged) <= set(stored)


@dataclass
class Scene:
    world: MovingWorld
    planes: Planes
    installation: Installation
    shared: House

    async def move(self, to: str | None = None, *, back: bool = False) -> None:
        await service.move(self.installation, Order(self.world.alpha, "tests", to, back=back), Report())


@pytest.fixture
async def scene(house: House, tmp_path: Path) -> AsyncIterator[Scene]:
    planes = Planes(Database(house.dsns["gf_app"], house.signer), house.control, BOX, "app")
    world = MovingWorld(replace(house, app=cast("Database", planes)), tmp_path, planes)

    async def ring() -> None:
        planes.look_again()

    await world.configure()
    await world.take_floor()
    yield Scene(world, planes, Installation(house.dsns["gf_migrator"], BOX, planes, ring, TODAY), house)
    await world.switchboard.close()
    await planes.close()


async def test_calls_go_on_and_no_fact_is_lost_or_doubled(scene: Scene, empty: str) -> None:
    world = scene.world
    phone = await world.phone("8001")
    await world.available(world.li)
    writers = [Writer(scene.planes, world.alpha), Writer(scene.planes, world.beta)]
    writing = [asyncio.create_task(writer.run()) for writer in writers]
    for to in (empty, None):
        contact, agent = await world.talk(phone)
        waiting = await world.dial()
        moving = asyncio.create_task(scene.move(to, back=to is None))
        while not moving.done():
            assert await contact.hears(seconds(0)) == {AGENT_TONE}
            assert await agent.hears(seconds(0)) == {CONTACT_TONE}
            await asyncio.sleep(0.01)
        await moving
        await world.advance(10)
        await contact.hang_up()
        await waiting.hang_up()
        await world.advance(31)
        await world.quiet()
    for task in writing:
        task.cancel()
    for ended in await asyncio.gather(*writing, return_exceptions=True):
        assert isinstance(ended, asyncio.CancelledError)
    alpha, beta = writers
    assert alpha.refused > 0
    assert len(alpha.acknowledged) > 20
    assert beta.refused == 0
    assert beta.slowest < LATE_S
    for writer in writers:
        await writer.check()
    assert (await world.calls_story()).count("InteractionHandled") == 2
    assert [kind for kind in await world.calls_story() if kind in WHOLE].count("InteractionEnded") >= 2
    assert await rows_of(empty, world.alpha) == {}
    await world.check()
    await seals.seal_new(scene.shared.sealer, world.alpha)
    walked, unsealed, broken = await seals.verify(scene.planes, world.alpha)
    assert (unsealed, broken) == (0, None)
    assert walked == len(await world.stored(world.alpha))


async def test_an_engine_that_dies_in_the_closed_time_finds_everything_when_it_is_over(
    scene: Scene, empty: str
) -> None:
    world = scene.world
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.quiet()
    reached, go_on = asyncio.Event(), asyncio.Event()
    real = Mover._copy

    async def slow(self: Mover) -> None:
        reached.set()
        await go_on.wait()
        await real(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Mover, "_copy", slow)
        moving = asyncio.create_task(scene.move(empty))
        await reached.wait()
        await world.ask(world.bo, "set_state", state="available")
        await asyncio.sleep(0.8)
        await world.kill()
        await world.take_floor("another")  # without the tenant: it is closed
        assert await contact.hears(seconds(0)) == {AGENT_TONE}
        ending = asyncio.create_task(world.switchboard.run(asyncio.Event()))
        go_on.set()
        await moving
    assert await asyncio.wait_for(ending, 20) is True  # it asks to be opened anew
    await world.switchboard.close()
    await world.take_floor("a third")
    assert await contact.hears(seconds(0)) == {AGENT_TONE}
    await world.advance(5)
    await contact.hang_up()
    await world.advance(31)
    assert await world.calls_story() == WHOLE
    await world.check()


async def starts_alone(scene: Scene) -> None:
    """A new process takes the floor while a tenant is away, and a call of this tenant is routed and handled."""
    world = scene.world
    await world.kill()
    world.held = await lease.take(scene.shared.control, "main", new_id().hex)
    world.switchboard = Switchboard(world.services(), world.held)
    await world.switchboard.open()
    await world.until(lambda: world.loop.floor.connected)
    phone = await world.phone("8002")
    await world.available(world.bo)
    caller = await world.dial(caller="+8613900000000")
    agent = await world.answer(phone)
    assert await caller.hears(seconds(0)) == {AGENT_TONE}
    await caller.hang_up()
    await agent.ended(seconds(1))
    await world.advance(31)
    await world.quiet()


async def test_an_engine_that_starts_while_a_database_is_away_routes_by_memory(scene: Scene, empty: str) -> None:
    """Twice it dies meanwhile; the facts of all three processes are stored in order when the database is back."""
    world, name = scene.world, empty.rpartition("/")[2]
    control = await scene.shared.control.pool()
    kept = world.folder / "data" / "spool" / f"main.{world.alpha}.configuration"
    await scene.move(empty)
    await world.handle({"command": "reload"})
    assert b"care" not in kept.read_bytes()
    phone = await world.phone("8001")
    await world.available(world.li)
    contact, _ = await world.talk(phone)
    await world.quiet()
    server = await asyncpg.connect(scene.shared.admin_dsn)
    await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")  # let in no more: as good as away
    await server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    for _ in range(2):
        await starts_alone(scene)
        assert await contact.hears(seconds(0)) == {AGENT_TONE}
        assert await control.fetchval("SELECT remembered_at FROM control.placement") == START
    ending = asyncio.create_task(world.switchboard.run(asyncio.Event()))
    await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await server.close()
    assert await asyncio.wait_for(ending, 20) is True
    await world.switchboard.close()
    await world.take_floor("a fourth")
    assert await control.fetchval("SELECT remembered_at FROM control.placement") is None
    await contact.hang_up()
    await world.advance(31)
    assert (await world.calls_story()).count("InteractionHandled") == 3
    assert not list(kept.parent.glob("*refused*"))
    await world.check()
    await scene.move(back=True)
    await world.handle({"command": "reload"})
    assert not kept.exists()
