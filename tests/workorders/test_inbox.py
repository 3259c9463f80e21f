"""What waits for whom: groups by every state, most urgent first, page by page, by the index, however many are over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kit.counting import Counted
from kit.errors import ValidationFailed
from tests.support.house import TENANT_A, House
from tests.workorders.lab import add_connection, reacting
from tests.workorders.test_clocks import STANDARD, agreed
from workorders import service
from workorders.cancelling import service as cancelling
from workorders.cancelling.schemas import Decision, NewCancellation
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewWorkOrder
from workorders.service import cursors, inbox, lists
from workorders.service.inbox import Asked, Group, Order

SEAT = Doer(Side.OUTSOURCER, "user", "supervisor-1", "supervisor")
CLIENT = Doer(Side.TENANT, "user", "manager-1", "M. Chan")
MONDAY = datetime(2026, 6, 8, 1, 0, tzinfo=UTC)


class Ground:
    """A client's work orders, each act in a transaction of its own at the ground's moment."""

    def __init__(self, house: House) -> None:
        self.house, self.now = house, MONDAY

    async def does(self, act: Any, *args: Any) -> Any:
        async with self.house.app.transaction(TENANT_A) as scope:
            return await act(scope, *args, self.now)

    async def raised(self, by: Doer, *steps: tuple[Doer, Move], priority: str = "medium") -> UUID:
        body = NewWorkOrder(type="refund", title="refund", priority=priority)
        order = UUID((await self.does(service.create, service.Asked(body), by))["id"])
        for doer, move in steps:
            await self.does(service.transition, order, move, doer)
        return order

    async def group(self, doer: Doer, group: Group, **asked: Any) -> list[str]:
        """Return the numbers on all pages of two, and check that the group counts as many."""
        found: list[str] = []
        wanted = Asked(group, limit=2, **asked)
        while True:
            page = await self.does(inbox.page, wanted, doer)
            found += [order["number"] for order in page.data]
            if page.next is None:
                break
            wanted = Asked(group, limit=2, **{**asked, "after": page.next})
        if group is not Group.ALL:
            counts = await self.does(inbox.counts, asked.get("filters", {}), doer)
            assert counts[group] == Counted(len(found), True)
        return found


@pytest.fixture
async def ground(house: House) -> Any:
    await add_connection(house, TENANT_A, "a1")
    async with reacting():
        yield Ground(house)


def to(status: str, **more: Any) -> Move:
    return Move(to=status, **more)


async def test_each_state_waits_for_the_one_who_must_act(ground: Ground) -> None:
    begun = (CLIENT, to("inProgress"))
    asked = (CLIENT, to("pending", pending_on="outsourcer", reason="which parcel?"))
    contact = (CLIENT, to("pending", pending_on="end_customer", reason="asked her"))
    await ground.raised(SEAT)  # 1001, to acknowledge
    await ground.raised(SEAT, begun, (CLIENT, to("held")))
    await ground.raised(SEAT, begun, asked)
    both = await ground.raised(SEAT, begun, asked)
    waits = await ground.raised(SEAT, begun, contact)  # 1005
    await ground.raised(SEAT, begun, (CLIENT, to("resolved")))
    await ground.raised(CLIENT)  # 1007: the sides are exchanged
    await ground.raised(CLIENT, (SEAT, to("rejected")))
    await ground.raised(SEAT, (SEAT, to("cancelled")))  # 1009
    mine = {"order": Order.NEWEST}
    assert await ground.group(CLIENT, Group.YOURS, **mine) == ["WO-1002", "WO-1001"]
    assert await ground.group(CLIENT, Group.THEIRS, **mine) == ["WO-1007", "WO-1006", "WO-1004", "WO-1003"]
    assert await ground.group(CLIENT, Group.OTHERS) == await ground.group(SEAT, Group.OTHERS) == ["WO-1005"]
    assert await ground.group(SEAT, Group.YOURS, **mine) == await ground.group(CLIENT, Group.THEIRS, **mine)
    for order in (both, waits):  # a wish to cancel waits for the resolver, whatever was asked before
        await ground.does(cancelling.request, order, NewCancellation(reason="found it"), SEAT)
    assert await ground.group(CLIENT, Group.YOURS, **mine) == ["WO-1005", "WO-1004", "WO-1002", "WO-1001"]
    await ground.does(cancelling.decide, both, Decision(agree=False, reason="too late"), CLIENT)
    await ground.does(cancelling.decide, waits, Decision(agree=True), CLIENT)
    assert await ground.group(CLIENT, Group.YOURS, **mine) == ["WO-1002", "WO-1001"]
    assert await ground.group(SEAT, Group.YOURS, **mine) == ["WO-1007", "WO-1006", "WO-1004", "WO-1003"]
    assert await ground.group(CLIENT, Group.DONE) == ["WO-1009", "WO-1008", "WO-1005"]
    assert len(await ground.group(CLIENT, Group.ALL, **mine)) == 9
    ground.now += inbox.LATELY + timedelta(hours=1)
    assert await ground.group(CLIENT, Group.DONE) == []


async def test_what_is_due_first_comes_first_and_what_no_clock_runs_for_last(ground: Ground) -> None:
    for _ in range(3):  # before anything was agreed
        await ground.raised(SEAT)
    await agreed(ground.house, STANDARD, at=MONDAY - timedelta(hours=1))
    for hour in (3, 1, 2):
        ground.now = MONDAY + timedelta(hours=hour)
        await ground.raised(SEAT, priority="high" if hour == 2 else "low")
    due = ["WO-1005", "WO-1006", "WO-1004"]
    assert await ground.group(CLIENT, Group.YOURS) == [*due, "WO-1003", "WO-1002", "WO-1001"]
    assert await ground.group(CLIENT, Group.YOURS, filters={"priority": "high"}) == ["WO-1006"]
    assert await ground.group(CLIENT, Group.YOURS, filters={"sla.due_at.lt": "2036-01-01T00:00:00Z"}) == due
    first = await ground.does(inbox.page, Asked(Group.YOURS, limit=3), CLIENT)
    assert first.next == "rest."


async def test_a_short_look_goes_on_where_it_ended(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    await agreed(ground.house, STANDARD, at=MONDAY - timedelta(hours=1))
    for number in range(7):
        ground.now += timedelta(minutes=1)
        steps = [(SEAT, to("cancelled"))] if number % 3 else []
        await ground.raised(SEAT, *steps, priority="high" if number % 2 else "low")
    for module in (inbox, lists):
        monkeypatch.setattr(module, "MOST", 2)
    low = {"priority": "low"}
    for group, numbers in ((Group.YOURS, ["WO-1001", "WO-1007"]), (Group.DONE, ["WO-1005", "WO-1003"])):
        found: list[str] = []
        after, lengths = None, set()
        while True:
            page = await ground.does(inbox.page, Asked(group, low, after=after), CLIENT)
            found += [order["number"] for order in page.data]
            lengths.add(len(page.data))
            if (after := page.next) is None:
                break
        assert (found, lengths) == (numbers, {0, 1})
    counts = await ground.does(inbox.counts, low, CLIENT)
    assert counts[Group.YOURS].is_all is False


async def test_a_cursor_of_another_list_is_refused(ground: Ground) -> None:
    for after in ("x", "rest.x", cursors.write(UUID(int=7), "inbox due", bytes(24))):
        with pytest.raises(ValidationFailed):
            await ground.does(inbox.page, Asked(Group.YOURS, after=after), CLIENT)


async def test_a_group_is_found_by_its_index(ground: Ground) -> None:
    await ground.raised(SEAT)
    async with ground.house.app.transaction(TENANT_A) as scope:
        await scope.fetch("SET LOCAL enable_seqscan = off")
        rows = await scope.fetch(
            "EXPLAIN SELECT id FROM gf.work_order WHERE tenant_id = $1 AND turn = 'tenant' ORDER BY id DESC LIMIT 51",
            TENANT_A,
        )
    plan = "\n".join(row["QUERY PLAN"] for row in rows)
    assert "work_order_turn" in plan
    assert "Sort" not in plan
