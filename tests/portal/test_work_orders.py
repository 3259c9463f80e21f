"""The client's inbox with real orders: what each side may do, forms that are refused, and what a desk shows of them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import aiohttp

from interactions.core.agent_record import AgentRecord
from interactions.records import save_agents
from tests.portal import telling
from tests.portal.telling import Place
from tests.support.site import Site
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import AssignmentOf, NewComment, NewWorkOrder, WorkOrderPatch
from workorders.service import changes

HTML = {"Accept": "text/html"}


async def raised(site: Site, at: Place, title: str = "退款 <未到账>") -> tuple[str, UUID]:
    """Return the ids of an order that came out of a real call, with an internal remark on it, and of the call."""
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    agent, now = at.agents[1], datetime.now(UTC)
    doer = Doer(Side.OUTSOURCER, "agent", str(agent), at.aliases[1], agent_id=agent)
    body = NewWorkOrder(
        type="refund", title=title, description="七天\n未到账", priority="critical", custom={"shop": "S 3"},
        parties=[{"role": "customer", "name": "陈女士"}], external_ref=[{"owner": "erp", "id": "R-7"}],
    )  # fmt: skip
    async with site.house.app.session(at.tenant) as scope:
        order = await changes.escalate(scope, changes.Asked(body, call, agent), doer, now)
        remark = NewComment(body="for the centre only", visibility="internal")
        await changes.comment(scope, UUID(order["id"]), remark, doer, now)
    return str(order["id"]), call


async def reader(site: Site, role: str) -> aiohttp.ClientSession:
    return await site.person((await site.people("galaxy"))[role], "galaxy")


async def get(client: aiohttp.ClientSession, path: str, **params: str) -> str:
    async with client.get(path, params={"lang": "en", **params}, headers=HTML) as answer:
        text = await answer.text()
        assert answer.status == 200, text[-1500:]
        return text


async def post(client: aiohttp.ClientSession, path: str, **form: str) -> tuple[int, str]:
    async with client.post(path, data=form, params={"lang": "en"}, headers=HTML) as answer:
        return answer.status, await answer.text()


def steps(text: str) -> list[str]:
    return re.findall(r'name="to" value="(\w+)"', text)


async def test_an_order_is_read_by_its_roles_and_moved_by_the_manager(site: Site) -> None:
    at = await telling.place(site)
    order, call = await raised(site, at)
    path = f"/work-orders/{order}"
    manager, viewer = await reader(site, "client_manager"), await reader(site, "client_viewer")
    for client in (manager, viewer):
        text = await get(client, path)
        for part in ("退款 &lt;未到账&gt;", "Critical", "Refund", "Submitted", f"/interactions/{call}", at.aliases[1]):
            assert part in text, part
        assert "for the centre only" not in text
        shown = ('<span class="soft">Customer</span> 陈女士', "<dt>shop</dt><dd>S 3", ">R-7</span>")
        assert [part for part in shown if part not in text] == []
        assert 'action="/work-orders' in text  # both may comment
    assert steps(await get(manager, path)) == ["acknowledged", "inProgress", "rejected"]
    assert steps(await get(viewer, path)) == []
    assert (await post(viewer, f"{path}/transitions", to="acknowledged"))[0] == 403
    assert "for the centre only" in await get(await site.person("sup@harbour.example", "galaxy"), path)
    status, text = await post(manager, f"{path}/transitions", to="acknowledged", reason="", pending_on="end_customer")
    assert status == 200, text  # the form's waiting list is for pending only
    assert "Submitted → Acknowledged" in await get(manager, path)
    async with site.house.app.transaction(at.tenant) as scope:
        theirs, now = Doer(Side.TENANT, "user", "u-1", "M. Chan"), datetime.now(UTC)
        expected = WorkOrderPatch(expected_resolution_at=now)
        await service.edit(scope, UUID(order), expected, theirs, now)
        await service.assign(scope, UUID(order), AssignmentOf(side=Side.TENANT, team="Refunds"), theirs, now)
    text = await get(manager, path)
    assert [part for part in ("<li>Expected by:", "Works on it: Refunds") if part not in text] == []
    status, text = await post(
        manager, f"{path}/transitions", to="pending", reason="ask them", pending_on="end_customer"
    )
    assert status == 200, text
    text = await get(manager, path)
    assert ("Waits for" in text, "ask them" in text) == (True, True)
    status, text = await post(
        manager, f"{path}/transitions", to="resolved", reason="paid today", pending_on="outsourcer"
    )
    assert status == 200, text
    assert "Resolution: paid today" in await get(manager, path)
    assert f"/work-orders/{order}" in await get(viewer, f"/interactions/{call}")
    assert "Resolved" in await get(manager, "/work-orders", status="resolved")
    assert "No work order matches" in await get(manager, "/work-orders", status="held")


async def test_what_is_refused_keeps_what_was_typed(site: Site) -> None:
    at = await telling.place(site)
    order, _ = await raised(site, at)
    path = f"/work-orders/{order}"
    manager = await reader(site, "client_manager")
    await post(manager, f"{path}/transitions", to="acknowledged")
    status, text = await post(manager, f"{path}/transitions", to="pending", reason=" ", pending_on="third_party")
    assert (status, "Say why: this step needs a reason." in text) == (400, True)
    assert re.search(r'id="step-pending" open', text)
    assert '<option value="third_party" selected>' in text
    status, text = await post(manager, f"{path}/transitions", to="closed", reason="it is <done>")
    assert (status, "it is &lt;done&gt;</p>" in text, 'role="alert"' in text) == (409, True, True)
    status, text = await post(manager, f"{path}/transitions", to="flown", reason="kept")
    assert (status, "kept</p>" in text) == (400, True)
    status, text = await post(manager, f"{path}/comments", body="")
    assert (status, "Write the comment first" in text) == (400, True)
    long = "长" * 4001
    status, text = await post(manager, f"{path}/comments", body=long)
    assert (status, f"{long}</textarea>" in text) == (400, True)
    status, text = await post(manager, f"{path}/comments", body="seen by <both>")
    assert (status, "seen by &lt;both&gt;" in text) == (200, True)
    assert (await post(manager, f"/work-orders/{uuid4()}/comments", body="x"))[0] == 404
    assert (await post(manager, f"/work-orders/{uuid4()}/transitions", to="closed"))[0] == 404


async def test_forms_need_the_word_of_their_session(site: Site) -> None:
    at = await telling.place(site)
    order, _ = await raised(site, at)
    token, csrf = await site.cookie((await site.people("galaxy"))["client_manager"], "galaxy")
    headers = {"Cookie": f"gf={token}", "Origin": site.url, **HTML}
    async with aiohttp.ClientSession(site.url, headers=headers) as browser:
        path = f"/work-orders/{order}/comments"
        assert (await post(browser, path, body="x"))[0] == 403
        assert (await post(browser, path, body="x", csrf_token="0" * len(csrf)))[0] == 403
        page = await get(browser, f"/work-orders/{order}")
        assert set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) == {csrf}
        assert (await post(browser, path, body="from the form", csrf_token=csrf))[0] == 200


async def test_a_list_goes_on_where_the_page_ended(site: Site) -> None:
    at = await telling.place(site)
    doer = Doer(Side.OUTSOURCER, "agent", str(at.agents[0]), at.aliases[0], agent_id=at.agents[0])
    async with site.house.app.session(at.tenant) as scope:
        for number in range(51):
            body = NewWorkOrder(type="request", title=f"order {number}")
            await changes.create(scope, changes.Asked(body, None, at.agents[0]), doer, datetime.now(UTC))
    manager = await reader(site, "client_manager")
    first = await get(manager, "/work-orders")
    older = re.search(r'href="(/work-orders\?[^"]*after=[^"]+)"', first)
    assert older is not None
    second = await get(manager, older[1].replace("&amp;", "&"))
    assert (first.count("<tr data-row"), second.count("<tr data-row")) == (50, 1)


async def test_a_desk_shows_the_call_its_clients_clock_and_its_orders(site: Site) -> None:
    at = await telling.place(site)
    agent_id = at.agents[1]
    email = next(email for agent, email in await site.agents("galaxy") if agent == agent_id)
    order, _ = await raised(site, at)
    begun = await telling.tell(site, at.tenant, [*telling.arrival(at), *telling.offered(at, 1, "answered")][:-1])
    for state in ("available", "offered", "talking", "wrapping_up", "on_break"):
        busy = state in {"offered", "talking", "wrapping_up"}
        now = datetime.now(UTC)
        stand = AgentRecord(
            agent_id, "8002", state, "meal" if state == "on_break" else None, now, begun if busy else None, phone=True
        )
        async with site.house.app.transaction(at.tenant) as scope:
            await save_agents(scope, [stand])
        agent = await site.person(email)
        async with agent.get("/desk/document") as answer:
            desk: dict[str, Any] = await answer.json()
        assert (desk["state"], desk["interaction"] is not None) == (state, busy)
        assert [(o["id"], type(o["updated_at"])) for o in desk["work_orders"]] == [(order, int)]
        if busy:
            shown = desk["interaction"]
            assert shown["tenant"] == {"code": "galaxy", "name": "银河商城", "zone": "Asia/Shanghai"}
            assert (shown["state"], shown["contact"]) == (state, telling.CONTACT)
            assert (desk["wrap_up_ends_at"] is not None) is (state == "wrapping_up")
        text = await get(agent, "/desk")
        assert 'data-zone="Asia/Shanghai"' in text
        assert "GMT+8" in text
    await _directory(site, agent, begun)


async def _directory(site: Site, agent: aiohttp.ClientSession, interaction: UUID) -> None:
    """The desk finds whom its interaction can be handed to, without their numbers; nobody else's desk does."""
    address = f"/desk/directory?interaction={interaction}"
    found = json.loads(await get(agent, address))
    zhao, wang = sorted(found["people"], key=lambda each: each["target"], reverse=True)
    assert (zhao["name"], zhao["department"], zhao["chief"], wang["reachable"]) == ("赵敏", "售后部", "王经理", True)
    assert [phone["number"] for phone in zhao["phones"]] == ["+86 215***9001", "+86 138****9001"]
    assert "+86138" not in json.dumps(found)
    assert {"care", "orders"} & {queue["target"] for queue in found["queues"]}
    assert [flow["target"] for flow in found["flows"]] == ["main"]
    assert len(found["agents"]) == len(await site.agents("galaxy")) - 1
    only = json.loads(await get(agent, f"{address}&q=售后部"))
    assert {kind: len(rows) for kind, rows in only.items()} == {"people": 2, "agents": 0, "queues": 0, "flows": 0}
    assert json.loads(await get(agent, f"{address}&q=13800009001"))["people"] == []
    other = await site.person((await site.agents("galaxy"))[0][1])
    async with other.get(address) as answer:
        assert answer.status == 404
