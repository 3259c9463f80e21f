"""The page of one work order and the board with real orders: both sides act there, each sees what is its own."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from kit.clock import now
from tests.portal import telling
from tests.portal.test_work_orders import get, raised, reader
from tests.portal.test_work_orders import post as send
from tests.support.site import Site
from webhooks.core.retries import Next, Verdict
from webhooks.service import deliveries, endpoints_of
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewComment, NewWorkOrder, WorkOrderPatch
from workorders.service import changes, edit, lists

SUPERVISOR = "sup@harbour.example"
CLIENT = Doer(Side.TENANT, "user", "u-1", "王经理")


def missing(text: str, *parts: str) -> list[str]:
    return [part for part in parts if part not in text]


async def post(client: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    """Send a form; one that is done leads back to the page, which is read in English."""
    status, text = await send(client, path, **form)
    return status, await get(client, "/".join(path.split("/")[:3])) if status == 200 else text


def hidden(text: str, form: str, name: str) -> str:
    found = re.search(rf'id="{form}".*?name="{name}" value="([^"]*)"', text, re.DOTALL)
    assert found is not None, (form, name)
    return html.unescape(found[1])


async def test_both_sides_ask_answer_and_decide_on_the_page(site: Site) -> None:
    at = await telling.place(site)
    order, call = await raised(site, at)
    path = f"/work-orders/{order}"
    manager, centre = await reader(site, "client_manager"), await site.person(SUPERVISOR, "galaxy")
    mine = ("The call centre waits for the client to acknowledge it.", "Your turn")
    assert missing(await get(manager, path), *mine) == []
    assert "Your turn" not in await get(centre, path)
    await post(manager, f"{path}/transitions", to="inProgress")
    assert (await post(manager, f"{path}/questions", question=" "))[0] == 400
    status, text = await post(manager, f"{path}/questions", question="which <card>?", due_at="2099-01-02T10:00")
    assert (status, missing(text, "which &lt;card&gt;?", "2 Jan 2099 10:00:00")) == (200, [])
    text = await get(centre, path)
    assert missing(text, "The client waits for an answer from the call centre.", "Until 2 Jan 2099") == []
    question = re.search(rf"{path}/questions/([0-9a-f-]+)/answer", text)
    assert question is not None
    answer = f"{path}/questions/{question[1]}/answer"
    assert (await post(manager, answer, answer="mine"))[0] == 403
    assert (await post(centre, answer, answer="the red one"))[0] == 200
    status, text = await post(centre, answer, answer="another")
    assert (status, "This question was answered or withdrawn already." in text) == (409, True)
    await _cancelling(manager, centre, path)
    await _seat_tasks(manager, centre, path)
    await _inside(manager, centre, path, call)


async def _cancelling(manager: aiohttp.ClientSession, centre: aiohttp.ClientSession, path: str) -> None:
    status, text = await post(centre, f"{path}/cancellation", reason="not needed")
    assert (status, "wants it cancelled and waits for the client to decide" in text) == (200, True)
    assert (await post(manager, f"{path}/cancellation/take-up"))[0] == 200
    status, text = await post(manager, f"{path}/cancellation/decision", agree="no", reason="")
    assert (status, "Say why: this step needs a reason." in text) == (400, True)
    status, text = await post(manager, f"{path}/cancellation/decision", agree="no", reason="paid already")
    assert (status, missing(text, "Declined", "paid already", "waits for the client to resolve it")) == (200, [])


async def _seat_tasks(manager: aiohttp.ClientSession, centre: aiohttp.ClientSession, path: str) -> None:
    assert (await post(centre, f"{path}/seat-tasks", kind="call_back", instructions="x"))[0] == 403
    status, text = await post(manager, f"{path}/seat-tasks", kind="call_back", instructions="say it is paid")
    assert (status, missing(text, "Call the customer back", "say it is paid")) == (200, [])
    task = re.search(rf'action="({path}/seat-tasks/[0-9a-f-]+/withdraw)"', text)
    assert task is not None
    assert "Taken back" in (await post(manager, task[1]))[1]


async def _inside(manager: aiohttp.ClientSession, centre: aiohttp.ClientSession, path: str, call: UUID) -> None:
    await post(centre, f"{path}/comments", body="kept inside", inside="1")
    assert "kept inside" in await get(centre, path)
    assert missing(await get(manager, path), "kept inside", "for the centre only", 'name="inside"') == [
        "kept inside", "for the centre only", 'name="inside"',
    ]  # fmt: skip
    assert (await post(manager, f"{path}/comments", body="mine", inside="1"))[0] == 400
    status, text = await post(manager, f"{path}/assignment", team="Refunds", person="")
    assert (status, missing(text, "Works on it: Refunds", f"/interactions/{call}")) == (200, [])
    assert (await post(centre, f"{path}/assignment", team="", person="nobody of ours"))[0] == 400
    said = {"reason": "x", "question": "x", "kind": "call_back", "instructions": "x", "was": "{}"}
    for act in ("edit", "about", "links", "questions", "cancellation", "seat-tasks", "assignment"):
        assert (await post(manager, f"/work-orders/{uuid4()}/{act}", **said))[0] in {400, 404}, act


async def test_a_lost_update_is_shown_and_loses_nothing(site: Site) -> None:
    at = await telling.place(site)
    order, _ = await raised(site, at)
    path, centre = f"/work-orders/{order}", await site.person(SUPERVISOR, "galaxy")
    shown = await get(centre, path)
    form = {"version": hidden(shown, "edit-form", "version"), "was": hidden(shown, "edit-form", "was")}
    was = json.loads(form["was"])
    assert (was["priority"], was["custom-shop"], "expected_resolution_at" in was) == ("critical", "S 3", False)
    async with site.house.app.transaction(at.tenant) as scope:
        other = Doer(Side.OUTSOURCER, "user", "u-2", "supervisor")
        patch = WorkOrderPatch.model_validate({"priority": "low", "title": "renamed meanwhile"})
        await edit(scope, UUID(order), patch, other, now())
    typed = {**was, "title": "my <title>", "requested_resolution_at": "2099-01-02T10:00"}
    status, text = await post(centre, f"{path}/edit", **form, **typed)
    told = ("Changed meanwhile:", "Critical → Low", 'value="my &lt;title&gt;"', "Meanwhile it says: renamed meanwhile")
    assert (status, missing(text, *told)) == (412, [])
    form = {"version": hidden(text, "edit-form", "version"), "was": hidden(text, "edit-form", "was")}
    assert json.loads(form["was"])["priority"] == "low"
    status, text = await post(centre, f"{path}/edit", **form, **{**typed, "priority": "low"})
    assert (status, missing(text, "my &lt;title&gt;", "2 Jan 2099 10:00:00")) == (200, [])
    async with site.house.app.transaction(at.tenant) as scope:
        row = (await scope.fetch("SELECT priority FROM gf.work_order WHERE tenant_id = $1", at.tenant))[0]
    assert row["priority"] == "low", "what somebody else said stays"
    assert (await post(centre, f"{path}/edit", version="9", was="[1]"))[0] == 400
    assert (await post(await reader(site, "client_manager"), f"{path}/edit", version="3", was='{"title": "a"}',
                       title="b"))[0] == 403  # fmt: skip


async def test_links_are_added_and_taken_away(site: Site) -> None:
    at = await telling.place(site)
    (order, _), (other, _) = await raised_twice(site, at)
    path, centre = f"/work-orders/{order}", await site.person(SUPERVISOR, "galaxy")
    number = re.search(r"WO-\d+", await get(centre, f"/work-orders/{other}"))
    assert number is not None
    status, text = await post(centre, f"{path}/links", relation="blocks", number="WO-999999")
    assert status == 400
    assert "No work order has this number." in text
    status, text = await post(centre, f"{path}/links", relation="blocks", number=number[0])
    assert (status, missing(text, f"/work-orders/{other}", number[0])) == (200, [])
    assert "is held up by" in await get(centre, f"/work-orders/{other}")
    await post(centre, f"{path}/links", act="remove", relation="blocks", relationship=other)
    assert f'href="/work-orders/{other}"' not in (await get(centre, path)).split('id="p-links"')[1]
    status, text = await post(centre, f"{path}/links", kind="reference", owner="jira", external_id="OPS <12>")
    assert (status, "OPS &lt;12&gt;" in text) == (200, True)
    status, text = await post(
        centre, f"/work-orders/{other}/links", kind="reference", owner="jira", external_id="OPS <12>"
    )
    assert (status, "Another work order has this number" in text) == (409, True)


async def test_the_requester_says_whom_and_what_it_is_about(site: Site) -> None:
    at = await telling.place(site)
    order, _ = await raised(site, at)
    path, centre = f"/work-orders/{order}", await site.person(SUPERVISOR, "galaxy")
    form = await said(centre, path)
    assert (await post(centre, f"{path}/about", **form, about="parties", role="two words", name="x"))[0] == 400
    status, text = await post(centre, f"{path}/about", **form, about="parties", role="customer", name="Mrs <Zhou>")
    assert (status, missing(text, "Customer", "Mrs &lt;Zhou&gt;")) == (200, [])
    assert (await post(centre, f"{path}/about", **form, about="related", type="invoice", id="R-7"))[0] == 412
    form = await said(centre, path)
    assert (await post(centre, f"{path}/about", **form, about="related", type="invoice", id="R-7"))[0] == 200
    form = await said(centre, path)
    changed = {"about": "parties", "at": "1", "role": "reporter", "name": "Mr Li", "id": "C-17"}
    status, text = await post(centre, f"{path}/about", **form, **changed)
    panel = text.partition('id="p-whom"')[2].partition("</section>")[0]
    assert (status, missing(panel, "Reporter", "Mr Li", "C-17", "R-7"), "Zhou" in panel) == (200, [], False)
    form = await said(centre, path)
    manager = await reader(site, "client_manager")
    assert (await post(manager, f"{path}/about", **form, **changed, act="remove"))[0] == 403
    assert f'action="{path}/about"' not in await get(manager, path), "the other side says this"
    await post(centre, f"{path}/about", **form, **changed, act="remove")
    async with site.house.app.transaction(at.tenant) as scope:
        document = await lists.detail(scope, UUID(order), CLIENT)
    assert [each["name"] for each in (*document["parties"], *document["related"])] == ["陈女士", None]
    assert (await post(centre, f"{path}/about", **await said(centre, path), about="parties", at="1"))[0] == 400


async def said(client: aiohttp.ClientSession, path: str) -> dict[str, str]:
    """Return the version that the page shows now."""
    return {"version": hidden(await get(client, path), "about-parties-new", "version")}


async def raised_twice(site: Site, at: telling.Place) -> list[tuple[str, UUID]]:
    """Return two orders; the second has no name elsewhere, which one order has alone."""
    first = await raised(site, at)
    body = NewWorkOrder(type="refund", title="the other one")
    doer = Doer(Side.OUTSOURCER, "agent", str(at.agents[1]), at.aliases[1], agent_id=at.agents[1])
    async with site.house.app.session(at.tenant) as scope:
        made = await changes.escalate(scope, changes.Asked(body, first[1], at.agents[1]), doer, now())
    return [first, (str(made["id"]), first[1])]


async def test_the_page_says_what_systems_were_told(site: Site) -> None:
    at = await telling.place(site)
    async with site.house.app.transaction(at.tenant) as scope:
        await scope.fetch(
            "UPDATE gf.connection SET url = 'https://hooks.shop.example/x' WHERE tenant_id = $1", at.tenant
        )
        await endpoints_of.ensure_endpoints(scope)
    order, _ = await raised(site, at)
    path, manager = f"/work-orders/{order}", await reader(site, "client_manager")
    assert missing(await get(manager, path), "hooks.shop.example", "Waiting since", "订单系统 is not told yet") == []
    await _attempt(site, at, 500, Next(Verdict.AGAIN, timedelta(minutes=5)))
    assert missing(await get(manager, path), "Failing: HTTP 500.", "Next try at") == []
    async with site.house.app.transaction(at.tenant) as scope:
        await scope.fetch("UPDATE gf.webhook_delivery SET due_at = now() WHERE tenant_id = $1", at.tenant)
    await _attempt(site, at, 204, Next(Verdict.DELIVERED, timedelta()))
    text = await get(manager, path)
    assert (missing(text, "told at"), "Failing" in text) == ([], False)


async def _attempt(site: Site, at: telling.Place, status: int, then: Next) -> None:
    """One delivery is tried, and this comes of it."""
    async with site.house.worker.transaction(at.tenant) as scope:
        (endpoint,) = await scope.fetch("SELECT id FROM gf.webhook_endpoint WHERE tenant_id = $1 LIMIT 1", at.tenant)
        (parcel,) = await deliveries.claim(scope, endpoint["id"], 1, timedelta(minutes=1))
        tried = deliveries.Attempt(now(), timedelta(milliseconds=9), status)
        landed = [deliveries.Landed(parcel, tried, then)]
        await deliveries.settle(scope, endpoint["id"], landed, timedelta(minutes=1))


async def test_the_board_has_columns_and_the_feed_tells_what_its_reader_may_see(site: Site) -> None:
    at = await telling.place(site)
    orders = [order for order, _ in await raised_twice(site, at)]
    manager, viewer = await reader(site, "client_manager"), await reader(site, "client_viewer")
    text = await get(manager, "/work-orders/board")
    assert re.findall(r'id="card-([0-9a-f-]+)"', text) == orders, "what waits longest stands first"
    steps = re.findall(r'data-steps="([^"]*)"', text)
    assert [each["to"] for each in json.loads(html.unescape(steps[0]))] == ["acknowledged", "inProgress", "rejected"]
    assert set(re.findall(r'data-steps="([^"]*)"', await get(viewer, "/work-orders/board"))) == {"[]"}
    upto = re.search(r'data-upto="(\d+)"', text)
    assert upto is not None
    for one in ("", f"&order={orders[0]}"):
        async with manager.ws_connect(f"/work-orders/feed?seen={upto[1]}{one}") as socket:
            assert (await socket.receive_json(timeout=5))["t"] == "hb"
            centre = Doer(Side.OUTSOURCER, "user", "u-2", "supervisor")
            for body in (NewComment(body="inside", visibility="internal"), NewComment(body="for both")):
                async with site.house.app.transaction(at.tenant) as scope:
                    await changes.comment(scope, UUID(orders[0]), body, centre, now())
            frame = await told(socket)
            async with site.house.app.transaction(at.tenant) as scope:
                (row,) = await scope.fetch(
                    "SELECT max(seq) AS seq FROM gf.journal WHERE tenant_id = $1 AND kind = 'WorkOrderCommented'",
                    at.tenant,
                )
            assert frame["upto"] == row["seq"], "the internal one was no news"
            upto = re.match(r"(\d+)", str(row["seq"]))
            assert upto is not None
    other = await site.person((await site.people("harbour-light"))["client_manager"], "harbour-light")
    assert missing(await get(other, "/work-orders/board"), *orders) == orders
    async with other.get(f"/work-orders/{orders[0]}") as answer:
        assert answer.status == 404
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await other.ws_connect(f"/work-orders/feed?order={orders[0]}")


async def told(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = await socket.receive_json(timeout=5)
        if frame["t"] == "snap":
            return frame
