"""Lists of work orders: by every field that is shown, by instants, in part, and never by what does not exist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from kit.clock import now
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from tests.workorders.test_exchange import SEAT, escalated
from workorders import schemas, service
from workorders.schemas import Move
from workorders.service import filters, lists

URL = "/v1/work-orders"
WHOLE: dict[str, Any] = {
    "description": "the parcel was open", "priority": "high", "severity": "major", "channel": "crm",
    "requested_resolution_at": "2026-12-01T02:00:00Z", "parties": [{"role": "customer", "id": "C-7", "name": "王芳"}],
    "related": [{"type": "order", "id": "A-9", "name": "a parcel"}],
    "custom": {"shop": "S 3", "pieces": 4, "gift": True},
    "external_ref": [{"owner": "jira", "type": "issue", "id": "OPS:12"}],
}  # fmt: skip
COMPOSITE = {
    "resolution": ["resolution.code"], "created_by": ["created_by.name"], "parties": ["parties.id", "parties.name"],
    "related": ["related.id", "related.name"], "relationships": ["relationships.id"], "external_ref": ["external_ref"],
    "custom": ["custom.<key>"], "assignment": ["assignment.team", "assignment.person"],
    "sla": ["sla.state", "sla.due_at.lt"],
}  # fmt: skip
"""What of a field that is no single value a list finds."""


async def found(system: System, **params: str) -> list[str]:
    answer = await system.get(URL, params={name.replace("__", "."): value for name, value in params.items()})
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["data"]]


def test_every_field_that_is_shown_is_a_filter() -> None:
    names = {name for field in schemas.FIELDS for name in COMPOSITE.get(field, [field])}
    assert names - {"custom.<key>"} <= set(filters.FILTERS)
    assert {name.partition(".")[0] for name in filters.FILTERS} <= {*schemas.FIELDS, "archived"}


async def test_each_value_that_is_shown_finds_its_work_order(a1: System) -> None:
    first = await a1.create("first")
    await a1.create("second", **WHOLE, relationships=[{"type": "blocks", "id": first["id"]}])
    order = (await a1.get(f"{URL}", params={"title": "second"})).json()["data"][0]
    await a1.send("PUT", f"{URL}/{order['id']}/assignment", {"side": "tenant", "team": "T 1", "person": "李"})
    order = (await a1.get(f"{URL}/{order['id']}")).json()
    assert set(order) | {"sla"} == set(schemas.FIELDS)
    plain = {name: str(order[name]) for name in schemas.FIELDS if name not in COMPOSITE and order.get(name) is not None}
    assert len(plain) >= 16
    other = (await a1.get(f"{URL}/{first['id']}")).json()
    for name, value in plain.items():
        both = ["WO-1002", "WO-1001"] if str(other[name]) == value else ["WO-1002"]
        assert await found(a1, **{name: value}) == both, name
    for name, value in {
        "parties.id": "C-7", "parties.name": "王芳", "related.id": "A-9", "related.name": "a parcel",
        "custom.shop": "S 3",
        "custom.pieces": "4", "custom.gift": "true", "external_ref": "jira:OPS:12", "relationships.id": first["id"],
        "assignment.team": "T 1", "assignment.person": "李",
    }.items():  # fmt: skip
        assert await found(a1, **{name: value}) == ["WO-1002"], name
        assert await found(a1, **{name: value, "priority": "low"}) == []
    assert await found(a1, custom__shop="s 3") == await found(a1, parties__id="王芳") == []
    await a1.send("PATCH", f"{URL}/{order['id']}", {"custom": {"shop": "S 4"}})
    assert (await found(a1, custom__shop="S 3"), await found(a1, custom__shop="S 4")) == ([], ["WO-1002"])


async def test_instants_and_numbers_have_two_bounds(a1: System) -> None:
    made = [await a1.create(f"order {n}") for n in range(3)]
    middle = made[1]["created_at"]
    assert await found(a1, created_at__gte=middle) == ["WO-1003", "WO-1002"]
    assert await found(a1, created_at__lt=middle) == ["WO-1001"]
    assert await found(a1, number__gte="WO-1002", number__lt="1003") == ["WO-1002"]
    assert await found(a1, version__gte="2") == await found(a1, resolved_at__gte=middle) == []
    for name in ("number", "version", "sequence"):  # as long as they may be, beyond what any of them reaches
        assert await found(a1, **{f"{name}__gte": "9" * 18}) == await found(a1, **{name: "9" * 18}) == []
        assert len(await found(a1, **{f"{name}__lt": "9" * 18})) == 3


async def test_a_filter_without_an_index_looks_at_so_many_rows_and_says_where_it_goes_on(
    a1: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        await a1.create(f"order {n}", priority="high" if n in {0, 5} else "low")
    monkeypatch.setattr(lists, "MOST", 3)
    seen, url = [], f"{URL}?priority=high"
    lengths = []
    while url:
        page = (await a1.get(url)).json()
        seen += [row["number"] for row in page["data"]]
        lengths.append(len(page["data"]))
        url = f"{URL}?priority=high&after={page['next']}" if page["has_more"] else ""
    assert (seen, lengths) == (["WO-1006", "WO-1001"], [1, 0, 1])


async def test_what_is_closed_for_long_is_in_the_archive_and_still_found(house: House, a1: System) -> None:
    made = [await a1.create(f"order {n}") for n in range(3)]
    async with house.app.transaction(TENANT_A) as scope:
        for order, days in zip(made, (91, 89), strict=False):
            await scope.fetch(
                "UPDATE gf.work_order SET status = 'closed', closed_at = now() - make_interval(days => $3)"
                " WHERE tenant_id = $1 AND id = $2",
                TENANT_A, UUID(order["id"]), days,
            )  # fmt: skip
    assert await found(a1, archived="true") == ["WO-1001"]
    assert await found(a1, archived="false") == ["WO-1003", "WO-1002"]
    assert await found(a1, archived="false", status="closed") == ["WO-1002"]
    assert await found(a1, number="WO-1001") == await found(a1, title="order 0") == ["WO-1001"]
    assert await found(a1) == ["WO-1003", "WO-1002", "WO-1001"]


async def test_only_the_fields_that_are_asked_for_are_shown(house: House, a1: System) -> None:
    order = await escalated(house)
    async with house.app.transaction(TENANT_A) as scope:
        await service.transition(scope, order["id"], Move(to="cancelled"), SEAT, now())
    one = await a1.get(f"{URL}/{order['id']}", params={"fields": "status,version"})
    assert one.json() == {"id": order["id"], "status": "cancelled", "version": 2}
    assert one.headers["ETag"] == f'"wo-{order["id"]}-2"'
    assert (await a1.get(URL, params={"fields": "title"})).json()["data"] == [{"id": order["id"], "title": "refund"}]


@pytest.mark.parametrize(
    ("query", "code", "pointer"),
    [
        ("fields=status,stauts", "unknown_field", "query:fields"), ("fields=", "unknown_field", "query:fields"),
        ("sort=title", "unknown_filter", "query:sort"), ("custom.=x", "unknown_filter", "query:custom."),
        ("created_at.gt=x", "unknown_filter", "query:created_at.gt"), ("parties=x", "unknown_filter", "query:parties"),
        ("created_at.gte=2026-12-01", "validation_failed", "query:created_at.gte"),
        ("created_at=0001-01-01T00:00:00Z", "validation_failed", "query:created_at"),
        ("version=-1", "validation_failed", "query:version"),
        ("external_ref=OPS", "validation_failed", "query:external_ref"),
        ("custom.a=%00", "validation_failed", "query:custom.a"), ("id=7", "validation_failed", "query:id"),
        ("limit=0", "validation_failed", "query:limit"), ("type=a&type=b", "validation_failed", "query:type"),
        ("status=held,in_progress", "validation_failed", "query:status"),
        ("priority=urgent", "validation_failed", "query:priority"),
        ("pending_on=nobody", "validation_failed", "query:pending_on"),
        ("requester_side=", "validation_failed", "query:requester_side"),
        ("sla.state=late", "validation_failed", "query:sla.state"),
    ],
)  # fmt: skip
async def test_a_question_that_means_nothing_says_where(a1: System, query: str, code: str, pointer: str) -> None:
    refused = (await a1.get(f"{URL}?{query}")).json()
    assert (refused["status"], refused["code"], refused["errors"][0]["pointer"]) == (400, code, pointer)
