"""What a client asks of a seat, on real pages: the agent's desk, the work order's history, the supervisors' list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kit.clock import now
from tests.portal import telling
from tests.portal.test_messages import _post
from tests.portal.test_work_orders import get, post, raised, reader
from tests.support.site import Site
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import Move
from workorders.service import changes

CLIENT = Doer(Side.TENANT, "user", "u-1", "王经理")


async def _resolved(site: Site, at: telling.Place) -> tuple[str, UUID]:
    """Return the ids of a work order of the second agent that the client has resolved, and of its call."""
    order, call = await raised(site, at)
    for move in (Move(to="inProgress"), Move.model_validate({"to": "resolved", "resolution": {"summary": "已退款"}})):
        async with site.house.app.transaction(at.tenant) as scope:
            await changes.transition(scope, UUID(order), move, CLIENT, now())
    return order, call


async def _tasks(desk: Any) -> list[dict[str, Any]]:
    async with desk.get("/desk/document") as answer:
        return list((await answer.json())["seat_tasks"])


async def test_a_resolution_is_told_to_the_caller_by_the_agent_who_raised_it(site: Site) -> None:
    at = await telling.place(site)
    order, call = await _resolved(site, at)
    mails = dict(await site.agents("galaxy"))
    other, mine = [await site.person(mails[agent]) for agent in at.agents]
    (task,) = await _tasks(mine)
    assert (task["order"], task["kind"], task["instructions"], task["client"]["code"], task["closes"]) == (
        order, "inform_customer", "已退款", "galaxy", True,
    )  # fmt: skip
    assert (task["contact"], task["state"]) == ("+86 138****1234", "open")
    assert await _tasks(other) == []
    act = {"client": "galaxy", "order_id": order, "seat_task_id": task["id"]}
    for desk, wrong in (
        (other, act),
        (mine, {**act, "client": "harbour-light"}),
        (mine, {**act, "seat_task_id": str(call)}),
    ):
        assert (await _post(desk, "/desk/seat-task", {**wrong, "act": "accept"}))[0] == 404
    early = await _post(mine, "/desk/seat-task", {**act, "act": "done"})
    assert (early[0], early[1]["code"]) == (409, "seat_task_state")
    for _ in range(2):
        assert await _post(mine, "/desk/seat-task", {**act, "act": "accept"}) == (200, {"ok": True})
    assert (await _post(mine, "/desk/seat-task", {**act, "act": "failed"}))[0] == 400
    await _a_supervisor_hands_it_over_and_back(site, at, task)
    await _post(mine, "/desk/seat-task", {**act, "act": "accept"})
    done = await _post(mine, "/desk/seat-task", {**act, "act": "done", "outcome": "told her", "close": True})
    assert done[0] == 200
    assert await _tasks(mine) == []
    page = await get(await reader(site, "client_manager"), f"/work-orders/{order}")
    for told in (
        "Task for the seat: Inform the customer",
        "Gave the task to another agent",
        "Did the task",
        "told her",
    ):
        assert told in page, told
    assert page.count("Took the task") == 2
    assert "Closed" in page


async def _a_supervisor_hands_it_over_and_back(site: Site, at: telling.Place, task: dict[str, Any]) -> None:
    supervisor = await site.person("sup@harbour.example")
    page = await get(supervisor, "/floor/tasks")
    for shown in ("Tasks from clients", "Inform the customer", task["number"], "1 task", "In hand"):
        assert shown in page, shown
    assert "No file is held back." in await get(supervisor, "/floor/files")
    pool = await site.house.control.pool()
    for agent in at.agents:
        house_id = await pool.fetchval("SELECT agent_id FROM control.agent_alias WHERE id = $1", agent)
        form = {
            "tenant_id": str(at.tenant),
            "order_id": task["order"],
            "seat_task_id": task["id"],
            "agent": str(house_id),
        }
        assert (await post(supervisor, "/floor/tasks/hand-over", **form))[0] == 200, "and back to the page"
    assert (await post(supervisor, "/floor/tasks/hand-over", **{**form, "agent": str(at.agents[0])}))[0] == 404
    manager = await reader(site, "client_manager")
    assert (await post(manager, "/floor/tasks/hand-over", **form))[0] in {403, 404}
