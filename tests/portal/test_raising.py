"""A work order from the client's own form to the desk, to the client's page and the supervisors' figures: all real."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import orjson

from interactions.facts import InteractionConnected, InteractionEnded
from interactions.recordings.facts import RecordingBegan, RecordingStored
from tests.portal import telling
from tests.portal.settings.test_self_service import page, send
from tests.portal.test_work_orders import get, post, reader
from tests.support.forms import posts
from tests.support.site import Site

PAGE = "/settings/work-orders"
ORDER, WAY = "fields/0", "fields/1"
REFUND = {
    "do": "save", "name": "退款 Refund", "priority": "high", "severity": "major", "title": "Refund of {order}",
    "description": "{{caller.e164}} on {{did}} at {{call.time}}",
    "instructions": "Ask for the order.", "script": "Paid.",
    f"{ORDER}/name": "Order", f"{ORDER}/kind": "text", f"{ORDER}/required": "1",
    f"{WAY}/name": "Way", f"{WAY}/kind": "choice", f"{WAY}/choices": "bank\ncard",
}  # fmt: skip


async def _typed(site: Site) -> None:
    """Let the client's manager add a type by the page, and publish it."""
    manager = await reader(site, "client_manager")
    form = posts(await page(manager, f"{PAGE}?add=1"), PAGE)[0]
    for wrong, told in (
        ({"description": "{{nobody}}"}, "There is nothing called “nobody” to fill in."),
        ({"title": "Refund of {nobody}"}, "There is no field “nobody”."),
        ({f"{WAY}/choices": ""}, "Give what there is to choose from"),
    ):
        _, refused = await send(manager, form, 422, more={**REFUND, **wrong})
        assert told in refused, told
        assert "退款 Refund" in refused, "what was typed is kept"
    assert (await send(manager, form, more=REFUND))[0] == f"{PAGE}?saved=1"
    shown = await page(manager, f"{PAGE}?entry=refund")
    assert "+86138****1234 on +86" in shown, "as a desk begins"
    rules = posts(await page(manager, PAGE), PAGE)[-1]
    await send(manager, rules, do="rules", reopen_days="30")
    changed = await page(manager, "/settings/changes")
    for told in ("退款 Refund (refund)", "Way: one of a list (bank, card)", "Order: a text, required"):
        assert told in changed, told
    await send(manager, posts(changed, "/settings/changes/publish")[0], why="refunds of the shop")
    viewer = await reader(site, "client_viewer")
    assert "New kind" not in await page(viewer, PAGE)
    await send(viewer, posts(await page(manager, PAGE), PAGE)[-1], 403)


async def _talked(site: Site, at: telling.Place) -> tuple[UUID, UUID, datetime]:
    """Return a call of the second agent, its recording, and when that began."""
    recording, who, queue = uuid4(), str(at.agents[1]), str(at.queue)
    story = [
        *telling.arrival(at), *telling.offered(at, 1, "answered"), InteractionConnected(who, queue, str(uuid4()), 900),
        RecordingBegan(str(recording), "policy", None, announced=True),
        InteractionEnded("contact", "normal", "talking", 61_000, who),
        RecordingStored(str(recording), telling.key_of(at, recording), "9f" * 32, 40_000, "call", 16_044),
    ]  # fmt: skip
    begin = datetime.now(UTC) - timedelta(seconds=60)
    call = await telling.tell(site, at.tenant, story, begin)
    return call, recording, begin + timedelta(seconds=8)


async def _raise(desk: aiohttp.ClientSession, body: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
    async with desk.post("/desk/escalate", json=body, headers={"Idempotency-Key": key}) as answer:
        return answer.status, orjson.loads(await answer.read())


async def test_a_desk_raises_one_by_its_type_with_the_moment_that_was_marked(site: Site) -> None:
    at = await telling.place(site)
    await _typed(site)
    call, recording, began = await _talked(site, at)
    desk = await site.person(dict(await site.agents("galaxy"))[at.agents[1]])
    async with desk.get("/desk/guide", params={"interaction": str(call)}) as answer:
        (kind,) = orjson.loads(await answer.read())["orders"]["types"]
    assert (kind["code"], kind["priority"], kind["title"]) == ("refund", "high", "Refund of {order}")
    assert re.fullmatch(r"\+86138\*\*\*\*1234 on \+862150001234 at 20\d\d-\d\d-\d\d \d\d:\d\d", kind["description"])
    body = {"interaction": str(call), "type": "refund", "custom": {"way": "cash"},
            "comment": {"body": "not for them", "visibility": "internal"},
            "marked_at": (began - timedelta(seconds=5)).isoformat()}  # fmt: skip
    status, told = await _raise(desk, body, "draft-1")
    assert (status, {each["pointer"] for each in told["errors"]}) == (400, {"/custom/order", "/custom/way"})
    body["custom"] = {"order": "A-17"}
    status, told = await _raise(desk, body, "draft-1")
    assert (status, told["code"], told["errors"][0]["pointer"]) == (400, "moment_not_recorded", "/marked_at")
    body["marked_at"] = (began + timedelta(milliseconds=600)).isoformat()
    status, made = await _raise(desk, body, "draft-1")
    assert (status, made["title"], made["priority"]) == (201, "Refund of A-17", "high"), made
    assert await _raise(desk, body, "draft-1") == (201, made), "sent twice, raised once"
    assert (await _raise(desk, {**body, "title": "another"}, "draft-1"))[1]["code"] == "idempotency_key_reused"
    async with desk.get("/desk/guide", params={"interaction": str(call)}) as answer:
        assert orjson.loads(await answer.read())["orders"]["recent"] == ["refund"]
    manager = await reader(site, "client_manager")
    shown = await get(manager, f"/work-orders/{made['id']}")
    assert f'href="/interactions/{call}#t=0&amp;r={recording}"' in shown
    assert "<dt>Order</dt><dd>A-17</dd>" in shown, "by the client's own word"
    assert "not for them" not in shown
    await _attached_in_the_player(site, call, recording, made)
    await _seen_by_supervisors(site, at, made)


async def _attached_in_the_player(site: Site, call: UUID, recording: UUID, made: dict[str, Any]) -> None:
    manager, where = await reader(site, "client_manager"), f"/interactions/{call}/work-orders"
    assert where in await get(manager, f"/interactions/{call}")
    moment = {"recording": str(recording), "at_ms": "31500"}
    assert (await post(manager, where, work_order=made["id"], **moment))[0] == 200
    assert f'href="/interactions/{call}#t=31&amp;r={recording}"' in await get(manager, f"/work-orders/{made['id']}")
    assert (await post(manager, where, work_order=str(uuid4()), **moment))[0] == 404
    assert (await post(manager, where, work_order=made["id"], recording=str(uuid4()), at_ms="1"))[0] == 400
    supervisor = await site.person("sup@harbour.example", "galaxy")
    status, begun = await post(supervisor, where, work_order="", type="refund", title="heard it myself", **moment)
    assert status == 400, "this type asks for more than the player does"
    assert "heard it myself" not in begun
    viewer = await reader(site, "client_viewer")
    assert (await post(viewer, where, work_order="", type="refund", title="x", **moment))[0] == 403


async def _seen_by_supervisors(site: Site, at: telling.Place, made: dict[str, Any]) -> None:
    supervisor = await site.person("sup@harbour.example")
    where = "/floor/work-orders?client=galaxy"
    shown = await page(supervisor, f"{where}&lang=en&status=submitted&age=0")
    for told in ("Open work orders", made["number"], "Refund of A-17", f'value="/work-orders/{made["id"]}"'):
        assert told in shown, told
    assert "None any more." in await page(supervisor, f"{where}&late=1&lang=en")
    assert made["number"] not in await page(supervisor, "/floor/work-orders?client=harbour-light&all=1&lang=en")
    async with (await reader(site, "client_manager")).get("/floor/work-orders") as answer:
        assert answer.status == 403
