"""Nobody sees or moves another's work orders, by any route, header, filter, cursor or body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kit.clock import now
from kit.ids import new_id
from tenants.service.keys import KeyRequest, create_key
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System

URL = "/v1/work-orders"
OTHER = new_id()
BODIES: dict[str, dict[str, Any]] = {
    "/v1/work-orders/{work_order_id}/comments": {"body": "hello"},
    "/v1/work-orders/{work_order_id}/transitions": {"to": "cancelled"},
    "/v1/work-orders/{work_order_id}": {"title": "mine now"},
    "/v1/work-orders/{work_order_id}/assignment": {"side": "tenant", "team": "mine"},
    "/v1/work-orders/{work_order_id}/info-requests": {"question": "which invoice?"},
    "/v1/work-orders/{work_order_id}/info-requests/{info_request_id}/answer": {"answer": "the last"},
    "/v1/work-orders/{work_order_id}/cancellation": {"reason": "not wanted"},
    "/v1/work-orders/{work_order_id}/cancellation/decision": {"agree": True},
    "/v1/work-orders/{work_order_id}/seat-tasks": {"kind": "call_back", "instructions": "call"},
    "/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/completion": {"state": "done"},
    "/v1/work-orders/{work_order_id}/seat-tasks/{seat_task_id}/agent": {"agent_id": str(new_id())},
}


def routes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every route that names a work order, as the OpenAPI document lists them."""
    for path, methods in document["paths"].items():
        if "{work_order_id}" in path:
            yield from ((method, path) for method in methods)


def address(path: str, identifier: str) -> str:
    """Put this work order into a path, and an id of nobody into its other places."""
    return re.sub(r"{\w+}", str(OTHER), path.replace("{work_order_id}", identifier))


async def ask(system: System, method: str, path: str, identifier: str, tag: str) -> httpx.Response:
    headers = system.headers({"If-Match": tag, "Idempotency-Key": str(new_id())})
    return await system.http.request(method, address(path, identifier), headers=headers, json=BODIES.get(path))


def without_names(answer: httpx.Response) -> tuple[int, str]:
    """Return an answer without what differs between any two requests."""
    return answer.status_code, re.sub(r'"(instance|trace_id)":"[^"]*"', "", answer.text)


async def test_another_connections_work_order_is_as_unknown_as_a_random_id(a1: System, a2: System, b1: System) -> None:
    order = await a1.create()
    tag = (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    listed = list(routes((await a1.http.get("/v1/openapi.json")).json()))
    assert len(listed) >= 6
    for method, path in listed:
        for system in (a2, b1):
            random = str(new_id())
            theirs = await ask(system, method, path, order["id"], tag)
            nobodys = await ask(system, method, path, random, f'"wo-{random}-1"')
            assert theirs.status_code == 404, (method, path)
            assert without_names(theirs) == without_names(nobodys)
            no_tag = await system.http.request(
                method, address(path, order["id"]), json=BODIES.get(path),
                headers=system.headers({"Idempotency-Key": str(new_id())}),
            )  # fmt: skip
            assert no_tag.status_code == 404
    assert (await a1.get(f"{URL}/{order['id']}")).json() == {**order, "sla": []}


async def test_lists_filters_and_cursors_stay_inside(a1: System, a2: System, b1: System) -> None:
    for n in range(3):
        await a1.create(f"order {n}")
    page = (await a1.get(URL, params={"limit": 2})).json()
    assert len(page["data"]) == 2
    for system in (a2, b1):
        assert (await system.get(URL)).json() == {"data": [], "has_more": False, "next": None}
        for name in ("number", "status", "type", "connection"):
            found = await system.get(URL, params={name: page["data"][0][name]})
            assert found.json()["data"] == []
    assert (await b1.get(URL, params={"after": page["next"]})).status_code == 400
    assert (await a2.get(URL, params={"after": page["next"]})).json()["data"] == []


async def test_a_scope_that_a_key_lacks_is_refused(house: House, http: httpx.AsyncClient) -> None:
    reading = KeyRequest(TENANT_A, "a1", frozenset({"work_order.read"}))
    system = System(http, await create_key(house.control, reading, now()))
    assert (await system.get(URL)).status_code == 200
    assert (await system.post(URL, {"type": "callback", "title": "x"})).status_code == 403
    assert (await http.get(URL)).status_code == 401


async def test_pages_follow_each_other_newest_first(a1: System) -> None:
    numbers = [(await a1.create(f"order {n}"))["number"] for n in range(7)]
    seen: list[str] = []
    url: str | None = f"{URL}?limit=3&status=submitted,held"
    while url:
        answer = await a1.get(url)
        seen += [order["number"] for order in answer.json()["data"]]
        link = re.match(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        url = link.group(1) if link else None
    assert seen == numbers[::-1]
    oldest = (await a1.get(URL, params={"limit": 3})).json()["next"]
    newer = (await a1.get(URL, params={"before": oldest, "limit": 1})).json()
    assert [order["number"] for order in newer["data"]] == [numbers[5]]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("stauts=closed", "unknown_filter"), ("tenant_id=x", "unknown_filter"), ("limit=0", "validation_failed"),
        ("limit=201", "validation_failed"), ("limit=x", "validation_failed"), ("after=%ff", "validation_failed"),
        ("after=AAAA", "validation_failed"), ("status=a&status=b", "validation_failed"),
        ("interaction_id=x", "validation_failed"), ("title=%00", "validation_failed"),
        ("after=", "validation_failed"), ("before=", "validation_failed"), ("after=&before=", "validation_failed"),
        ("limit=1e9", "validation_failed"), ("limit=-1", "validation_failed"), ("limit=", "validation_failed"),
    ],
)  # fmt: skip
async def test_a_query_that_means_nothing_is_refused(a1: System, query: str, code: str) -> None:
    refused = await a1.get(f"{URL}?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, code)


PARTS = (
    "", "/transitions", "/history", "/comments", "/sla", "/context", "/attachments", "/info-requests", "/seat-tasks",
)  # fmt: skip


async def test_no_parameter_is_passed_over(a1: System) -> None:
    order = await a1.create()
    for part in PARTS:
        refused = await a1.get(f"{URL}/{order['id']}{part}?feilds=status")
        assert (refused.status_code, refused.json()["code"]) == (400, "unknown_filter"), part


@pytest.mark.parametrize(
    "body",
    [
        {}, [], {"type": "x"}, {"type": "x", "title": ""}, {"type": "x", "title": "a\0b"},
        {"type": "x, y", "title": "t"},
        {"type": "x", "title": "t" * 201}, {"type": "x", "title": "t", "description": "d" * 4001},
        {"type": "x", "title": "t", "unknown": 1}, {"type": "x", "title": "\u2003"}, {"type": "x", "title": 5},
    ],
)  # fmt: skip
async def test_a_body_that_is_wrong_is_a_400(a1: System, body: object) -> None:
    refused = await a1.post(URL, body)
    assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")


@pytest.mark.parametrize(
    "body",
    [
        {"to": "pending"}, {"to": "pending", "pending_on": "end_customer"}, {"to": "held", "pending_on": "third_party"},
        {"to": "acknowledged", "resolution": {}}, {"to": "nowhere"},
        {"to": "pending", "pending_on": "end_customer", "reason": " \u2003\n"},
    ],
)  # fmt: skip
async def test_a_transition_says_what_belongs_to_it(a1: System, body: dict[str, Any]) -> None:
    order = await a1.create()
    refused = await a1.post(f"{URL}/{order['id']}/transitions", body, If_Match=f'"wo-{order["id"]}-1"')
    assert refused.status_code == 400


async def test_a_method_that_an_address_has_not_is_told_those_that_it_has(a1: System) -> None:
    for path, methods in ((URL, "GET, POST"), (f"{URL}/x", "GET, PATCH"), ("/v1/endpoints", "GET, POST")):
        refused = await a1.http.put(path, headers=a1.headers({}))
        assert (refused.status_code, refused.headers["Allow"]) == (405, methods)


async def test_a_comment_says_something(a1: System) -> None:
    order = await a1.create()
    refused = await a1.post(f"{URL}/{order['id']}/comments", {"body": " \u2003\n"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/body")
