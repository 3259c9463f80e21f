"""One effect for one key, whatever the network does (workorders.md, sections 6, 7 and 19)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import httpx

from journal import service as journal
from kit.clock import now
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from workorders.service.idempotency import forget_expired

BODY = {"type": "callback", "title": "call back"}
URL = "/v1/work-orders"


async def count(house: House, table: str) -> int:
    async with house.app.transaction(TENANT_A) as scope:
        return int((await scope.fetch(f"SELECT count(*) AS n FROM gf.{table}"))[0]["n"])


async def test_the_same_request_fifty_times_at_once_makes_one_work_order(house: House, a1: System) -> None:
    answers = await asyncio.gather(*(a1.post(URL, BODY, key='"k-50"') for _ in range(50)))
    made = [a for a in answers if a.status_code == 201]
    busy = [a for a in answers if a.status_code == 409]
    assert len(made) + len(busy) == 50
    assert made
    assert {a.json()["code"] for a in busy} <= {"idempotency_in_progress"}
    assert all(a.headers["Retry-After"] for a in busy)
    first = [a for a in made if "Idempotency-Replayed" not in a.headers]
    assert len(first) == 1
    assert {a.content for a in made} == {first[0].content}
    assert {a.headers["ETag"] for a in made} == {first[0].headers["ETag"]}
    assert (await count(house, "work_order"), await count(house, "webhook_event")) == (1, 1)
    later = await a1.post(URL, BODY, key="k-50")
    assert (later.status_code, later.headers["Idempotency-Replayed"], later.content) == (201, "true", first[0].content)


async def test_a_key_belongs_to_one_request_of_one_credential(a1: System, a2: System, b1: System) -> None:
    answers = [await system.post(URL, BODY, key="shared") for system in (a1, a2, b1)]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({a.json()["id"] for a in answers}) == 3
    reused = await a1.post(URL, {**BODY, "title": "another"}, key="shared")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    spaced = await a1.http.post(
        URL, content=b'{"title":"call back",   "type":"callback"}',
        headers=a1.headers({"Idempotency-Key": "shared", "Content-Type": "application/json"}),
    )  # fmt: skip
    assert spaced.headers["Idempotency-Replayed"] == "true"


async def test_a_machine_without_a_usable_key_is_refused(a1: System) -> None:
    for key in (None, "", "has space", '"unclosed', "x" * 256):
        refused = await a1.post(URL, BODY, key=key)
        assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")
    assert (await a1.get(URL)).json()["data"] == []


async def test_a_malformed_body_is_not_remembered(a1: System) -> None:
    refused = await a1.post(URL, {**BODY, "priority": "immediate"}, key="again")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/priority")
    assert (await a1.post(URL, BODY, key="again")).status_code == 201


async def test_a_refusal_is_the_answer_of_its_key_for_good(a1: System) -> None:
    order = await a1.create()
    path = f"{URL}/{order['id']}/transitions"
    tag = (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    first = await a1.post(path, {"to": "closed"}, key="early", If_Match=tag)
    again = await a1.post(path, {"to": "closed"}, key="early", If_Match=tag)
    assert (first.status_code, again.status_code) == (409, 409)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    same = ("code", "title", "detail", "status", "allowed")
    assert [first.json()[k] for k in same] == [again.json()[k] for k in same]


async def test_the_same_transition_twice_is_one_event(house: House, a1: System) -> None:
    order = await a1.create()
    path, tag = f"{URL}/{order['id']}/transitions", (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    for key in ("one", "two"):
        moved = await a1.post(path, {"to": "cancelled"}, key=key, If_Match=tag)
        assert (moved.status_code, moved.json()["version"]) == (200, 2)
    async with house.app.transaction(TENANT_A) as scope:
        kinds = ["WorkOrderCreated", "WorkOrderOpened", "WorkOrderStatusChanged"]
        assert [f.kind for f in await journal.read(scope)] == kinds


async def test_a_lost_update_is_refused_and_comments_never_cause_one(a1: System) -> None:
    order = await a1.create()
    path = f"{URL}/{order['id']}"
    tag = (await a1.get(path)).headers["ETag"]
    without = await a1.post(f"{path}/transitions", {"to": "cancelled"})
    assert (without.status_code, without.json()["code"]) == (428, "if_match_required")
    assert (await a1.post(f"{path}/transitions", {"to": "cancelled"}, If_Match="*")).status_code == 428
    written = await asyncio.gather(*(a1.post(f"{path}/comments", {"body": f"{n}"}) for n in range(20)))
    assert {w.status_code for w in written} == {201}
    assert (await a1.post(f"{path}/transitions", {"to": "cancelled"}, If_Match=tag)).status_code == 200
    stale = await a1.post(f"{path}/transitions", {"to": "closed"}, If_Match=tag)
    assert (stale.status_code, stale.json()["code"], stale.json()["current_version"]) == (412, "version_mismatch", 2)
    assert stale.json()["changed_fields"] == ["closed_at", "status"]
    assert (await a1.get(path)).json()["sequence"] == 22


async def test_two_that_move_it_at_once_cannot_both(a1: System) -> None:
    order = await a1.create()
    path, tag = f"{URL}/{order['id']}/transitions", (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    answers: list[httpx.Response] = await asyncio.gather(
        *(a1.post(path, {"to": "cancelled", "reason": str(n)}, If_Match=tag) for n in range(10))
    )
    assert {a.status_code for a in answers} == {200}
    assert len({a.json()["status_reason"] for a in answers}) == 1
    assert {a.json()["version"] for a in answers} == {2}


async def test_answers_are_forgotten_after_a_week(house: House, a1: System) -> None:
    first = (await a1.post(URL, BODY, key="old")).json()["id"]
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.execute("UPDATE gf.idempotency SET expires_at = now() - interval '1 second'")
    await admin.close()
    assert (await a1.post(URL, BODY, key="old")).json()["id"] != first
    async with house.worker.transaction(TENANT_A) as scope:
        await forget_expired(scope, now() + timedelta(days=8))
    assert await count(house, "idempotency") == 0
