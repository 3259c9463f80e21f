"""Changing what a work order says: by merge-patch, by assignment, and never over somebody else's change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kit.clock import now
from kit.errors import ValidationFailed
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System, until
from tests.workorders.test_exchange import SEAT, escalated
from workorders import service
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.errors import ChangeWrongSide
from workorders.fields import ExternalRef
from workorders.schemas import AssignmentOf, Move, WorkOrderPatch
from workorders.service import references, rows

URL = "/v1/work-orders"


async def history(system: System, order: dict[str, Any]) -> list[dict[str, Any]]:
    return list((await system.get(f"{URL}/{order['id']}/history")).json()["data"])


async def test_a_patch_merges_and_is_told_once(a1: System) -> None:
    order = await a1.create(description="old", custom={"a": "1", "b": {"c": 1, "d": 2}}, priority="low")
    path = f"{URL}/{order['id']}"
    patch = {
        "title": "new title", "description": None, "custom": {"a": None, "b": {"c": 3}, "e": [1]},
        "requested_resolution_at": "2026-12-24T18:00:00.123456+08:00",
        "parties": [{"role": "customer", "name": "王芳"}],
    }  # fmt: skip
    done = await a1.send("PATCH", path, patch, Content_Type="application/merge-patch+json")
    after = done.json()
    assert (done.status_code, after["version"], after["sequence"]) == (200, 2, 2)
    assert done.headers["ETag"] == f'"wo-{order["id"]}-2"'
    assert (after["title"], after["description"], after["priority"]) == ("new title", "", "low")
    assert after["custom"] == {"b": {"c": 3, "d": 2}, "e": [1]}
    assert after["requested_resolution_at"] == "2026-12-24T10:00:00.123Z"
    assert (await a1.get(path)).json() == {**after, "sla": []}
    told = (await history(a1, order))[-1]
    assert told["kind"] == "WorkOrderUpdated"
    assert set(told["changes"]) == {"title", "description", "custom", "requested_resolution_at", "parties"}
    assert told["changes"]["description"] == ["old", ""]
    again = await a1.send("PATCH", path, patch)
    assert (again.status_code, again.json()) == (200, after)
    assert len(await history(a1, order)) == 2


async def test_of_two_patches_with_one_etag_one_is_refused(a1: System) -> None:
    order = await a1.create()
    path, tag = f"{URL}/{order['id']}", f'"wo-{order["id"]}-1"'
    for n in range(5):
        assert (await a1.post(f"{path}/comments", {"body": f"remark {n}"})).status_code == 201
    both = await asyncio.gather(
        a1.send("PATCH", path, {"title": "one"}, If_Match=tag),
        a1.send("PATCH", path, {"priority": "high"}, If_Match=tag)
    )  # fmt: skip
    assert sorted(answer.status_code for answer in both) == [200, 412]
    (lost,) = [answer.json() for answer in both if answer.status_code == 412]
    (won,) = [answer.json() for answer in both if answer.status_code == 200]
    assert (lost["code"], lost["current_version"]) == ("version_mismatch", 2)
    assert lost["changed_fields"] in (["title"], ["priority"])
    assert (won["version"], won["sequence"]) == (2, 7)
    for header in ("none", "*"):
        refused = await a1.send("PATCH", path, {"title": "two"}, If_Match=header)
        assert (refused.status_code, refused.json()["code"]) == (428, "if_match_required")
    for header in (f'W/"wo-{order["id"]}-2"', f"wo-{order['id']}-2", '"x"', ""):
        refused = await a1.send("PATCH", path, {"title": "two"}, If_Match=header)
        assert (refused.status_code, refused.json()["current_version"]) == (412, 2)
        assert "no strong ETag" in refused.json()["detail"]
    several = [("If-Match", f'"x", {tag}'), ("If-Match", f'"wo-{order["id"]}-2"')]
    told = await a1.http.patch(path, json={"title": "two"}, headers=[*a1.headers({}).items(), *several])
    assert (told.status_code, told.json()["title"]) == (200, "two")
    assert len((await a1.get(f"{path}/comments")).json()["data"]) == 5


async def test_each_side_changes_its_own_fields(house: House, a1: System) -> None:
    order = await escalated(house)
    path = f"{URL}/{order['id']}"
    refused = await a1.send("PATCH", path, {"title": "mine", "expected_resolution_at": "2026-12-01T00:00:00Z"})
    assert (refused.status_code, refused.json()["code"]) == (403, "change_wrong_side")
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/title"]
    expected = {"expected_resolution_at": "2026-12-01T00:00:00Z", "custom": {"ticket": "7"}, "title": order["title"]}
    assert (await a1.send("PATCH", path, expected)).json()["version"] == 2
    async with house.app.transaction(TENANT_A) as scope:
        title = WorkOrderPatch(title="better")
        assert (await service.edit(scope, order["id"], title, SEAT, now()))["version"] == 3
        with pytest.raises(ChangeWrongSide):
            await service.edit(scope, order["id"], WorkOrderPatch(expected_resolution_at=None), SEAT, now())
    assert (await a1.move(order, "rejected")).status_code == 200
    over = await a1.send("PATCH", path, {"custom": {"ticket": "8"}})
    assert (over.status_code, over.json()["code"]) == (409, "work_order_over")
    same = await a1.send("PATCH", path, {"custom": {"ticket": "7"}})
    assert (same.status_code, same.json()["version"]) == (200, 4)


async def test_links_are_patched_as_whole_lists(a1: System) -> None:
    one, two, order = await a1.create("one"), await a1.create("two"), await a1.create("order")
    path = f"{URL}/{order['id']}"
    refs = [{"owner": "jira", "type": None, "id": "1"}, {"owner": "crm", "type": "case", "id": "2"}]
    both = [{"type": "blocks", "id": one["id"]}, {"type": "relates_to", "id": two["id"]}]
    after = (await a1.send("PATCH", path, {"external_ref": refs, "relationships": both})).json()
    assert (after["external_ref"], after["relationships"], after["version"]) == (refs, both, 2)
    turned = await a1.send("PATCH", path, {"external_ref": refs[::-1], "relationships": both[::-1]})
    assert turned.json()["version"] == 2
    taken = await a1.send("PATCH", f"{URL}/{one['id']}", {"external_ref": refs[:1]})
    assert (taken.status_code, taken.json()["existing"]) == (409, path)
    fewer = (await a1.send("PATCH", path, {"external_ref": refs[1:], "relationships": both[1:]})).json()
    assert (fewer["external_ref"], fewer["relationships"]) == (refs[1:], both[1:])
    assert (await a1.get(f"{URL}/{one['id']}")).json()["relationships"] == []
    free = await a1.send("PATCH", f"{URL}/{one['id']}", {"external_ref": refs[:1]})
    assert free.json()["external_ref"] == refs[:1]
    itself = await a1.send("PATCH", path, {"relationships": [{"type": "blocks", "id": order["id"]}]})
    assert (itself.status_code, itself.json()["errors"][0]["pointer"]) == (400, "/relationships/0/id")


async def test_relations_that_are_changed_from_both_ends_at_once_wait_for_each_other(a1: System) -> None:
    one, two = await a1.create("one"), await a1.create("two")
    ends = [(one, two), (two, one)] * 4
    answers = await asyncio.gather(
        *(
            a1.send("PATCH", f"{URL}/{here['id']}", {"relationships": [{"type": kind, "id": there["id"]}]})
            for (here, there), kind in zip(ends, ["blocks", "causes"] * 4, strict=True)
        )
    )
    assert {answer.status_code for answer in answers} <= {200, 412}
    shown = [(await a1.get(f"{URL}/{order['id']}")).json()["relationships"] for order in (one, two)]
    assert len(shown[0]) == len(shown[1]) >= 1


async def test_who_waited_for_a_work_order_reads_all_of_it_as_it_is_then(house: House, a1: System) -> None:
    order_id, ref = UUID((await a1.create())["id"]), ExternalRef(owner="jira", id="OPS-1")
    doer = Doer(Side.TENANT, "key", "k", "a1", connection="a1")

    async def late() -> Mapping[str, Any]:
        async with house.app.transaction(TENANT_A) as second:
            return await rows.find(second, order_id, doer, lock=True)

    async with house.app.transaction(TENANT_A) as first:
        assert (await rows.find(first, order_id, doer, lock=True))["external_ref"] == []
        waiting = asyncio.create_task(late())
        admin = await asyncpg.connect(house.admin_dsn)
        await until(lambda: admin.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
        await references.attach(first, order_id, ref, doer, now())
    found = await waiting
    await admin.close()
    assert (found["event_seq"], found["external_ref"]) == (2, [ref.model_dump()])


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"title": None}, "/title"), ({"title": ""}, "/title"), ({"priority": "now"}, "/priority"),
        ({"status": "closed"}, "/status"), ({"id": "x"}, "/id"), ({"version": 9}, "/version"),
        ({"nothing": 1}, "/nothing"),
        ({"custom": {"a": {"b": {"c": {"d": {}}}}}}, "/custom"), ({"custom": {"a\0": 1}}, "/custom"), ([], ""),
        ({"relationships": [{"type": "blocks", "id": str(new_id())}]}, "/relationships/0/id"),
    ],
)  # fmt: skip
async def test_a_patch_that_cannot_be_is_refused_at_its_place(a1: System, patch: Any, pointer: str) -> None:
    order = await a1.create()
    refused = await a1.send("PATCH", f"{URL}/{order['id']}", patch)
    assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")
    assert refused.json()["errors"][0]["pointer"] == pointer
    assert (await a1.get(f"{URL}/{order['id']}")).json() == {**order, "sla": []}


async def test_a_side_says_who_works_on_it_and_the_other_sees_a_name(house: House, a1: System) -> None:
    order = await escalated(house)
    path = f"{URL}/{order['id']}/assignment"
    mine = {"side": "tenant", "team": "Refunds", "person": "王芳"}
    done = (await a1.send("PUT", path, mine)).json()
    assert (done["version"], done["assignment"]) == (
        2,
        {"outsourcer": None, "tenant": {"team": "Refunds", "person": "王芳"}},
    )
    assert (await a1.send("PUT", path, mine)).json()["version"] == 2
    told = (await history(a1, order))[-1]
    assert (told["kind"], told["assignment"]) == ("WorkOrderAssigned", mine)
    theirs = await a1.send("PUT", path, {"side": "outsourcer", "team": "Second line"})
    assert (theirs.status_code, theirs.json()["code"]) == (403, "change_wrong_side")
    agent = new_id()
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch(
            "INSERT INTO gf.agent_profile (tenant_id, id, agent_id, alias, seat, kind, skills)"
            " VALUES ($1, $2, $3, '客服07', 'S1', 'shared', '{}')", TENANT_A, new_id(), agent,
        )  # fmt: skip
        to = AssignmentOf(side="outsourcer", person="客服07")
        seen = await service.assign(scope, order["id"], to, SEAT, now())
        assert seen["assignment"]["outsourcer"] == {"team": None, "person": "客服07"}
        page = await service.list_orders(scope, service.Wanted(), Doer(SEAT.side, "agent", "x", "", agent_id=agent))
        assert [row["id"] for row in page.data] == [order["id"]]
    assert str(agent) not in (await a1.get(f"{URL}/{order['id']}")).text
    assert (await a1.send("PUT", path, {"side": "tenant"})).json()["assignment"]["tenant"] is None
    assert (await a1.move(order, "rejected")).status_code == 200
    assert (await a1.send("PUT", path, mine)).json()["code"] == "work_order_over"


async def test_an_agent_who_is_not_there_is_assigned_nothing(house: House, a1: System) -> None:
    order = await escalated(house)
    async with house.app.transaction(TENANT_A) as scope:
        with pytest.raises(ValidationFailed):
            await service.assign(scope, order["id"], AssignmentOf(side="outsourcer", person="nobody"), SEAT, now())
        assert (await service.detail(scope, order["id"], SEAT))["version"] == 1
        moved = await service.transition(scope, order["id"], Move(to="cancelled"), SEAT, now())
    assert (await a1.get(f"{URL}/{order['id']}")).json() == {**moved, "sla": []}
    assert moved["assignment"] == {"outsourcer": None, "tenant": None}
