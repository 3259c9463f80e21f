"""Open work orders by age, time and turns: each figure is the length of its list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from kit.clock import now
from tests.support.house import TENANT_A, TENANT_B, House
from tests.workorders.lab import System
from tests.workorders.test_clocks import CLIENT, escalated
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move
from workorders.service import ageing
from workorders.service.ageing import Which

SUPERVISOR = Doer(Side.OUTSOURCER, "user", "sup-1", "supervisor")
BEGIN, SOLVE = {"to": "inProgress"}, {"to": "resolved", "resolution": {"summary": "done"}}
ASK = {"to": "pending", "pending_on": "outsourcer", "reason": "which one?"}
LATE = """
INSERT INTO gf.work_order_clock (tenant_id, work_order_id, metric, policy, plan, owed_by, state, target, begun, halted,
  cycle, breaches, told, due_at, ended, breached_at)
VALUES ($1, $2, $3, 'p', 1, 'tenant', 'running', '1 hour', '{}', '{}', 0, 0, 0, $4, $5, $6)
"""
PLAN = "INSERT INTO gf.work_order_plan VALUES ($1, 1, now(), '{}', 'd')"


async def _walked(house: House, at: datetime, *steps: Mapping[str, object]) -> UUID:
    order = await escalated(house, at)
    for step in steps:
        async with house.app.transaction(TENANT_A) as scope:
            await service.transition(scope, order, Move.model_validate(step), CLIENT, at)
    return order


async def test_each_figure_has_exactly_its_work_orders(house: House, a1: System) -> None:
    days, at = (0, 0, 2, 5, 5, 10, 20, 45), now()
    begun = [(at - timedelta(days=age, minutes=1), [BEGIN] if n % 2 else []) for n, age in enumerate(days)]
    orders = [await _walked(house, when, *steps) for when, steps in begun]
    closed = await _walked(house, at, {"to": "rejected", "reason": "no"})
    back = await _walked(house, at, BEGIN, ASK, BEGIN, SOLVE)
    once = await _walked(house, at, BEGIN, ASK, BEGIN)
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(PLAN, TENANT_A)
        for order, metric, due, ended, breached in (
            (orders[0], "resolve", -1, None, None), (orders[0], "acknowledge", -1, None, None),
            (orders[1], "resolve", 3, None, None), (orders[2], "resolve", 30, None, None),
            (orders[3], "resolve", None, None, at), (orders[4], "resolve", -1, "met", None),
            (closed, "resolve", None, "cancelled", at),
        ):  # fmt: skip
            due_at = None if due is None else at + timedelta(hours=due)
            await scope.fetch(LATE, TENANT_A, order, metric, due_at, ended, breached)
    async with house.app.transaction(TENANT_A) as scope:
        found = await ageing.figures(scope, at)
        assert found.every == len(days) + 2
        assert found.back == {back: 3}, "a question, its answer, and the resolution; once asked is not back and forth"
        assert (found.late, found.soon) == (2, 1)
        ages = Counter(age for (_, age), n in found.cells.items() for _ in range(n))
        assert ages == {0: 4, 1: 1, 2: 2, 3: 1, 4: 1, 5: 1}
        for (status, age), n in found.cells.items():
            rows = await ageing.behind(scope, Which(status, age), found.back, SUPERVISOR, at)
            assert len(rows) == n
            assert {row["status"] for row in rows} == {status}
        for which, expected in (
            (Which(late=True), {orders[0], orders[3]}), (Which(soon=True), {orders[1]}), (Which(back=True), {back}),
            (Which(), {*orders, back, once}),
        ):  # fmt: skip
            rows = await ageing.behind(scope, which, found.back, SUPERVISOR, at)
            assert {UUID(row["id"]) for row in rows} == expected, which
            assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows), "the oldest first"
        coming = await ageing.next_due(scope, 5, SUPERVISOR, at)
        assert [(each["order"]["id"], each["metric"]) for each in coming] == [
            (str(orders[1]), "resolve"), (str(orders[2]), "resolve"),
        ]  # fmt: skip
    async with house.app.transaction(TENANT_B) as scope:
        assert (await ageing.figures(scope, at)).every == 0
        assert await ageing.behind(scope, Which(back=True), found.back, SUPERVISOR, at) == []
