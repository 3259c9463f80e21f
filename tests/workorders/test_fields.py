"""What a work order says beside its title: parties, things, relations, own fields, and what others call it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.published.shapes.work_orders import WorkOrder
from kit.clock import now
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from tests.workorders.test_exchange import SEAT, escalated
from workorders.core.merging import merge_patch
from workorders.fields import ExternalRef
from workorders.service import references

URL = "/v1/work-orders"
WHOLE: dict[str, Any] = {
    "requested_resolution_at": "2026-12-01T10:00:00+08:00",
    "channel": "crm",
    "parties": [{"role": "customer", "id": "C-77", "name": "王芳"}],
    "related": [{"type": "order", "id": "A-1009", "name": None}],
    "custom": {"shop": "Shanghai 3", "pieces": 4, "express": True, "notes": [{"by": "wf"}]},
    "external_ref": [{"owner": "jira", "type": "issue", "id": "OPS-12"}],
}


async def texts_at_rest(house: House) -> str:
    tables = ("work_order", "work_order_reference", "work_order_term", "journal", "webhook_event")
    async with house.app.transaction(TENANT_A) as scope:
        rows = [await scope.fetch(f"SELECT to_jsonb(t)::text AS row FROM gf.{name} AS t") for name in tables]
    return "".join(row["row"] for table in rows for row in table)


async def test_everything_that_was_said_is_shown_again_and_sealed_at_rest(house: House, a1: System) -> None:
    made = await a1.create(**WHOLE)
    assert {name: made[name] for name in WHOLE} == {**WHOLE, "requested_resolution_at": "2026-12-01T02:00:00.000Z"}
    assert (await a1.get(f"{URL}/{made['id']}")).json() == {**made, "sla": []}
    (listed,) = (await a1.get(URL)).json()["data"]
    assert listed == made
    stored = await texts_at_rest(house)
    assert "crm" in stored
    assert not [word for word in ("王芳", "C-77", "A-1009", "Shanghai 3", "OPS-12") if word in stored]
    plain = await a1.create()
    assert (plain["channel"], plain["parties"], plain["custom"], plain["relationships"]) == ("api", [], {}, [])


async def test_beginning_at_once_says_both_moments_in_one_event(house: House, a1: System) -> None:
    order = await escalated(house)
    begun = (await a1.move(order, "inProgress", expected_resolution_at="2026-12-01T00:00:00Z")).json()
    assert begun["acknowledged_at"] == begun["started_at"] == begun["updated_at"]
    assert begun["expected_resolution_at"] == "2026-12-01T00:00:00.000Z"
    last = (await a1.get(f"{URL}/{order['id']}/history")).json()["data"][-1]
    assert set(last["changes"]) == {"status", "acknowledged_at", "started_at", "expected_resolution_at"}
    assert (await a1.move(order, "resolved", expected_resolution_at="2026-12-01T00:00:00Z")).status_code == 400


async def test_a_relation_is_shown_from_both_ends_and_told_at_both(a1: System, a2: System) -> None:
    old, others = await a1.create("old"), await a2.create("theirs")
    new = await a1.create("new", relationships=[{"type": "supersedes", "id": old["id"]}])
    assert new["relationships"] == [{"type": "supersedes", "id": old["id"]}]
    seen = (await a1.get(f"{URL}/{old['id']}")).json()
    assert seen["relationships"] == [{"type": "superseded_by", "id": new["id"]}]
    assert (seen["version"], seen["sequence"]) == (1, 2)
    told = (await a1.get(f"{URL}/{old['id']}/history")).json()["data"][-1]
    assert told["changes"] == {"relationships": [[], seen["relationships"]]}
    for unknown in (others["id"], str(new_id())):
        refused = await a1.post(
            URL, {"type": "x", "title": "t", "relationships": [{"type": "blocks", "id": unknown}]}
        )  # fmt: skip
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/relationships/0/id")
    assert len((await a1.get(URL)).json()["data"]) == 2


async def test_an_external_id_belongs_to_one_work_order_of_a_connection(a1: System, a2: System) -> None:
    body = {"type": "x", "title": "t", "external_ref": WHOLE["external_ref"]}
    answers = await asyncio.gather(*(a1.post(URL, body) for _ in range(8)))
    made = [a.json() for a in answers if a.status_code == 201]
    refused = [a.json() for a in answers if a.status_code == 409]
    assert (len(made), len(refused)) == (1, 7)
    assert {(r["code"], r["existing"]) for r in refused} == {("duplicate_external_id", f"{URL}/{made[0]['id']}")}
    assert len((await a1.get(URL)).json()["data"]) == 1
    assert (await a2.post(URL, body)).status_code == 201


async def test_a_system_gives_its_own_name_later_and_finds_the_order_by_it(house: House, a1: System) -> None:
    order = await escalated(house)
    ref = ExternalRef(owner="zammad", id="4711")
    async with house.app.transaction(TENANT_A) as scope:
        assert await references.order_of(scope, "a1", ref) is None
        named = await references.attach(scope, order["id"], ref, SEAT, now())
        again = await references.attach(scope, order["id"], ref, SEAT, now())
        assert str(await references.order_of(scope, "a1", ref)) == order["id"]
        assert await references.order_of(scope, "a2", ref) is None
    assert named == again
    assert (named["external_ref"], named["version"]) == ([{"owner": "zammad", "type": None, "id": "4711"}], 1)
    assert (named["sequence"], (await a1.get(f"{URL}/{order['id']}")).json()) == (2, {**named, "sla": []})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("custom", {"a": {"b": {"c": {"d": {}}}}}), ("custom", {f"k{n}": n for n in range(51)}), ("custom", {"": 1}),
        ("custom", {"a": "x" * 4096}), ("custom", {"a": "\0"}), ("custom", {"a": {"b\0": 1}}), ("custom", {"a": 2**53}),
        ("custom", {"a": 1.5}), ("custom", []), ("parties", [{"role": "customer"}]),
        ("parties", [{"role": "r", "name": "n"}] * 11), ("related", [{"type": "order", "id": ""}]),
        ("external_ref", [{"owner": "a b", "id": "1"}]), ("relationships", [{"type": "likes", "id": str(new_id())}]),
        ("requested_resolution_at", 5), ("requested_resolution_at", "2026-12-01T10:00:00"),
        ("requested_resolution_at", "9999-12-31T23:59:59Z"), ("requested_resolution_at", "1795306800"),
        ("requested_resolution_at", "2000-01-01T00:00:00+14:00"),
        ("requested_resolution_at", "2199-12-31T23:59:59-10:00"), ("channel", "a\0"),
    ],
)  # fmt: skip
async def test_what_a_field_cannot_hold_is_refused_at_its_place(a1: System, field: str, value: object) -> None:
    refused = await a1.post(URL, {"type": "x", "title": "t", field: value})
    assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")
    assert refused.json()["errors"][0]["pointer"].startswith(f"/{field}")


@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"a": None}, {}), ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}), ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": "foo"}, None, None), ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)  # fmt: skip
def test_a_merge_is_as_rfc_7396_shows_it(target: object, patch: object, merged: object) -> None:
    assert merge_patch(target, patch) == merged


async def test_fields_are_those_of_the_published_document(a1: System) -> None:
    """Each member that the document shows can be asked for alone, there is no other, and an answer has all of them."""
    order = await a1.create(description="d", external_ref=[{"owner": "crm", "id": "7"}])
    published = set(WorkOrder.model_fields) - {"call_context"}
    assert set((await a1.get(f"/v1/work-orders/{order['id']}")).json()) == published
    assert published - set(order) <= {"sla"}
    for name in sorted(set(order)):
        alone = (await a1.get("/v1/work-orders", params={"fields": name})).json()["data"]
        assert alone == [{"id": order["id"], name: order[name]}], name
    for name in ("tenant_id", "agent_id", "title_bidx", "sla.state", ""):
        assert (await a1.get("/v1/work-orders", params={"fields": f"title,{name}"})).status_code == 400, name
