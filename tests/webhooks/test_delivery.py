"""From the fact to the receiver: signed, in order, until it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from kit.clock import now
from kit.db import AccessibleTenantId
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import Receiver, add_connection, reacting, receiving
from webhooks.client import Client
from webhooks.guard import Guard
from webhooks.service import endpoint_of
from webhooks.tasks import Courier, Policy
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewComment, NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")
QUICK = Policy(schedule=(timedelta(0), *[timedelta(milliseconds=100)] * 9), lease=timedelta(seconds=2))


@pytest.fixture
async def receiver(house: House) -> AsyncIterator[Receiver]:
    async with receiving() as made, reacting():
        await add_connection(house, TENANT_A, "oms", made.url)
        yield made


@asynccontextmanager
async def courier(house: House, policy: Policy = QUICK, timeout_s: float = 2.0) -> AsyncIterator[Courier]:
    async with Client(Guard(allow_private=True), timedelta(seconds=timeout_s)) as client:
        made = Courier(house.worker, client, policy)
        yield made
        await made.close()


async def create(house: House, title: str = "refund", connection: str | None = None) -> UUID:
    async with house.app.transaction(TENANT_A) as scope:
        body = NewWorkOrder(type="refund", title=title, connection=connection)
        order = await service.create(scope, service.Asked(body, agent_id=new_id()), SEAT, now())
    return UUID(order["id"])


async def remark(house: House, order_id: UUID, text: str) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.comment(scope, order_id, NewComment(body=text), SEAT, now())


async def deliver_until(
    made: Courier, receiver: Receiver, count: int, tenant_id: AccessibleTenantId = TENANT_A
) -> None:
    async with asyncio.timeout(15):
        while len(receiver.taken) < count:
            await made.visit(tenant_id)
            await asyncio.sleep(0.02)
        await made.settle_down()


def in_order(taken: list[dict[str, Any]]) -> bool:
    last: dict[str, str] = {}
    for event in taken:
        if event["sequence"] <= last.get(event["subject"], ""):
            return False
        last[event["subject"]] = event["sequence"]
    return True


async def test_an_escalation_arrives_signed_for_the_standard_library_to_verify(
    house: House, receiver: Receiver
) -> None:
    order_id = await create(house)
    async with courier(house) as made:
        await deliver_until(made, receiver, 1)
    headers, body = receiver.seen[0]
    async with house.app.transaction(TENANT_A) as scope:
        secret = (await endpoint_of(scope, "oms")).secret
    event = Webhook(secret).verify(body, headers)
    assert (event["type"], event["subject"], int(event["sequence"])) == ("work_order.created", str(order_id), 1)
    assert headers["webhook-id"] == event["id"]
    assert event["data"]["title"] == "refund"
    assert abs(datetime.now(UTC).timestamp() - int(headers["webhook-timestamp"])) < 5


async def test_a_receiver_that_was_down_gets_everything_in_order(house: House, receiver: Receiver) -> None:
    await receiver.stop()
    orders = [await create(house, f"order {n}") for n in range(10)]
    for order_id in orders:
        for n in range(3):
            await remark(house, order_id, f"remark {n}")
    async with courier(house) as made:
        for _ in range(3):
            await made.visit(TENANT_A)
            await made.settle_down()
            await asyncio.sleep(0.12)
        assert receiver.taken == []
        await receiver.start()
        await deliver_until(made, receiver, 40)
    assert len({e["id"] for e in receiver.taken}) == 40
    assert in_order(receiver.taken)
