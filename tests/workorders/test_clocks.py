"""The clocks of work orders on real PostgreSQL: kept with each fact, told once, judged by versions, shown to both."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson
import pytest

import app.rounds
from journal import service as journal
from journal.core.facts import NewFact
from kit import clock
from kit.db import AccessibleTenantId, Transaction
from tenants.facts import BlueprintApplied
from tests.support.house import TENANT_A, TENANT_B, House
from tests.workorders.lab import System
from workorders import service
from workorders.clocks import keeping, rounds
from workorders.clocks.checking import differences
from workorders.clocks.plans import agree
from workorders.clocks.rounds import strike
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewComment, NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")
CLIENT = Doer(Side.TENANT, "key", "key-1", "crm", connection="a1")
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 6, 8, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
WEEK = {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sat": [], "sun": []}
OFFICE: dict[str, Any] = {"code": "office", "weekly": WEEK, "holidays": None, "exceptions": []}
EMPTY = {
    "connection": None, "type": None, "priority": None, "calendar": None, "requester_calendar": None,
    "acknowledge_min": None, "next_update_min": None, "resolve_min": None, "answer_info_min": None,
    "seat_feedback_min": None, "pause_on": ["requester", "end_customer"],
}  # fmt: skip
STANDARD = {**EMPTY, "code": "standard", "calendar": "office", "acknowledge_min": 60, "resolve_min": 600,
            "answer_info_min": 60, "seat_feedback_min": 120}  # fmt: skip
URGENT = {**EMPTY, "code": "urgent", "priority": "critical", "calendar": "office", "resolve_min": 120}
versions: Iterator[int] = itertools.count(1)


async def agreed(
    house: House, *policies: dict[str, Any], at: datetime = MONDAY - HOUR, calendars: tuple[Any, ...] = (OFFICE,),
    tenant: AccessibleTenantId = TENANT_A,
) -> None:  # fmt: skip
    """Let a blueprint with these policies come into force."""
    content = {
        "tenant": {"zone": "Asia/Shanghai"},
        "calendars": calendars,
        "work_orders": {"sla": {"policies": policies}},
    }
    fact = BlueprintApplied(1, "", "", "", None, "", [], [], [], {}, {})
    async with house.app.transaction(tenant) as scope:
        await scope.fetch(
            "INSERT INTO gf.blueprint (tenant_id, id, version, content, digest, applied_at, applied_by)"
            " VALUES ($1, $2, $3, $4::jsonb, '', $5, '')",
            tenant, uuid4(), next(versions), orjson.dumps(content).decode(), at,
        )  # fmt: skip
        await agree(scope, NewFact(fact, tenant, at))


async def escalated(
    house: House, at: datetime = MONDAY, *, tenant: AccessibleTenantId = TENANT_A, **fields: Any
) -> UUID:
    body = NewWorkOrder(type="refund", title="refund", connection="a1" if tenant == TENANT_A else "b1", **fields)
    async with house.app.transaction(tenant) as scope:
        order = await service.create(scope, service.Asked(body, agent_id=uuid4()), SEAT, at)
    return UUID(order["id"])


async def moved(house: House, order: UUID, at: datetime, to: str, doer: Doer = CLIENT, **fields: Any) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, order, Move(to=to, **fields), doer, at)


async def told(house: House, order: UUID) -> list[tuple[Any, ...]]:
    """Return what the journal says of the clocks: kind, metric, share and when it was crossed."""
    async with house.app.transaction(TENANT_A) as scope:
        facts = await journal.history(scope, order)
    clocks = [(f.kind.removeprefix("WorkOrderClock"), f.data["sla"]) for f in facts if "sla" in f.data]
    return [(kind, sla["metric"], sla["share"], sla["crossed_at"]) for kind, sla in clocks]


async def stored(house: House, order: UUID) -> dict[str, dict[str, Any]]:
    async with house.app.transaction(TENANT_A) as scope:
        rows = await scope.fetch("SELECT * FROM gf.work_order_clock WHERE tenant_id = $1 AND work_order_id = $2",
                                 TENANT_A, order)  # fmt: skip
    return {row["metric"]: dict(row) for row in rows}


async def agree_with_the_journal(house: House, order: UUID, at: datetime) -> None:
    async with house.app.transaction(TENANT_A) as scope:
        assert await differences(scope, order, at) == {}


@pytest.fixture
async def lab(house: House, http: httpx.AsyncClient) -> House:
    """A house whose tenant A has the connection a1, and everything reacts."""
    return house


async def test_clocks_are_kept_with_the_log_and_the_journal_agrees(lab: House) -> None:
    await agreed(lab, STANDARD)
    order = await escalated(lab)
    rows = await stored(lab, order)
    assert {metric: row["due_at"] for metric, row in rows.items()} == {
        "acknowledge": MONDAY + HOUR, "resolve": MONDAY + 26 * HOUR,
    }  # fmt: skip
    await moved(lab, order, MONDAY + HOUR / 2, "inProgress")
    await moved(lab, order, MONDAY + HOUR, "pending", pending_on="outsourcer", reason="which account?")
    rows = await stored(lab, order)
    assert {metric: (row["state"], row["due_at"]) for metric, row in rows.items()} == {
        "acknowledge": ("met", MONDAY + HOUR), "resolve": ("paused", None),
        "answer_info": ("running", MONDAY + 2 * HOUR),
    }  # fmt: skip
    await agree_with_the_journal(lab, order, MONDAY + HOUR)
    await moved(lab, order, MONDAY + 2 * HOUR, "inProgress", SEAT)
    await moved(lab, order, MONDAY + 3 * HOUR, "resolved")
    await moved(lab, order, MONDAY + 4 * HOUR, "inProgress", SEAT, reason="not all of it")
    await agree_with_the_journal(lab, order, MONDAY + 30 * HOUR)
    assert [each[:2] for each in await told(lab, order)] == [
        ("Warned", "acknowledge"), ("Met", "acknowledge"), ("Paused", "resolve"), ("Warned", "answer_info"),
        ("Warned", "answer_info"), ("Warned", "answer_info"), ("Breached", "answer_info"), ("Resumed", "resolve"),
        ("Met", "resolve"), ("Resumed", "resolve"), ("Met", "seat_feedback"),
    ]  # fmt: skip


async def test_a_part_is_told_at_its_instant_once_also_after_a_downtime(lab: House, a1: System) -> None:
    await agreed(lab, {**STANDARD, "acknowledge_min": None})
    order = await escalated(lab)
    assert await strike(lab.worker, TENANT_A, MONDAY + 5 * HOUR) == 0
    assert (await stored(lab, order))["resolve"]["next_warning_at"] == MONDAY + 6 * HOUR  # lunch is no time
    assert await strike(lab.worker, TENANT_A, MONDAY + 6 * HOUR) == 1
    assert await strike(lab.worker, TENANT_A, MONDAY + 100 * HOUR) == 3
    assert await strike(lab.worker, TENANT_A, MONDAY + 200 * HOUR) == 0
    assert await told(lab, order) == [
        ("Warned", "resolve", 50, "2026-06-08T07:00:00.000Z"), ("Warned", "resolve", 75, "2026-06-08T09:30:00.000Z"),
        ("Warned", "resolve", 90, "2026-06-09T02:00:00.000Z"), ("Breached", "resolve", 100, "2026-06-09T03:00:00.000Z"),
    ]  # fmt: skip
    async with lab.app.transaction(TENANT_A) as scope:
        types = await scope.fetch(
            "SELECT type, sequence FROM gf.webhook_event WHERE subject = $1 ORDER BY sequence", order
        )
    assert [(row["type"], row["sequence"]) for row in types] == [
        ("work_order.created", 1), ("work_order.sla.warning", 2), ("work_order.sla.warning", 3),
        ("work_order.sla.warning", 4), ("work_order.sla.breached", 5),
    ]  # fmt: skip
    assert (await stored(lab, order))["resolve"]["state"] == "breached"
    at = "2026-06-09T03:00:0"
    for query, count in (
        ("sla.state=breached", 1), ("sla.state=met", 0), (f"sla.due_at.lt={at}1Z", 1), (f"sla.due_at.lt={at}0Z", 0),
        (f"sla.due_at.gte={at}0Z", 1),
    ):  # fmt: skip
        assert len((await a1.get(f"/v1/work-orders?{query}")).json()["data"]) == count, query
    await moved(lab, order, MONDAY + 101 * HOUR, "inProgress")
    await agree_with_the_journal(lab, order, MONDAY + 200 * HOUR)


async def test_two_workers_tell_nothing_twice_and_one_that_dies_loses_nothing(
    lab: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agreed(lab, STANDARD)
    orders = [await escalated(lab) for _ in range(12)]
    monkeypatch.setattr(rounds, "BATCH", 4)
    real, left = keeping.catch_up, iter(range(3))

    async def dies(scope: Transaction, order: UUID, now: datetime) -> int:
        told_now = await real(scope, order, now)
        if next(left, None) is None:
            raise asyncpg.ConnectionDoesNotExistError("killed between telling and commit")
        return told_now

    monkeypatch.setattr(rounds, "catch_up", dies)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await strike(lab.worker, TENANT_A, MONDAY + 2 * HOUR)
    assert await told(lab, orders[0]) == []  # its batch was not committed
    monkeypatch.setattr(rounds, "catch_up", real)
    counts = await asyncio.gather(*(strike(plane, TENANT_A, MONDAY + 2 * HOUR) for plane in (lab.worker, lab.app)))
    left_over = await strike(lab.worker, TENANT_A, MONDAY + 2 * HOUR)
    assert sum(counts) + left_over == 4 * len(orders)
    for order in orders:
        assert [each[1:3] for each in await told(lab, order)] == [("acknowledge", n) for n in (50, 75, 90, 100)]
    await agreed(lab, {**STANDARD, "resolve_min": 900}, at=MONDAY + 2 * HOUR)
    await strike(lab.worker, TENANT_A, MONDAY + 2 * HOUR)
    assert {row["plan"] for order in orders for row in (await stored(lab, order)).values()} == {2}


async def test_another_calendar_judges_open_clocks_and_leaves_the_ended_alone(lab: House) -> None:
    await agreed(lab, STANDARD)
    order = await escalated(lab)
    await moved(lab, order, MONDAY + HOUR / 2, "inProgress")
    before = (await stored(lab, order))["acknowledge"]
    holiday = {**OFFICE, "exceptions": [{"on": "2026-06-09", "closed": True, "working": False, "open": [], "name": ""}]}
    await agreed(lab, STANDARD, at=MONDAY + HOUR, calendars=(holiday,))
    await agreed(lab, STANDARD, at=MONDAY + HOUR, calendars=(holiday, {**OFFICE, "code": "other"}))  # nothing of ours
    await strike(lab.worker, TENANT_A, MONDAY + HOUR)
    after = await stored(lab, order)
    assert (after["resolve"]["plan"], after["resolve"]["due_at"]) == (2, MONDAY + 50 * HOUR)
    assert after["acknowledge"] == before
    await agree_with_the_journal(lab, order, MONDAY + 40 * HOUR)
    await agreed(lab, at=MONDAY + 2 * HOUR)
    await strike(lab.worker, TENANT_A, MONDAY + 2 * HOUR)
    assert (await stored(lab, order))["resolve"]["state"] == "cancelled"
    await agree_with_the_journal(lab, order, MONDAY + 40 * HOUR)


async def test_what_was_crossed_before_an_edit_is_told_by_the_calendar_before_it(lab: House) -> None:
    """The worker was away: 50 % passed under the old plan, before the new one gave more time."""
    await agreed(lab, {**STANDARD, "acknowledge_min": None, "resolve_min": 60})
    order = await escalated(lab)
    await agreed(lab, {**STANDARD, "acknowledge_min": None}, at=MONDAY + 0.8 * HOUR)
    await strike(lab.worker, TENANT_A, MONDAY + 3 * HOUR)
    assert [each[2] for each in await told(lab, order)] == [50, 75]
    assert (await stored(lab, order))["resolve"]["state"] == "running"
    await agree_with_the_journal(lab, order, MONDAY + 3 * HOUR)


async def test_a_priority_that_rises_is_judged_at_once(lab: House, a1: System) -> None:
    """By the API: what was used of ten hours is held against the two of the other policy, and back again."""
    await agreed(lab, {**STANDARD, "calendar": None}, {**URGENT, "calendar": None}, at=clock.now() - 9 * HOUR)
    begun = clock.now() - 3 * HOUR
    body = NewWorkOrder(type="callback", title="call her")
    async with lab.app.transaction(TENANT_A) as scope:
        order = UUID((await service.create(scope, service.Asked(body), CLIENT, begun))["id"])
    before = await stored(lab, order)
    assert (before["resolve"]["policy"], before["resolve"]["due_at"]) == ("standard", begun + 10 * HOUR)
    path = f"/v1/work-orders/{order}"
    changed = await a1.send("PATCH", path, {"priority": "critical"})
    assert (changed.status_code, changed.json()["priority"]) == (200, "critical")
    after = await stored(lab, order)
    assert {metric: (row["policy"], row["state"], row["due_at"]) for metric, row in after.items()} == {
        "acknowledge": ("standard", "breached", begun + HOUR), "resolve": ("urgent", "breached", begun + 2 * HOUR),
    }  # fmt: skip
    (shown,) = [each for each in (await a1.get(f"{path}/sla")).json()["data"] if each["metric"] == "resolve"]
    assert (shown["policy"], shown["owed_by"], shown["target_s"]) == ("urgent", "outsourcer", 7200)
    assert (await a1.send("PATCH", path, {"priority": "low"})).status_code == 200
    again = (await stored(lab, order))["resolve"]
    assert (again["policy"], again["state"], again["breaches"]) == ("standard", "breached", 1)  # a breach stays
    await agree_with_the_journal(lab, order, clock.now())


async def test_what_is_open_when_the_first_policy_begins_gets_its_clocks(
    lab: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 2)
    orders = [await escalated(lab, priority=priority) for priority in ("low", "low", "critical", "low", "low")]
    await moved(lab, orders[1], MONDAY + HOUR / 3, "inProgress")
    await moved(lab, orders[1], MONDAY + HOUR / 2, "pending", pending_on="outsourcer", reason="which account?")
    await moved(lab, orders[3], MONDAY + HOUR / 2, "rejected", reason="not ours")
    await agreed(lab, STANDARD, at=MONDAY + HOUR)
    await agreed(lab, STANDARD, URGENT, at=MONDAY + 1.5 * HOUR)
    await moved(lab, orders[4], MONDAY + 1.6 * HOUR, "acknowledged")  # before the worker came to it
    assert await strike(lab.worker, TENANT_A, MONDAY + 1.75 * HOUR) == 5
    late = await escalated(lab, MONDAY + 1.8 * HOUR)
    assert await strike(lab.worker, TENANT_A, MONDAY + 1.8 * HOUR) == 0
    clocks = {order: await stored(lab, order) for order in orders}
    assert {m: (r["state"], r["begun"]) for m, r in clocks[orders[0]].items()} == {
        "acknowledge": ("running", [MONDAY + HOUR]), "resolve": ("running", [MONDAY + HOUR]),
    }  # fmt: skip
    assert {m: r["state"] for m, r in clocks[orders[1]].items()} == {"resolve": "paused", "answer_info": "running"}
    assert {m: (r["policy"], r["state"]) for m, r in clocks[orders[2]].items()} == {
        "acknowledge": ("standard", "cancelled"), "resolve": ("urgent", "running"),
    }  # fmt: skip
    assert clocks[orders[3]] == {}
    assert (clocks[orders[4]]["acknowledge"]["state"], clocks[orders[4]]["acknowledge"]["begun"]) == (
        "met",
        [MONDAY + HOUR],
    )
    assert (await stored(lab, late))["resolve"]["begun"] == [MONDAY + 1.8 * HOUR]
    for order in (*orders, late):
        await agree_with_the_journal(lab, order, MONDAY + 4 * HOUR)


async def test_a_burst_of_one_client_keeps_no_other_waiting(lab: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clients take turns: the second is served after one turn of the first, and nothing of either is left."""
    monkeypatch.setattr(rounds, "BATCH", 2)
    begun = clock.now() - 3 * HOUR
    for tenant in (TENANT_A, TENANT_B):
        await agreed(lab, {**STANDARD, "calendar": None, "resolve_min": None}, at=begun - HOUR, tenant=tenant)
    first = [await escalated(lab, begun) for _ in range(8)]
    other = await escalated(lab, begun, tenant=TENANT_B)
    spoke: list[UUID] = []
    real = keeping.catch_up

    async def noted(scope: Transaction, order: UUID, now: datetime) -> int:
        spoke.append(order)
        return await real(scope, order, now)

    monkeypatch.setattr(rounds, "catch_up", noted)
    await app.rounds.strike_clocks(lab.control, lab.worker, timedelta())
    assert spoke.index(other) <= 2  # not behind all eight, in whichever order the clients come
    assert set(spoke) == {*first, other}
    for order in first:
        assert [each[2] for each in await told(lab, order)] == [50, 75, 90, 100]


async def test_a_tenant_without_policies_has_no_clocks(lab: House, a1: System) -> None:
    order = await escalated(lab)
    await moved(lab, order, MONDAY + HOUR, "inProgress")
    assert await stored(lab, order) == {}
    assert (await a1.get(f"/v1/work-orders/{order}")).json()["sla"] == []
    assert (await a1.get(f"/v1/work-orders/{order}/sla")).json() == {"data": []}
    assert await strike(lab.worker, TENANT_A, MONDAY + 90 * HOUR) == 0


async def test_both_sides_read_their_clocks_with_spans(lab: House, a1: System, b1: System) -> None:
    begun = clock.now() - 90 * timedelta(days=1)
    await agreed(lab, {**STANDARD, "calendar": None}, at=begun)
    order = await escalated(lab, begun)
    await moved(lab, order, begun, "acknowledged")
    await moved(lab, order, begun + HOUR, "pending", pending_on="outsourcer", reason="which account?")
    document = (await a1.get(f"/v1/work-orders/{order}")).json()
    state = {each["metric"]: (each["owed_by"], each["state"], each["elapsed_s"]) for each in document["sla"]}
    assert state["resolve"] == ("tenant", "paused", 3600)
    assert state["answer_info"][:2] == ("outsourcer", "breached")  # exact, although no worker has told it
    clocks = (await a1.get(f"/v1/work-orders/{order}/sla")).json()["data"]
    resolve = next(each for each in clocks if each["metric"] == "resolve")
    assert [set(span) for span in resolve["intervals"]] == [{"from", "until"}]
    assert (resolve["remaining_s"], resolve["due_at"], resolve["paused_for"]) == (600 * 60 - 3600, None, "requester")
    assert (await b1.get(f"/v1/work-orders/{order}/sla")).status_code == 404
    async with lab.app.transaction(TENANT_B) as scope:
        assert await scope.fetch("SELECT 1 FROM gf.work_order_clock") == []


async def test_a_shared_comment_is_an_update_and_an_internal_one_is_not(lab: House) -> None:
    await agreed(lab, {**STANDARD, "next_update_min": 60})
    order = await escalated(lab)
    for at, visibility, doer in ((10, "internal", SEAT), (20, "shared", SEAT), (30, "shared", CLIENT)):
        async with lab.app.transaction(TENANT_A) as scope:
            body = NewComment(body="on it", visibility=visibility)
            await service.comment(scope, order, body, doer, MONDAY + at * timedelta(minutes=1))
    assert (await stored(lab, order))["next_update"]["begun"] == [MONDAY + HOUR / 2]
    await agree_with_the_journal(lab, order, MONDAY + 3 * HOUR)
