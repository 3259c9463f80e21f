"""Work orders between a seat and a client's system, over HTTP and on real PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kit.clock import now
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move, NewComment, NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")


async def escalated(house: House, connection: str | None = "a1", title: str = "refund") -> dict[str, Any]:
    body = NewWorkOrder(type="refund", title=title, connection=connection)
    async with house.app.transaction(TENANT_A) as scope:
        return await service.create(scope, service.Asked(body, agent_id=new_id()), SEAT, now())


async def test_an_escalation_is_acknowledged_and_resolved_by_the_clients_system(house: House, a1: System) -> None:
    order = await escalated(house)
    assert (order["number"], order["status"], order["version"], order["sequence"]) == ("WO-1001", "submitted", 1, 1)
    path = f"/v1/work-orders/{order['id']}"
    steps = (await a1.get(f"{path}/transitions")).json()["data"]
    assert [step["to"] for step in steps] == ["acknowledged", "inProgress", "rejected"]
    assert (await a1.move(order, "acknowledged")).status_code == 200
    assert (await a1.move(order, "inProgress")).json()["version"] == 3
    written = await a1.post(f"{path}/comments", {"body": "we look into it"})
    assert written.status_code == 201
    done = await a1.move(order, "resolved", resolution={"code": "refunded", "summary": "money is back today"})
    assert done.json()["resolution"] == {"code": "refunded", "summary": "money is back today"}
    assert done.json()["sequence"] == 5
    entries = (await a1.get(f"{path}/history")).json()["data"]
    assert [e["kind"] for e in entries] == [
        "WorkOrderCreated", "WorkOrderStatusChanged", "WorkOrderStatusChanged", "WorkOrderCommented",
        "WorkOrderStatusChanged", "WorkOrderSeatTaskCreated",
    ]  # fmt: skip
    assert [e["side"] for e in entries] == ["outsourcer", "tenant", "tenant", "tenant", "tenant", "outsourcer"]
    assert entries[-2]["changes"]["status"] == ["inProgress", "resolved"]


async def test_the_resolution_shows_on_the_agents_desk(house: House, a1: System) -> None:
    agent_id = new_id()
    async with house.app.transaction(TENANT_A) as scope:
        body = NewWorkOrder(type="refund", title="refund")
        order = await service.create(scope, service.Asked(body, agent_id=agent_id), SEAT, now())
    await a1.move(order, "inProgress")
    await a1.move(order, "resolved", resolution={"summary": "done today"})
    async with house.app.session(TENANT_A) as session:
        rows = await service.list_for_agent(session, agent_id)
    assert [(r["number"], r["status"], r["resolution"]) for r in rows] == [("WO-1001", "resolved", "done today")]


async def test_a_client_asks_and_the_centre_resolves(house: House, a1: System) -> None:
    order = await a1.create("call Mrs Wang back")
    assert order["requester_side"] == "tenant"
    refused = await a1.move(order, "inProgress")
    assert (refused.status_code, refused.json()["code"]) == (403, "transition_wrong_side")
    for to in ("inProgress", "resolved"):
        async with house.app.transaction(TENANT_A) as scope:
            await service.transition(scope, order["id"], Move(to=to), SEAT, now())
    closed = await a1.move(order, "closed")
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    illegal = await a1.move(order, "inProgress", reason="again")
    assert (illegal.status_code, illegal.json()["code"], illegal.json()["allowed"]) == (
        409,
        "transition_not_allowed",
        [],
    )
    after = (await a1.get(f"/v1/work-orders/{order['id']}")).json()
    assert (after["status"], after["version"]) == ("closed", closed.json()["version"])


async def test_an_internal_comment_stays_inside(house: House, a1: System) -> None:
    order = await escalated(house)
    async with house.app.transaction(TENANT_A) as scope:
        for visibility in ("internal", "shared"):
            await service.comment(scope, order["id"], NewComment(body=visibility, visibility=visibility), SEAT, now())
    path = f"/v1/work-orders/{order['id']}"
    answers = [await a1.get(path + part) for part in ("", "/comments", "/history", "/transitions")]
    assert all("internal" not in answer.text for answer in answers)
    assert answers[0].json()["sequence"] == 2
    assert [c["body"] for c in answers[1].json()["data"]] == ["shared"]
    async with house.app.transaction(TENANT_A) as scope:
        page = await service.comments(scope, order["id"], service.Wanted(), SEAT)
        assert [c["body"] for c in page.data] == ["shared", "internal"]
        events = await scope.fetch("SELECT body FROM gf.webhook_event WHERE subject = $1", order["id"])
    assert len(events) == 2
    assert all(b'"internal"' not in event["body"] for event in events)
    refused = await a1.post(f"{path}/comments", {"body": "x", "visibility": "internal"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/visibility")


async def test_a_step_whose_words_do_not_fit_is_refused_at_its_place(house: House, a1: System) -> None:
    order = await escalated(house)
    await a1.move(order, "inProgress")
    pending = await a1.move(order, "pending", pending_on="tenant", reason="which one?")  # it is the tenant who works
    assert (pending.status_code, pending.json()["errors"][0]["pointer"]) == (400, "/pending_on")
    order = await a1.create()
    async with house.app.transaction(TENANT_A) as scope:
        for to in ("inProgress", "resolved"):
            await service.transition(scope, UUID(order["id"]), Move(to=to), SEAT, now())
    reopened = await a1.move(order, "inProgress", reason=" ")
    assert (reopened.status_code, reopened.json()["errors"][0]["pointer"]) == (400, "/reason")
