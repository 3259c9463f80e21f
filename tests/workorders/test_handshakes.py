"""Questions, requests to cancel and seat tasks: both ways, over HTTP, on real PostgreSQL, with the real reactions."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from journal import service as journal
from kit.clock import now
from kit.errors import Forbidden, NotFound, Problem
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from tests.workorders.test_types import REFUND, agreed
from workorders import service
from workorders.asking import service as asking
from workorders.asking.schemas import InfoAnswer, NewInfoRequest
from workorders.cancelling import service as cancelling
from workorders.cancelling.schemas import Decision, NewCancellation
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewComment, NewWorkOrder
from workorders.seat_tasks import service as seat_tasks
from workorders.seat_tasks.schemas import Completion

SUPERVISOR = Doer(Side.OUTSOURCER, "user", "supervisor-1", "supervisor")


@dataclass
class Seat:
    """An agent, what it does, and what happened to its work orders."""

    house: House
    doer: Doer

    async def does(self, act: Any, *args: Any, doer: Doer | None = None) -> dict[str, Any]:
        """Do it in one transaction, as the agent or somebody else."""
        async with self.house.app.transaction(TENANT_A) as scope:
            return dict(await act(scope, *args, doer or self.doer, now()))

    async def raises(self, connection: str = "a1") -> tuple[dict[str, Any], str]:
        """Return a new work order of this agent, and its address."""
        body = NewWorkOrder(type="refund", title="refund", connection=connection)
        order = await self.does(service.create, service.Asked(body, agent_id=self.doer.agent_id))
        return order, f"/v1/work-orders/{order['id']}"

    async def moves(self, order: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
        return await self.does(service.transition, UUID(order["id"]), Move(to=to, **more))

    async def events(self, order: dict[str, Any]) -> list[tuple[int, str]]:
        """Return what the client's system is told of it, in order: each sequence and type once, without a gap."""
        async with self.house.app.transaction(TENANT_A) as scope:
            rows = await scope.fetch(
                "SELECT sequence, type FROM gf.webhook_event WHERE tenant_id = $1 AND subject = $2 ORDER BY sequence",
                TENANT_A, UUID(order["id"]),
            )  # fmt: skip
        told = [(row["sequence"], row["type"].removeprefix("work_order.")) for row in rows]
        assert [sequence for sequence, _ in told] == list(range(1, len(told) + 1))
        return told


async def an_agent(house: House, alias: str) -> Doer:
    agent_id = new_id()
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.agent_profile (tenant_id, id, agent_id, alias, seat, kind, skills)"
            " VALUES ($1, $2, $3, $4, $5, 'shared', '{}')",
            TENANT_A, new_id(), agent_id, alias, f"S-{alias}",
        )  # fmt: skip
    return Doer(Side.OUTSOURCER, "agent", str(agent_id), alias, agent_id=agent_id)


@pytest.fixture
async def seat(house: House, http: httpx.AsyncClient) -> Seat:
    return Seat(house, await an_agent(house, "客服01"))


def kinds(told: list[tuple[int, str]]) -> list[str]:
    return [kind for _, kind in told]


async def status_of(a1: System, path: str) -> tuple[str, str | None]:
    order = (await a1.get(path)).json()
    return order["status"], order["pending_on"]


async def test_a_question_makes_the_requester_wait_for_nobody_but_itself(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    first = await a1.post(f"{path}/info-requests", {"question": "which invoice?", "path": "/description"})
    assert (first.status_code, first.json()["state"], first.json()["path"]) == (201, "open", "/description")
    second = (await a1.post(f"{path}/info-requests", {"question": "and whose?"})).json()
    assert await status_of(a1, path) == ("pending", "outsourcer")
    fields = {"/title": "A-17", "/description": True}
    said = InfoAnswer(answer="the last one", fields=fields)
    await seat.does(asking.answer, UUID(order["id"]), UUID(first.json()["id"]), said)
    assert await status_of(a1, path) == ("pending", "outsourcer")
    await seat.does(asking.answer, UUID(order["id"]), UUID(second["id"]), InfoAnswer(answer="hers"))
    assert await status_of(a1, path) == ("inProgress", None)
    shown = (await a1.get(f"{path}/info-requests")).json()["data"]
    assert [(q["answer"], q["fields"], q["answered_by"]["name"]) for q in shown] == [
        ("the last one", fields, "客服01"), ("hers", {}, "客服01"),
    ]  # fmt: skip
    assert (await a1.get(f"{path}/info-requests/{second['id']}")).json() == shown[1]
    assert kinds(await seat.events(order)) == [
        "created", "status_changed", "status_changed", "info.requested", "info.requested", "info.answered",
        "info.answered", "status_changed",
    ]  # fmt: skip
    history = (await a1.get(f"{path}/history")).json()["data"]
    assert [e["info_request"]["question"] for e in history if e["kind"] == "WorkOrderInfoRequested"] == [
        "which invoice?", "and whose?",
    ]  # fmt: skip
    async with seat.house.app.transaction(TENANT_A) as scope:
        stored = await scope.fetch("SELECT question, answer, fields FROM gf.work_order_info_request")
        facts = await scope.fetch("SELECT data::text AS data FROM gf.journal WHERE kind LIKE 'WorkOrderInfo%'")
    assert all(word not in str([dict(row) for row in [*stored, *facts]]) for word in ("invoice?", "hers", "A-17"))


async def test_a_plain_step_is_a_question_and_a_step_back_its_answer(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    await a1.move(order, "pending", pending_on="outsourcer", reason="which invoice?")
    (asked,) = (await a1.get(f"{path}/info-requests")).json()["data"]
    assert (asked["question"], asked["state"], asked["asked_by"]["side"]) == ("which invoice?", "open", "tenant")
    await seat.moves(order, "inProgress", reason="the last one")
    (answered,) = (await a1.get(f"{path}/info-requests")).json()["data"]
    assert (answered["state"], answered["answer"]) == ("answered", "the last one")
    await a1.move(order, "pending", pending_on="outsourcer", reason="once more?")
    await a1.move(order, "held", reason="found it ourselves")
    assert [q["state"] for q in (await a1.get(f"{path}/info-requests")).json()["data"]] == ["answered", "withdrawn"]
    assert kinds(await seat.events(order))[2:] == [
        "status_changed", "info.requested", "status_changed", "info.answered", "status_changed", "info.requested",
        "status_changed",
    ]  # fmt: skip


async def test_a_question_that_cannot_be_is_refused_and_changes_nothing(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    early = await a1.post(f"{path}/info-requests", {"question": "why?"})
    assert (early.status_code, early.json()["code"]) == (409, "transition_not_allowed")
    await a1.move(order, "inProgress")
    for body, pointer in (
        ({"question": " "}, "/question"), ({"question": "x\0"}, "/question"), ({"question": "x", "path": "a"}, "/path"),
        ({"question": "x", "path": "/~2"}, "/path"), ({"question": "x", "path": "/secret"}, "/path"),
        ({"question": "x", "due_at": "2020-01-01T00:00:00Z"}, "/due_at"),
        ({"question": "x", "due_at": "2040-01-01T00:00:00"}, "/due_at"), ({"question": "x", "more": 1}, "/more"),
    ):  # fmt: skip
        refused = await a1.post(f"{path}/info-requests", body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer), body
    with pytest.raises(Problem, match="Only the side that works on it"):
        await seat.does(asking.ask, UUID(order["id"]), NewInfoRequest(question="why?"))
    await a1.move(order, "pending", pending_on="end_customer", reason="asked the customer")
    elsewhere = await a1.post(f"{path}/info-requests", {"question": "why?"})
    assert (elsewhere.status_code, "inProgress" in elsewhere.json()["allowed"]) == (409, True)
    assert (await a1.get(f"{path}/info-requests")).json() == {"data": []}
    assert (await a1.get(f"{path}/info-requests/{new_id()}")).status_code == 404


async def test_an_answer_counts_once_and_only_from_who_was_asked(house: House, seat: Seat, a1: System) -> None:
    order = await a1.create("call Mrs Wang back")
    path, wo = f"/v1/work-orders/{order['id']}", UUID(order["id"])
    await seat.does(service.transition, wo, Move(to="inProgress"), doer=SUPERVISOR)
    asked = await seat.does(asking.ask, wo, NewInfoRequest(question="which number?"), doer=SUPERVISOR)
    address = f"{path}/info-requests/{asked['id']}/answer"
    with pytest.raises(Problem, match="Only the side that was asked"):
        await seat.does(asking.answer, wo, UUID(asked["id"]), InfoAnswer(answer="x"), doer=SUPERVISOR)
    wrong = await a1.post(address, {"answer": "x", "fields": {"/nowhere": 1}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/fields")
    for fields in ({"/title": 1.5}, {"/title": [1]}, {"custom": 1}, {"/title": 2**60}):
        assert (await a1.post(address, {"answer": "x", "fields": fields})).status_code == 400
    answers = await asyncio.gather(*(a1.post(address, {"answer": "her mobile"}) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.content for answer in answers}) == 1
    other = await a1.post(address, {"answer": "her office"})
    assert (other.status_code, other.json()["code"], other.json()["state"]) == (409, "info_request_closed", "answered")
    assert kinds(await seat.events(order)).count("info.answered") == 1
    assert await status_of(a1, path) == ("inProgress", None)


async def test_what_is_under_way_is_cancelled_by_agreement(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    wo, wish = UUID(order["id"]), NewCancellation(reason="the caller found it")
    with pytest.raises(Problem) as direct:
        await seat.does(cancelling.request, wo, wish)
    assert (direct.value.code, direct.value.data["transition"]) == ("cancel_directly", "cancelled")
    await a1.move(order, "inProgress")
    assert (await a1.get(f"{path}/cancellation")).status_code == 404
    asked = await seat.does(cancelling.request, wo, wish)
    assert asked["state"] == "accepted"
    with pytest.raises(Problem) as second:
        await seat.does(cancelling.request, wo, wish)
    assert (second.value.code, second.value.data["existing"]) == ("cancellation_open", asked["id"])
    with pytest.raises(Problem, match="Only the side that works on it"):
        await seat.does(cancelling.decide, wo, Decision(agree=True))
    wrong_side = await a1.post(f"{path}/cancellation", {"reason": "x"})
    assert (wrong_side.status_code, wrong_side.json()["code"]) == (403, "transition_wrong_side")
    for _ in range(2):
        assert (await a1.post(f"{path}/cancellation/take-up", None)).json()["state"] == "inProgress"
    for body in ({"agree": False}, {"agree": "yes"}, {}, {"agree": True, "reason": ""}):
        assert (await a1.post(f"{path}/cancellation/decision", body)).status_code == 400
    agreed = await a1.post(f"{path}/cancellation/decision", {"agree": True})
    assert (agreed.json()["state"], agreed.json()["decided_by"]["side"]) == ("done", "tenant")
    after = (await a1.get(path)).json()
    assert (after["status"], after["status_reason"]) == ("cancelled", "the caller found it")
    assert (await a1.post(f"{path}/cancellation/decision", {"agree": True})).json() == agreed.json()
    late = await a1.post(f"{path}/cancellation/decision", {"agree": False, "reason": "too late"})
    assert (late.status_code, late.json()["code"]) == (409, "cancellation_decided")
    assert kinds(await seat.events(order)) == [
        "created", "status_changed", "cancellation.requested", "cancellation.taken_up", "cancellation.decided",
        "cancelled",
    ]  # fmt: skip


async def test_a_declined_wish_leaves_the_work_and_one_that_is_overtaken_ends(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    wo, wish = UUID(order["id"]), NewCancellation(reason="not wanted")
    await a1.move(order, "inProgress")
    await seat.does(cancelling.request, wo, wish)
    declined = await a1.post(f"{path}/cancellation/decision", {"agree": False, "reason": "it is on its way"})
    assert (declined.json()["state"], declined.json()["error"], declined.json()["decision_reason"]) == (
        "terminatedWithError", "declined", "it is on its way",
    )  # fmt: skip
    assert await status_of(a1, path) == ("inProgress", None)
    await a1.post(f"{path}/info-requests", {"question": "still?"})
    await seat.does(cancelling.request, wo, wish)
    await a1.move(order, "resolved", resolution={"summary": "done"})
    ended = (await a1.get(f"{path}/cancellation")).json()
    assert (ended["state"], ended["error"], ended["decided_by"]) == ("terminatedWithError", "resolved", None)
    assert [q["state"] for q in (await a1.get(f"{path}/info-requests")).json()["data"]] == ["withdrawn"]
    assert kinds(await seat.events(order))[-4:] == [
        "cancellation.requested", "resolved", "cancellation.decided", "seat_task.created",
    ]  # fmt: skip


async def test_two_decisions_at_once_are_one(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    await seat.does(cancelling.request, UUID(order["id"]), NewCancellation(reason="not wanted"))
    bodies = [{"agree": True}, {"agree": False, "reason": "no"}] * 3
    answers = await asyncio.gather(*(a1.post(f"{path}/cancellation/decision", body) for body in bodies))
    winners = {answer.json()["state"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 3
    assert (await status_of(a1, path))[0] == ("cancelled" if winners == {"done"} else "inProgress")
    assert kinds(await seat.events(order)).count("cancellation.decided") == 1


async def test_the_client_asks_the_seat_and_takes_it_back(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    for body in (
        {"kind": "sing", "instructions": "x"}, {"kind": "call_back", "instructions": ""}, {"kind": "call_back"},
        {"kind": "call_back", "instructions": "x", "due_at": "2020-01-01T00:00:00Z"},
    ):  # fmt: skip
        assert (await a1.post(f"{path}/seat-tasks", body)).status_code == 400
    due = (now() + timedelta(hours=1)).isoformat()
    body = {"kind": "collect_info", "instructions": "ask for the invoice", "due_at": due}
    task = (await a1.post(f"{path}/seat-tasks", body, key="one")).json()
    assert (await a1.post(f"{path}/seat-tasks", body, key="one")).json() == task
    assert len((await a1.get(f"{path}/seat-tasks")).json()["data"]) == 1
    address, which = f"{path}/seat-tasks/{task['id']}", (UUID(order["id"]), UUID(task["id"]))
    assert (await a1.post(f"{address}/accept", None)).status_code == 403
    with pytest.raises(Forbidden):
        await seat.does(seat_tasks.hand_over, *which, seat.doer.agent_id)
    await seat.does(seat_tasks.accept, *which)
    late = await a1.post(f"{address}/withdraw", None)
    assert (late.status_code, late.json()["code"], late.json()["state"]) == (409, "seat_task_state", "accepted")
    with pytest.raises(Problem, match="say what you learnt"):
        await seat.does(seat_tasks.complete, *which, Completion(state="done"))
    with pytest.raises(Problem, match="no such call"):
        await seat.does(seat_tasks.complete, *which, Completion(state="done", outcome="A-17", call_id=new_id()))
    await seat.does(seat_tasks.complete, *which, Completion(state="done", outcome="A-17"))
    assert (await a1.get(address)).json()["outcome"] == "A-17"
    second = (await a1.post(f"{path}/seat-tasks", {"kind": "call_back", "instructions": "call"})).json()
    for _ in range(2):
        gone = await a1.post(f"{path}/seat-tasks/{second['id']}/withdraw", None)
        assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    await a1.move(order, "rejected", reason="not ours")
    over = await a1.post(f"{path}/seat-tasks", body)
    assert (over.status_code, over.json()["code"]) == (409, "work_order_over")
    own = await a1.create("our own")
    mine = await a1.post(f"/v1/work-orders/{own['id']}/seat-tasks", body)
    assert (mine.status_code, mine.json()["code"]) == (403, "transition_wrong_side")


async def test_a_task_goes_to_another_agent_and_to_the_supervisors_when_its_agent_is_gone(
    house: House, seat: Seat, a1: System
) -> None:
    order, path = await seat.raises()
    task = (await a1.post(f"{path}/seat-tasks", {"kind": "call_back", "instructions": "call"})).json()
    which, second = (UUID(order["id"]), UUID(task["id"])), await an_agent(house, "客服02")
    await seat.does(seat_tasks.accept, *which)
    with pytest.raises(NotFound):
        await seat.does(seat_tasks.accept, *which, doer=second)
    with pytest.raises(Problem, match="nobody of this id"):
        await seat.does(seat_tasks.hand_over, *which, new_id(), doer=SUPERVISOR)
    given = await seat.does(seat_tasks.hand_over, *which, second.agent_id, doer=SUPERVISOR)
    assert (given["agent"]["name"], given["state"]) == ("客服02", "open")
    with pytest.raises(NotFound):
        await seat.does(seat_tasks.accept, *which)
    assert (await seat.does(seat_tasks.accept, *which, doer=second))["state"] == "accepted"
    async with house.app.transaction(TENANT_A) as scope:
        (fact,) = await journal.read(scope, kinds=["WorkOrderSeatTaskHandedOver"])
    assert fact.data["agent_id"] == str(second.agent_id), "whose desk rings"
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "UPDATE gf.agent_profile SET retired_at = $3 WHERE tenant_id = $1 AND agent_id = $2",
            TENANT_A, second.agent_id, now(),
        )  # fmt: skip
    assert (await a1.get(f"{path}/seat-tasks/{task['id']}")).json()["agent"] is None
    done = await seat.does(seat_tasks.complete, *which, Completion(state="done"), doer=SUPERVISOR)
    assert done["state"] == "done"


async def test_a_reopened_work_order_takes_back_what_was_to_be_told(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    await a1.move(order, "resolved", resolution={"summary": "first"})
    await seat.moves(order, "inProgress", reason="it is not")
    await a1.move(order, "resolved", resolution={"code": "fixed"})
    tasks = (await a1.get(f"{path}/seat-tasks")).json()["data"]
    assert [(t["instructions"], t["state"]) for t in tasks] == [("first", "withdrawn"), ("fixed", "open")]


async def test_tasks_that_wait_come_page_by_page(seat: Seat, a1: System, a2: System, b1: System) -> None:
    _, path = await seat.raises()
    asked = {"kind": "call_back", "instructions": "call"}
    first, second = "2031-01-01T00:00:00Z", "2031-01-02T00:00:00Z"
    instants: tuple[str | None, ...] = (None, second, first, second, None)
    made = [(await a1.post(f"{path}/seat-tasks", {**asked, "due_at": at})).json()["id"] for at in instants]
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while query:
        page = (await a1.get("/v1/seat-tasks", params=query)).json()
        seen += [task["id"] for task in page["data"]]
        assert page["has_more"] == (page["next"] is not None)
        if len(seen) == 2:  # what a cursor stands behind may be over: the rest still follows
            assert (await a1.post(f"{path}/seat-tasks/{seen[-1]}/withdraw", None)).status_code == 200
            cursor = page["next"]
        query = {"limit": "2", "after": page["next"]} if page["next"] else {}
    assert seen == [made[2], made[1], made[3], made[0], made[4]]
    assert (await b1.get("/v1/seat-tasks", params={"after": cursor})).status_code == 400
    assert (await a2.get("/v1/seat-tasks", params={"after": cursor})).json()["data"] == []
    orders = (await a1.get("/v1/work-orders", params={"limit": "1"})).json()["next"]
    for wrong in ("x", "AAAA", orders or "%00"):
        assert (await a1.get("/v1/seat-tasks", params={"after": wrong})).status_code == 400


async def test_nobody_else_finds_a_handshake(seat: Seat, a1: System, a2: System, b1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    question = (await a1.post(f"{path}/info-requests", {"question": "which?"})).json()
    task = (await a1.post(f"{path}/seat-tasks", {"kind": "call_back", "instructions": "call"})).json()
    await seat.does(cancelling.request, UUID(order["id"]), NewCancellation(reason="not wanted"))
    waits = (await a1.get("/v1/seat-tasks", params={"agent_id": task["agent"]["id"], "limit": 1})).json()
    assert waits == {"data": [task], "has_more": False, "next": None}
    assert (await a1.get("/v1/seat-tasks", params={"agent_id": str(new_id())})).json()["data"] == []
    assert (await a1.get("/v1/seat-tasks", params={"agent": "x"})).json()["code"] == "unknown_filter"
    for system in (a2, b1):
        assert (await system.get("/v1/seat-tasks")).json() == {"data": [], "has_more": False, "next": None}
    for part in (f"info-requests/{question['id']}", f"seat-tasks/{task['id']}", "cancellation"):
        assert (await a1.get(f"{path}/{part}")).status_code == 200
        for system in (a2, b1):
            assert (await system.get(f"{path}/{part}")).status_code == 404
    for system, mine in ((a2, await a2.create()), (b1, await b1.create())):
        own = f"/v1/work-orders/{mine['id']}"
        for part in (f"info-requests/{question['id']}", f"seat-tasks/{task['id']}"):
            assert (await system.get(f"{own}/{part}")).status_code == 404
        assert (await system.post(f"{own}/seat-tasks/{task['id']}/withdraw", None)).status_code == 404
    assert orjson.loads((await a1.get(f"{path}/seat-tasks/{task['id']}")).content)["state"] == "open"


async def test_a_comment_and_a_handshake_at_once_are_counted_one_after_the_other(seat: Seat, a1: System) -> None:
    order, path = await seat.raises()
    await a1.move(order, "inProgress")
    await asyncio.gather(
        *(a1.post(f"{path}/info-requests", {"question": f"question {n}"}) for n in range(4)),
        *(seat.does(service.comment, UUID(order["id"]), NewComment(body=f"comment {n}")) for n in range(4)),
        a1.post(f"{path}/seat-tasks", {"kind": "call_back", "instructions": "call"}),
    )
    told = await seat.events(order)
    assert kinds(told).count("info.requested") == 4
    assert kinds(told).count("status_changed") == 2


async def test_what_is_said_to_the_caller_is_the_clients_own_and_may_be_switched_off(seat: Seat, a1: System) -> None:
    instructions = []
    for section in ({"inform_customer": False}, {"types": [REFUND]}):
        order, path = await seat.raises()
        await agreed(seat.house, **section)
        await a1.move(order, "inProgress")
        await a1.move(order, "resolved", resolution={"summary": "paid"})
        instructions.append([task["instructions"] for task in (await a1.get(f"{path}/seat-tasks")).json()["data"]])
    assert instructions == [[], ["paid\n\nYour money is on its way."]]
