"""From the fact to the receiver: signed, in order, until it is heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from kit.clock import now
from kit.db import AccessibleTenantId
from kit.ids import new_id
from kit.outbound import Guard
from tests.support.house import TENANT_A, House
from tests.workorders.lab import Receiver, add_connection, reacting, receiving
from webhooks.client import Client
from webhooks.service import dead_letters, enable, endpoint_of, ensure_endpoints, replay
from webhooks.service.deliveries import Selection
from webhooks.tasks import Courier, Policy
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewComment, NewWorkOrder

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


async def rows(house: House, sql: str) -> list[dict[str, Any]]:
    async with house.app.transaction(TENANT_A) as scope:
        return [dict(row) for row in await scope.fetch(sql)]


async def tire_out(made: Courier, rounds: int = 12) -> None:
    """Visit until the quick schedule has run out."""
    for _ in range(rounds):
        await made.visit(TENANT_A)
        await made.settle_down()
        await asyncio.sleep(0.13)


async def test_a_poison_message_is_put_aside_and_the_next_says_that_it_is_missing(
    house: House, receiver: Receiver
) -> None:
    poison, good = await create(house, "poison"), await create(house, "good")
    await remark(house, poison, "after the poison")
    receiver.answers[str(poison)] = 422
    async with courier(house) as made:
        await tire_out(made, 4)
        assert [e["subject"] for e in receiver.taken] == [str(good)]
        async with house.app.transaction(TENANT_A) as scope:
            (letter,) = await dead_letters(scope)
        assert (letter.subject, letter.sequence, letter.attempts, letter.last_status) == (poison, 1, 3, 422)
        receiver.answers.clear()
        await deliver_until(made, receiver, 2)
        assert receiver.taken[1]["gap_before"] is True
        assert "gap_before" not in receiver.taken[0]
        async with house.app.transaction(TENANT_A) as scope:
            assert await replay(scope, letter.endpoint_id, Selection(event_ids=[letter.event_id])) == 1
        await deliver_until(made, receiver, 3)
    assert receiver.taken[2]["id"] == str(letter.event_id)
    async with house.app.transaction(TENANT_A) as scope:
        assert await dead_letters(scope) == []


async def test_after_the_last_attempt_it_is_a_dead_letter_with_every_attempt_kept(
    house: House, receiver: Receiver
) -> None:
    await create(house)
    receiver.status = 500
    async with courier(house) as made:
        await tire_out(made)
    attempts = await rows(house, "SELECT number, status FROM gf.webhook_attempt ORDER BY id")
    assert [(a["number"], a["status"]) for a in attempts] == [(n, 500) for n in range(1, 11)]
    stamps = [headers["webhook-signature"] for headers, _ in receiver.seen]
    assert len(stamps) == 10
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    async with house.app.transaction(TENANT_A) as scope:
        assert len(await dead_letters(scope)) == 1


async def test_gone_disables_and_enabling_sends_everything(house: House, receiver: Receiver) -> None:
    receiver.status = 410
    order_id = await create(house)
    async with courier(house) as made:
        await tire_out(made, 2)
        await remark(house, order_id, "meanwhile")
        await tire_out(made, 2)
        assert len(receiver.seen) == 1
        async with house.app.transaction(TENANT_A) as scope:
            endpoint = await endpoint_of(scope, "oms")
            assert endpoint.state == "disabled"
            await enable(scope, endpoint.id)
        receiver.status = 204
        await deliver_until(made, receiver, 2)
    assert [int(e["sequence"]) for e in receiver.taken] == [1, 2]


async def test_a_busy_receiver_is_left_alone_as_long_as_it_asks(house: House, receiver: Receiver) -> None:
    for n in range(3):
        await create(house, f"order {n}")
    receiver.status, receiver.headers = 429, {"Retry-After": "2"}
    async with courier(house, replace(QUICK, parallel=1)) as made:
        await tire_out(made, 3)
        assert len(receiver.seen) == 1
        receiver.status, receiver.headers = 204, {}
        await deliver_until(made, receiver, 3)


async def test_a_slow_receiver_blocks_nobody_else(house: House, receiver: Receiver) -> None:
    async with receiving() as slow:
        slow.delay_s = 1.5
        await add_connection(house, TENANT_A, "slow", slow.url)
        for n in range(20):
            await create(house, f"slow {n}", "slow")
            await create(house, f"fast {n}", "oms")
        async with courier(house) as made:
            begun = asyncio.get_running_loop().time()
            await made.visit(TENANT_A)
            await receiver.wait_for(20, within_s=5)
            assert asyncio.get_running_loop().time() - begun < 1.5
            assert slow.taken == []


async def test_one_stuck_work_order_does_not_hold_the_others_of_its_receiver(house: House, receiver: Receiver) -> None:
    stuck = await create(house, "stuck")
    await remark(house, stuck, "waits behind it")
    receiver.answers[str(stuck)] = 500
    others = [await create(house, f"order {n}") for n in range(5)]
    async with courier(house) as made:
        await deliver_until(made, receiver, 5)
        assert {e["subject"] for e in receiver.taken} == {str(o) for o in others}
        receiver.answers.clear()
        await deliver_until(made, receiver, 7)
    assert [int(e["sequence"]) for e in receiver.taken if e["subject"] == str(stuck)] == [1, 2]


async def test_the_first_success_pulls_waiting_retries_forward_and_a_probe_uses_up_no_attempt(
    house: House, receiver: Receiver
) -> None:
    patient = Policy(
        schedule=(timedelta(0), timedelta(hours=1), timedelta(hours=1)), probe_every=timedelta(seconds=0.2)
    )
    for n in range(5):
        await create(house, f"order {n}")
    receiver.status = 503
    async with courier(house, patient) as made:
        await tire_out(made, 8)
        counted = await rows(house, "SELECT sum(attempts)::int AS n FROM gf.webhook_delivery")
        assert counted == [{"n": 5}]
        assert 6 <= len(receiver.seen) <= 12
        receiver.status = 204
        await deliver_until(made, receiver, 5)


async def test_a_message_that_always_fails_is_not_hurried_by_others_that_do_not(
    house: House, receiver: Receiver
) -> None:
    stuck = await create(house, "stuck")
    receiver.answers[str(stuck)] = 500
    slowly = Policy(schedule=(timedelta(0), *[timedelta(hours=1)] * 5))
    async with courier(house, slowly) as made:
        for n in range(10):
            await create(house, f"order {n}")
            await deliver_until(made, receiver, n + 1)
    (row,) = await rows(house, f"SELECT attempts, state FROM gf.webhook_delivery WHERE subject = '{stuck}'")
    assert row == {"attempts": 1, "state": "waiting"}
    assert len(receiver.seen) <= 10 + 3


async def test_two_couriers_never_send_one_message_twice_at_once(house: House, receiver: Receiver) -> None:
    for n in range(30):
        order_id = await create(house, f"order {n}")
        await remark(house, order_id, "more")
    async with courier(house) as one, courier(house) as two:
        await asyncio.gather(deliver_until(one, receiver, 60), deliver_until(two, receiver, 60))
    assert len(receiver.taken) == len({e["id"] for e in receiver.taken}) == 60
    assert in_order(receiver.taken)


async def test_a_system_is_not_told_what_it_did_itself(house: House, receiver: Receiver) -> None:
    own = Doer(Side.TENANT, "key", "k", "oms", connection="oms")
    async with house.app.transaction(TENANT_A) as scope:
        mine = await service.create(scope, service.Asked(NewWorkOrder(type="x", title="mine")), own, now())
    await remark(house, UUID(mine["id"]), "from the centre")
    async with courier(house) as made:
        await deliver_until(made, receiver, 1)
    assert [(e["type"], int(e["sequence"])) for e in receiver.taken] == [("work_order.comment.created", 2)]
    events = await rows(house, "SELECT sequence FROM gf.webhook_event ORDER BY sequence")
    assert [e["sequence"] for e in events] == [1, 2]


async def test_replay_of_a_time_sends_everything_again_with_the_same_ids(house: House, receiver: Receiver) -> None:
    since = now()
    order_id = await create(house)
    await remark(house, order_id, "more")
    async with courier(house) as made:
        await deliver_until(made, receiver, 2)
        async with house.app.transaction(TENANT_A) as scope:
            endpoint_id = (await endpoint_of(scope, "oms")).id
            assert await replay(scope, endpoint_id, Selection(since=since, only_failed=False)) == 2
        await deliver_until(made, receiver, 4)
    ids = [e["id"] for e in receiver.taken]
    assert ids[:2] == ids[2:]


async def test_a_changed_address_is_followed_and_the_secret_stays(house: House, receiver: Receiver) -> None:
    await create(house)
    async with house.app.transaction(TENANT_A) as scope:
        before = await endpoint_of(scope, "oms")
        await scope.fetch("UPDATE gf.connection SET url = 'https://new.example/hook' WHERE code = 'oms'")
        await ensure_endpoints(scope)
        await ensure_endpoints(scope)
        after = await endpoint_of(scope, "oms")
    assert (after.url, after.secret, after.id) == ("https://new.example/hook", before.secret, before.id)


async def test_an_event_is_as_it_was_when_it_happened(house: House, receiver: Receiver) -> None:
    order_id = await create(house)
    tenant = Doer(Side.TENANT, "user", "u", "王经理")
    for to in ("inProgress", "resolved"):
        async with house.app.transaction(TENANT_A) as scope:
            await service.transition(scope, order_id, Move(to=to), tenant, now())
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, order_id, Move(to="inProgress", reason="not so"), SEAT, now())
    async with courier(house) as made:
        await deliver_until(made, receiver, 6)
    assert [(e["type"], e["data"]["status"], e["data"]["version"]) for e in receiver.taken] == [
        ("work_order.created", "submitted", 1), ("work_order.status_changed", "inProgress", 2),
        ("work_order.resolved", "resolved", 3), ("work_order.seat_task.created", "resolved", 3),
        ("work_order.reopened", "inProgress", 4), ("work_order.seat_task.completed", "inProgress", 4),
    ]  # fmt: skip
    assert receiver.taken[1]["data"]["changes"]["status"] == ["submitted", "inProgress"]
