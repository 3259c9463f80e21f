"""The pull feed: nothing is missed that commits late, each work order in order, each connection its own."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from tenants.core.masks import Shown
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import TENANT_A, House
from tests.workorders.lab import SCOPES, System
from webhooks import schemas
from webhooks.service import feed
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewComment, NewWorkOrder

SEAT = Doer(Side.OUTSOURCER, "agent", "agent-1", "客服01")
URL = "/v1/events"


async def reader(house: House, http: httpx.AsyncClient, connection: str = "a1") -> System:
    scopes = SCOPES | {"event.read", "endpoint.manage"}
    return System(http, await create_key(house.control, KeyRequest(TENANT_A, connection, scopes), now()))


async def order_in(scope: Transaction, title: str = "refund", connection: str = "a1") -> UUID:
    body = NewWorkOrder(type="refund", title=title, connection=connection)
    return UUID((await service.create(scope, service.Asked(body, agent_id=new_id()), SEAT, now()))["id"])


async def read_all(system: System, after: str | None = None, **more: Any) -> tuple[list[dict[str, Any]], str]:
    found: list[dict[str, Any]] = []
    while True:
        params = {**({"after": after} if after else {}), **more}
        answer = await system.get(URL, params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["data"]
        after = page["next"]
        if not page["has_more"]:
            return found, str(after)


async def test_what_commits_late_is_never_passed_over(house: House, http: httpx.AsyncClient) -> None:
    system = await reader(house, http)
    async with house.app.transaction(TENANT_A) as scope:
        first, second = [await order_in(scope, f"order {n}") for n in range(2)]
    _, cursor = await read_all(system)
    written, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await service.comment(scope, first, NewComment(body="begun first, committed last"), SEAT, now())
            written.set()
            await go_on.wait()

    task = asyncio.create_task(late())
    try:
        async with asyncio.timeout(10):
            await written.wait()
            async with house.app.transaction(TENANT_A) as scope:
                await service.comment(scope, second, NewComment(body="committed first"), SEAT, now())
            events, cursor = await read_all(system, cursor)
    finally:
        go_on.set()
        await task
    assert [event["subject"] for event in events] == [str(second)]
    more, _ = await read_all(system, cursor)
    assert [event["subject"] for event in more] == [str(first)]


async def test_many_writers_that_commit_in_any_order_are_read_whole_and_in_order(
    house: House, http: httpx.AsyncClient
) -> None:
    system = await reader(house, http)
    async with house.app.transaction(TENANT_A) as scope:
        orders = [await order_in(scope, f"order {n}") for n in range(4)]
    dice = random.Random(6)

    async def write(n: int, pause: float) -> None:
        async with house.app.transaction(TENANT_A) as scope:
            await service.comment(scope, orders[n % 4], NewComment(body=f"remark {n}"), SEAT, now())
            await asyncio.sleep(pause)

    async def follow(until: int) -> list[dict[str, Any]]:
        found, cursor = await read_all(system)
        while len(found) < until:
            more, cursor = await read_all(system, cursor, limit=3)
            found += more
        return found

    following = asyncio.create_task(follow(44))
    await asyncio.gather(*(write(n, dice.random() / 50) for n in range(40)))
    events = await asyncio.wait_for(following, 20)
    assert len({event["id"] for event in events}) == len(events) == 44
    for order in orders:
        assert [int(e["sequence"]) for e in events if e["subject"] == str(order)] == list(range(1, 12))
    again, _ = await read_all(system)
    assert again == events


async def test_own_changes_are_in_the_feed_so_that_it_replays_to_the_final_state(
    house: House, http: httpx.AsyncClient
) -> None:
    system = await reader(house, http)
    made = await system.create("mine")
    async with house.app.transaction(TENANT_A) as scope:
        await service.comment(scope, UUID(made["id"]), NewComment(body="from the seat"), SEAT, now())
        await service.comment(scope, UUID(made["id"]), NewComment(body="no", visibility="internal"), SEAT, now())
    events, _ = await read_all(system, work_order=made["id"])
    assert [(e["type"], e["origin"]) for e in events] == [
        ("work_order.created", "connection:a1"), ("work_order.comment.created", "outsourcer"),
    ]  # fmt: skip
    now_is = (await system.get(f"/v1/work-orders/{made['id']}")).json()
    told = {k: v for k, v in events[-1]["data"].items() if k not in {"changes", "comment"}}
    assert {k: now_is[k] for k in told} == told
    only, _ = await read_all(system, type="work_order.created")
    assert [e["type"] for e in only] == ["work_order.created"]
    family, _ = await read_all(system, type="work_order.comment.*,endpoint.*")
    assert [e["type"] for e in family] == ["work_order.comment.created"]


async def test_a_page_of_one_type_looks_at_so_many_events_and_says_where_it_goes_on(
    house: House, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = await reader(house, http)
    async with house.app.transaction(TENANT_A) as scope:
        order = await order_in(scope)
        for n in range(6):
            await service.comment(scope, order, NewComment(body=f"remark {n}"), SEAT, now())
    async with house.app.transaction(TENANT_A) as scope:
        await order_in(scope)
    monkeypatch.setattr(feed, "MOST", 3)
    asked = {"type": "work_order.created", "wait": 15}
    pages = [(await system.get(URL, params=asked)).json()]
    while pages[-1]["has_more"]:
        pages.append((await system.get(URL, params={**asked, "after": pages[-1]["next"]})).json())
    assert [[int(e["sequence"]) for e in page["data"]] for page in pages] == [[1], [], [1]]
    assert len((await read_all(system, work_order=str(order)))[0]) == 7


async def test_a_cursor_is_of_one_feed_and_parameters_are_known_ones(house: House, http: httpx.AsyncClient) -> None:
    a1, a2 = await reader(house, http), await reader(house, http, "a2")
    async with house.app.transaction(TENANT_A) as scope:
        await order_in(scope)
    events, cursor = await read_all(a1)
    assert len(events) == 1
    assert (await read_all(a1, cursor)) == ([], cursor)
    assert (await read_all(a2))[0] == []
    for params in (
        {"after": cursor}, {"after": "x"}, {"after": "é"}, {"color": "red"}, {"limit": "0"}, {"limit": "201"},
        {"work_order": "7"}, {"connection": "a1"}, {"type": "a\0b"}, {"wait": "21"},
        {"type": ""}, {"type": "work_order.solved"}, {"type": "work_order.closed,"}, {"type": "order.*"}, {"after": ""},
    ):  # fmt: skip
        answer = await a2.get(URL, params=params)
        assert answer.status_code == 400, (params, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_what_follows_from_an_event_says_from_which(house: House, http: httpx.AsyncClient) -> None:
    at = now()
    async with house.app.transaction(TENANT_A) as scope:
        made = await order_in(scope)
    async with house.app.transaction(TENANT_A) as scope:
        for body in ("one", "two"):
            await service.comment(scope, made, NewComment(body=body), SEAT, at)
        await service.comment(scope, made, NewComment(body="later"), SEAT, at + timedelta(seconds=1))
    events, _ = await read_all(await reader(house, http))
    assert [event.get("causationid") for event in events] == [None, None, events[1]["id"], None]


async def test_waiting_for_something_new_ends_when_it_comes(house: House, http: httpx.AsyncClient) -> None:
    system = await reader(house, http)
    _, cursor = await read_all(system)
    asked = asyncio.create_task(system.get(URL, params={"after": cursor, "wait": 15}))
    await asyncio.sleep(0.05)
    async with house.app.transaction(TENANT_A) as scope:
        made = await order_in(scope)
    answer = (await asyncio.wait_for(asked, 5)).json()
    assert [event["subject"] for event in answer["data"]] == [str(made)]


async def test_a_key_without_the_scope_reads_no_feed(a1: System) -> None:
    assert (await a1.get(URL)).status_code == 403


pytestmark = pytest.mark.timeout(60)


def test_an_event_is_told_as_it_was_stored_and_masked_where_it_must_be() -> None:
    stored = '{"id":"e", "data":{"title":"拨打 +8613812341234","n":1.0}}'.encode()
    whole = orjson.dumps({"data": schemas.told([stored, stored], Shown.FULL), "next": "c"})
    assert whole == b'{"data":[%b,%b],"next":"c"}' % (stored, stored)
    for shown, title in ((Shown.MASKED, "拨打 +86 138****1234"), (Shown.HIDDEN, "拨打 ****")):
        masked = orjson.loads(orjson.dumps(schemas.told([stored], shown)))
        assert masked == [{"id": "e", "data": {"title": title, "n": 1.0}}]
