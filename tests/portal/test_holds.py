"""A client's manager holds conversations on their pages and by a search, and lifts that again; nobody else may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import aiohttp

from journal import service as journal
from tests.portal import telling
from tests.portal.test_records import manager, read
from tests.support.site import Site

WHY = "The court asks for it, case 4711"


async def post(who: aiohttp.ClientSession, path: str, status: int = 303, **fields: str) -> str:
    async with who.post(path, data=fields, allow_redirects=False, headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
        assert answer.status == status, text[-1500:]
        return text


async def test_a_manager_holds_conversations_and_lifts_it_again(site: Site) -> None:
    at = await telling.place(site)
    first, second = [await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4())) for _ in range(2)]
    reader = await manager(site)
    assert "Nothing is held." in await read(reader, "/settings/holds", lang="en")
    await post(reader, f"/interactions/{first}/hold", 400, reason="short")
    await post(reader, f"/interactions/{uuid4()}/hold", 404, reason=WHY)
    await post(reader, f"/interactions/{first}/hold/lift", 404, reason=WHY)
    await post(reader, f"/interactions/{first}/hold", reason=WHY)
    page = await read(reader, f"/interactions/{first}", lang="en")
    assert WHY in page
    assert "Lift the hold" in page
    for typed in ({"q": "0000"}, {"from": "yesterday"}, {}):
        assert WHY in await post(reader, "/settings/holds", 422, reason=WHY, **typed), "what was typed is there still"
    await post(reader, "/settings/holds", q=telling.CONTACT[-4:], reason=WHY)
    held = await read(reader, "/settings/holds", lang="en")
    assert str(first) in held
    assert str(second) in held
    await post(reader, f"/interactions/{second}/hold/lift", reason="The case is over now")
    assert str(second) not in await read(reader, "/settings/holds", lang="en")
    assert len(await telling.facts_of(site, at.tenant, second, "HoldLifted")) == 1
    people = await site.people("galaxy")
    viewer = await site.person(people["client_viewer"], "galaxy")
    await post(viewer, f"/interactions/{first}/hold/lift", 403, reason=WHY)
    assert "hold-reason" not in await read(viewer, f"/interactions/{first}", lang="en")


async def test_a_clients_system_holds_conversations_by_the_api(site: Site) -> None:
    at = await telling.place(site)
    made = [await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4())) for _ in range(3)]
    first, second, third = map(str, made)
    machine, stranger = await site.machine("galaxy"), await site.machine("harbour-light")

    async def call(
        method: str, path: str, body: object = None, *, who: aiohttp.ClientSession = machine, key: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        headers = {} if key is None else {"Idempotency-Key": key}
        async with who.request(method, f"/v1/holds{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    why = {"reason": WHY}
    assert (await call("PUT", f"/{first}", {"reason": "short"}))[1]["code"] == "reason_not_clear"
    assert (await call("PUT", f"/{first}", {**why, "until": "x"}))[0] == 400
    assert [(await call("PUT", f"/{first}", why))[0] for _ in range(2)] == [201, 200], "once, however often it is sent"
    assert (await call("PUT", f"/{first}", {"reason": "Another reason for it"}))[1]["reason"] == WHY
    for method, path in (("GET", f"/{first}"), ("PUT", f"/{first}"), ("POST", f"/{first}/lift")):
        status, problem = await call(method, path, why if method != "GET" else None, who=stranger, key=uuid4().hex)
        assert (status, problem["code"]) == (404, "not_found"), "another client's conversation is none"
    assert (await call("POST", "", {**why, "interaction_ids": [second, str(uuid4())]}, key="a"))[0] == 404
    assert (await call("GET", f"/{second}"))[0] == 404, "all or none"
    assert (await call("POST", "", {**why, "interaction_ids": [second]}))[1]["code"] == "validation_failed", "no key"
    assert (await call("POST", "/found", why, key="b"))[0] == 400
    wanted = {**why, "contact": telling.CONTACT[-4:], "since": "2020-01-01T00:00:00Z"}
    assert [await call("POST", "/found", wanted, key="c") for _ in range(2)] == [(200, {"found": 3, "held": 2})] * 2
    assert (await call("POST", "/found", {**wanted, "contact": "0000"}, key="c"))[1]["code"] == "idempotency_key_reused"
    assert (await call("POST", "/found", {**wanted, "contact": "0000"}, key="d"))[1]["code"] == "hold_too_wide"
    _, page = await call("GET", "?limit=2")
    _, rest = await call("GET", f"?limit=2&after={page['next']}")
    assert {row["interaction_id"] for row in (*page["data"], *rest["data"])} == {first, second, third}
    assert (page["has_more"], rest["has_more"], rest["next"]) == (True, False, None)
    lifted = [await call("POST", f"/{second}/lift", {"reason": "The case is over"}, key="e") for _ in range(2)]
    assert lifted == [(200, {"interaction_id": second, "held": False})] * 2
    assert (await call("POST", f"/{second}/lift", {"reason": "The case is over"}, key="f"))[0] == 404
    async with site.house.app.transaction(at.tenant) as scope:
        told = [fact for fact in await journal.history(scope, made[1]) if fact.kind.startswith("Hold")]
    assert [(fact.kind, fact.actor["kind"]) for fact in told] == [("HoldSet", "key"), ("HoldLifted", "key")]
    assert (await call("GET", "", who=stranger))[1]["data"] == []
