"""A fact says which request it comes from: its id, its idempotency key, and where a system stood."""

from __future__ import annotations

from typing import Any

from journal import service as journal
from tests.support.site import Site

NEW = {"type": "refund", "title": "Refund has not arrived"}


async def _facts(site: Site, tenant: str) -> list[Any]:
    async with site.house.app.transaction(site.tenants[tenant]) as scope:
        return await journal.read(scope, 0, 10_000)


async def test_what_a_system_asked_is_found_again_in_the_history(site: Site) -> None:
    http = await site.machine("galaxy")
    said = {"X-Request-Id": "their-own-4711", "X-Forwarded-For": "198.51.100.9"}
    made = await http.post("/v1/work-orders", json=NEW, headers={**said, "Idempotency-Key": '"once-7"'})
    assert made.status == 201, await made.text()
    order = (await made.json())["id"]
    again = await http.post("/v1/work-orders", json=NEW, headers={**said, "Idempotency-Key": "once-7"})
    assert again.headers["Idempotency-Replayed"] == "true"
    got = await http.get(f"/v1/work-orders/{order}/history", headers=said)
    (entry,) = (await got.json())["data"]
    assert entry["request"] == {
        "request_id": "their-own-4711", "idempotency_key": "once-7", "address": "198.51.100.9",
    }  # fmt: skip
    assert set(entry["actor"]) == {"kind", "id", "name"}


async def test_where_a_person_was_and_what_staff_asked_stands_in_no_journal(site: Site) -> None:
    person = await site.person("wang@galaxy.example", "galaxy")
    agent = await site.person((await site.agents("galaxy"))[0][1])
    away = {"X-Forwarded-For": "198.51.100.9"}
    for asks, path in ((person, "/v1/work-orders"), (agent, "/desk")):
        async with asks.get(path, headers=away) as got:
            assert got.status == 200, path
    facts = await _facts(site, "galaxy")
    theirs = [fact.actor for fact in facts if fact.actor["kind"] == "user" and "request_id" in fact.actor]
    assert theirs
    assert not any("address" in fact.actor for fact in facts)
    assert not any("request_id" in fact.actor for fact in facts if fact.actor["kind"] in {"agent", "system"})
