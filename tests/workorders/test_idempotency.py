"""One effect for one key, whatever the network does (workorders.md, sections 6, 7 and 19)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import asyncpg
import httpx

from kit.clock import now
from tests.support.house import TENANT_A, House
from tests.workorders.lab import System
from workorders.service.idempotency import _LOOK, Claim, forget_expired

BODY = {"type": "callback", "title": "call back"}
URL = "/v1/work-orders"


async def count(house: House, table: str) -> int:
    async with house.app.transaction(TENANT_A) as scope:
        return int((await scope.fetch(f"SELECT count(*) AS n FROM gf.{table}"))[0]["n"])


async def test_a_machine_without_a_usable_key_is_refused(a1: System) -> None:
    for key in (None, "", "has space", '"unclosed', "x" * 256):
        refused = await a1.post(URL, BODY, key=key)
        assert (refused.status_code, refused.json()["code"]) == (400, "validation_failed")
    both = [*a1.headers({}).items(), ("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    refused = await a1.http.post(URL, json=BODY, headers=both)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "header:Idempotency-Key")
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
    theirs = {"expected_resolution_at": "2026-12-01T00:00:00Z"}
    told, retold = [
        await a1.send("PATCH", f"{URL}/{order['id']}", theirs, Idempotency_Key="theirs", If_Match=tag) for _ in "12"
    ]
    assert (told.status_code, retold.status_code, retold.headers["Idempotency-Replayed"]) == (403, 403, "true")
    assert told.json()["errors"] == retold.json()["errors"] != []


async def test_two_that_move_it_at_once_cannot_both(a1: System) -> None:
    order = await a1.create()
    path, tag = f"{URL}/{order['id']}/transitions", (await a1.get(f"{URL}/{order['id']}")).headers["ETag"]
    answers: list[httpx.Response] = await asyncio.gather(
        *(a1.post(path, {"to": "cancelled", "reason": str(n)}, If_Match=tag) for n in range(10))
    )
    assert {a.status_code for a in answers} == {200}
    assert len({a.json()["status_reason"] for a in answers}) == 1
    assert {a.json()["version"] for a in answers} == {2}


async def test_a_key_is_looked_up_by_itself_when_nothing_is_known_of_the_others(house: House) -> None:
    claim = Claim("key:a", "POST", URL, "one", b"")
    async with house.app.transaction(TENANT_A) as scope:
        asked = [TENANT_A, claim.credential, claim.method, claim.route, claim.key, now(), claim.lock(TENANT_A)]
        plan = "\n".join(row["QUERY PLAN"] for row in await scope.fetch(f"EXPLAIN {_LOOK}", *asked))
    assert "idempotency_pkey" in plan, plan


async def test_answers_are_forgotten_after_a_week(house: House, a1: System) -> None:
    first = (await a1.post(URL, BODY, key="old")).json()["id"]
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.execute("UPDATE gf.idempotency SET expires_at = now() - interval '1 second'")
    await admin.close()
    assert (await a1.post(URL, BODY, key="old")).json()["id"] != first
    async with house.worker.transaction(TENANT_A) as scope:
        await forget_expired(scope, now() + timedelta(days=8))
    assert await count(house, "idempotency") == 0
