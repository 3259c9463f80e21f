"""A client moves there and back while systems write over HTTP and webhooks go out; and with a talk on real phones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import aiohttp
import pytest

from kit.clock import now
from kit.db import AccessibleTenantId, Database
from kit.errors import TenantElsewhere
from kit.ids import new_id
from kit.outbound import Guard
from placements import service
from placements.move import Report
from placements.service import House as Installation
from placements.service import Order
from switchboard.services import FloorServices
from telephony.port import Engine
from tenants.placements import Planes
from tenants.service.floors import FloorReader
from tests.placements.conftest import BOX
from tests.support.house import TODAY, House
from tests.support.site import Site
from tests.switchboard.test_asterisk import LISTENING, AsteriskWorld, hear_each_other
from tests.switchboard.world import AGENT_TONE, CARE, CONTACT, CONTACT_TONE
from tests.telephony.asterisk_lab import AsteriskLab
from tests.telephony.world import SOON
from tests.webhooks.test_delivery import QUICK, in_order
from tests.workorders.lab import Receiver, receiving, until
from webhooks.client import Client
from webhooks.tasks import Courier
from workorders import service as workorders
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewComment

CENTRE = Doer(Side.OUTSOURCER, "agent", "agent-1", "A1")
OTHERS_WAIT_S = 5
"""Nobody else waits for a move: a request takes tens of milliseconds, beside other tests more."""
_T = TypeVar("_T")


@dataclass
class System:
    """A client's system that writes work orders, and somebody at the centre who comments on each."""

    http: aiohttp.ClientSession
    planes: Planes
    tenant: AccessibleTenantId
    orders: list[str] = field(default_factory=list)
    refused: int = 0
    slowest: float = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            made = await self._until_served(partial(self._create, str(new_id())))
            await self._until_served(partial(self._comment, UUID(made)))
            self.orders.append(made)
            await asyncio.sleep(0.01)

    async def _until_served(self, act: Callable[[], Awaitable[_T]]) -> _T:
        while True:
            began = time.perf_counter()
            try:
                return await act()
            except TenantElsewhere:
                self.refused += 1
                await asyncio.sleep(0.02)
            finally:
                self.slowest = max(self.slowest, time.perf_counter() - began)

    async def _create(self, key: str) -> str:
        body = {"type": "callback", "title": "call back"}
        async with self.http.post("/v1/work-orders", json=body, headers={"Idempotency-Key": key}) as answer:
            content = await answer.json()
            if answer.status == 503:
                assert content["code"] == "tenant_moving"
                assert int(answer.headers["Retry-After"]) > 0
                raise TenantElsewhere
            assert answer.status in {200, 201}, content
            return str(content["id"])

    async def _comment(self, order_id: UUID) -> None:
        async with self.planes.transaction(self.tenant) as scope:
            await workorders.comment(scope, order_id, NewComment(body="seen"), CENTRE, now())


async def written(system: System, more: int) -> None:
    """Wait until so many more orders are written, however busy the machine is."""
    enough = len(system.orders) + more
    async with asyncio.timeout(30):
        await until(lambda: len(system.orders) >= enough)


async def visits(courier: Courier, tenant: AccessibleTenantId) -> None:
    """As the worker does."""
    while True:
        with suppress(TenantElsewhere):
            await courier.visit(tenant)
        await asyncio.sleep(0.05)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


def planes_of(house: House, login: str) -> Planes:
    return Planes(Database(house.dsns[f"gf_{login}"], house.signer), house.control, BOX, login)


async def ordered(house: House, planes: Planes, tenant: AccessibleTenantId, to: str | None) -> None:
    async def ring() -> None:
        planes.look_again()

    installation = Installation(house.dsns["gf_migrator"], BOX, planes, ring, TODAY)
    await service.move(installation, Order(tenant, "tests", to, back=to is None), Report())


async def test_systems_write_over_http_and_webhooks_go_out_while_it_moves(
    site: Site, receiver: Receiver, empty: str
) -> None:
    house, galaxy = site.house, site.tenants["galaxy"]
    planes, worker = planes_of(house, "app"), planes_of(house, "worker")
    async with planes.transaction(galaxy) as scope:
        await scope.fetch("UPDATE gf.connection SET url = $2 WHERE tenant_id = $1", galaxy, receiver.url)
    ours, other = [System(await site.machine(code), planes, site.tenants[code]) for code in ("galaxy", "harbour-light")]
    stop = asyncio.Event()
    async with Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        courier = Courier(worker, client, QUICK)
        visiting = asyncio.create_task(visits(courier, galaxy))
        writing = [asyncio.create_task(system.run(stop)) for system in (ours, other)]
        for to in (empty, None, empty, None):
            await written(ours, 8)
            await ordered(house, planes, galaxy, to)
            if to is None and ours.refused:
                break  # a write fell into a move, as nearly always
        await written(ours, 8)
        stop.set()
        await asyncio.gather(*writing)
        async with asyncio.timeout(20):
            await until(lambda: {e["subject"] for e in receiver.taken} >= set(ours.orders))
        visiting.cancel()
        await courier.close()
    assert ours.refused > 0
    assert len(ours.orders) > 20
    assert (other.refused, other.slowest < OTHERS_WAIT_S) == (0, True)
    async with planes.transaction(galaxy) as scope:
        stored = [str(row["id"]) for row in await scope.fetch("SELECT id FROM gf.work_order")]
    assert sorted(stored) == sorted(ours.orders)  # every one that was acknowledged, once
    first = list({event["id"]: event for event in reversed(receiver.taken)}.values())[::-1]
    assert {event["subject"] for event in first} == set(ours.orders)
    assert in_order(first)
    for each in (planes, worker):
        await each.close()


class MovingAsteriskWorld(AsteriskWorld):
    """A floor on real phones that reads its tenants wherever they live."""

    def services(self, engine: Engine | None = None) -> FloorServices:
        made = super().services(engine)
        return replace(made, configuration=FloorReader(made.control, self.plane, "main").read)


async def test_a_talk_on_real_phones_goes_on_while_its_client_moves(house: House, tmp_path: Path, empty: str) -> None:
    planes = planes_of(house, "app")
    async with AsteriskLab(tmp_path / "asterisk") as lab:
        world = MovingAsteriskWorld(replace(house, app=cast("Database", planes)), tmp_path, planes)
        world.lab = lab
        await world.configure()
        await world.take_floor()
        phone = await lab.phones.register("o-8001", world.secrets["8001"])
        await world.available(world.li)
        contact = await lab.phones.dial(CARE.removeprefix("+"), CONTACT)
        await contact.answered(SOON)
        await contact.play(CONTACT_TONE)
        await asyncio.sleep(2.5)
        moving = asyncio.create_task(ordered(house, planes, world.alpha, empty))
        await contact.press("1")  # routed, rung and answered while it moves
        agent = await phone.incoming(SOON)
        await agent.answer()
        await agent.play(AGENT_TONE)
        await asyncio.sleep(0.5)
        heard: list[Any] = []
        while not moving.done():
            heard.append(await contact.hears(LISTENING))
        await moving
        assert all(each == {AGENT_TONE} for each in heard)
        await hear_each_other(contact, agent)
        await ordered(house, planes, world.alpha, None)
        await hear_each_other(contact, agent)
        await contact.hang_up()
        await agent.ended(SOON)
        await world.until(lambda: not world.loop.floor.calls)
        story = await world.calls_story()
        assert [kind for kind in story if kind != "InteractionHandled"] == [
            "InteractionStarted", "InteractionQueued", "OfferMade", "OfferEnded", "InteractionConnected",
            "InteractionEnded",
        ]  # fmt: skip
        assert (await world.one("RecordingStored"))["duration_ms"] > 2000
        await world.check()
        await world.switchboard.close()
    await planes.close()
