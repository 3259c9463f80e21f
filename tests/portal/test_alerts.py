"""A client sets its thresholds on pages, is told, reads it and takes care; others see and change none of it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import aiohttp

from interactions.facts import InteractionQueued, InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.clock import now
from live.service import Watched
from live.thresholds.rounds import Lookout
from tests.portal import telling
from tests.portal.test_holds import post
from tests.portal.test_records import manager, read
from tests.support.forms import posts
from tests.support.site import Site
from tests.webhooks.test_delivery import courier
from tests.workorders.lab import Receiver, add_connection, receiving

TYPED = {
    "name": "Queue is long", "figure": "waiting", "scope": "all", "compare": "above", "threshold": "2", "clear": "",
    "window_s": "0", "least": "1", "for_s": "0", "severity": "critical", "roles": "client_manager", "ways": "screen",
    "quiet_from": "", "quiet_to": "", "repeat_min": "0", "enabled": "yes", "state": "talking",
}  # fmt: skip


async def rows(site: Site, sql: str) -> list[dict[str, Any]]:
    tenant = site.tenants["galaxy"]
    async with site.house.app.transaction(tenant) as scope:
        return [dict(row) for row in await scope.fetch(sql, tenant)]


async def some_wait(site: Site, at: telling.Place, count: int) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        for _ in range(count):
            call = uuid4()
            for fact in (InteractionStarted("+862150001234", telling.CONTACT, "voice", "inbound", "main", 3),
                         InteractionQueued(at.queue_code, str(at.queue), 0)):  # fmt: skip
                journal.append(scope, fact, subject=call, at=now(), actor=SYSTEM)


async def test_set_told_read_and_taken_care_of(site: Site) -> None:
    at, boss = await telling.place(site), await manager(site)
    people = await site.people("galaxy")
    viewer, other = (await site.person(people["client_viewer"], "galaxy"), await site.person(
        (await site.people("harbour-light"))["client_manager"], "harbour-light"))  # fmt: skip
    assert "No thresholds yet" in await read(boss, "/alerts", lang="en")
    (form, *_) = posts(await read(boss, "/alerts/new", lang="en"), "/alerts/new")
    assert form.fields["figure"] == "waiting"
    foreign = str((await telling.place(site, "harbour-light")).queue)
    for field, odd in {
        "threshold": "many", "clear": "9", "name": "", "scope": f"queue:{foreign}", "roles": "agent", "for_s": "nan",
        "quiet_from": "25:00", "figure": "secrets", "repeat_min": "1e99", "least": "0.5",
    }.items():  # fmt: skip
        more = {"figure": "service_level"} if field == "least" else {}
        again = await post(boss, "/alerts/new", 422, **{**TYPED, **more, field: odd})
        assert 'data-state="error"' in again, field
    assert await rows(site, "SELECT id FROM gf.alert_rule WHERE tenant_id = $1") == []
    for _ in range(2):
        await post(viewer, "/alerts/new", 403, **TYPED)
    await post(boss, "/alerts/new", 303, **TYPED)
    (rule,) = await rows(site, "SELECT id::text AS id FROM gf.alert_rule WHERE tenant_id = $1")
    await post(other, f"/alerts/{rule['id']}", 404, **TYPED)
    for path in ("delete", "test"):
        await post(other, f"/alerts/{rule['id']}/{path}", 404)
    await some_wait(site, at, 3)
    looked = await post(boss, "/alerts/preview", 200, **TYPED)
    assert "<b>1</b>" in looked
    assert "<b>0</b>" in await post(boss, "/alerts/preview", 200, **{**TYPED, "threshold": "4"})
    assert 'data-state="error"' in await post(boss, "/alerts/preview", 200, **{**TYPED, "threshold": "x"})
    lookout = Lookout(site.house.control, site.house.app)
    await lookout.look(Watched(at.tenant, "银河商城", "Asia/Shanghai"))
    page = await read(boss, "/alerts", lang="en")
    assert page.count("<bdi>Queue is long</bdi>") == 2
    assert telling.CONTACT not in page
    await _told(site, boss, viewer, other)
    async with receiving() as taker:
        await _tried(site, boss, rule["id"], taker)
    await post(boss, f"/alerts/{rule['id']}", 303, **{**TYPED, "threshold": "5"})
    await lookout.look(Watched(at.tenant, "银河商城", "Asia/Shanghai"))
    assert "the threshold was changed" in await read(boss, "/alerts", lang="en")
    await post(boss, f"/alerts/{rule['id']}/delete")
    assert "No thresholds yet" in await read(boss, "/alerts", lang="en")


async def _told(site: Site, boss: aiohttp.ClientSession, viewer: aiohttp.ClientSession, other: Any) -> None:
    """The bell, the list, and taking care of it: once, by one."""
    (alert,) = await rows(site, "SELECT id::text AS id FROM gf.alert WHERE tenant_id = $1")
    async with boss.ws_connect("/alerts/feed?lang=en") as bell:
        told = await bell.receive_json(timeout=20)
        assert (told["unread"], told["open"][0]["name"], told["open"][0]["by"]) == (1, "Queue is long", None)
        await post(other, f"/alerts/open/{alert['id']}/take", 404)
        await post(viewer, f"/alerts/open/{alert['id']}/take", 422, note="x" * 301)
        await post(viewer, f"/alerts/open/{alert['id']}/take", note="I am on it")
        await post(boss, f"/alerts/open/{alert['id']}/take", 409)
        while not told["open"][0]["by"]:
            told = await bell.receive_json(timeout=20)
    assert "Queue is long" in await read(boss, "/notifications", lang="en")
    assert "No notifications yet" in await read(viewer, "/notifications", lang="en"), "it was for managers"
    (mine,) = await rows(site, "SELECT id::text AS id FROM gf.notification WHERE tenant_id = $1")
    for who in (viewer, other):
        await post(who, "/notifications/read", notice_id=mine["id"])
    unread = "SELECT id FROM gf.notification WHERE tenant_id = $1 AND read_at IS NULL"
    assert len(await rows(site, unread)) == 1, "nobody reads for another"
    await post(boss, "/notifications/read", 400, notice_id="x")
    await post(boss, "/notifications/read", notice_id=mine["id"])
    assert await rows(site, unread) == []
    await post(boss, "/notifications/choice", 422, quiet_from="late")
    await post(boss, "/notifications/choice", sound="yes", quiet_from="22:00", quiet_to="07:00")
    assert 'value="22:00"' in await read(boss, "/notifications", lang="en")
    (rule,) = await rows(site, "SELECT id::text AS id FROM gf.alert_rule WHERE tenant_id = $1")
    answers = await asyncio.gather(*(_test(boss, rule["id"]) for _ in range(7)))
    assert sorted(answers)[:5] == [303] * 5
    async with (await site.machine("galaxy")).get("/notifications") as answer:
        assert answer.status == 403, "a system is nobody's person"


async def _tried(site: Site, boss: aiohttp.ClientSession, rule: str, taker: Receiver) -> None:
    """A test goes to each of the client's systems that asks for alerts, and the page says what came of it."""
    await post(boss, f"/alerts/{rule}", 303, **{**TYPED, "ways": "webhook"})
    await rows(site, "DELETE FROM gf.notification WHERE tenant_id = $1 AND kind = 'test'")
    await post(boss, f"/alerts/{rule}/test")
    assert 'data-trial="none"' in await read(boss, "/notifications", lang="en")
    await add_connection(site.house, site.tenants["galaxy"], "closed", "http://127.0.0.1:9/hook")
    set_up = "UPDATE gf.connection SET events = '{alerts}', url = CASE code WHEN 'closed' THEN url ELSE '%s' END"
    await rows(site, f"{set_up % taker.url} WHERE tenant_id = $1 AND retired_at IS NULL")
    await post(boss, f"/alerts/{rule}/test")
    page = await read(boss, "/notifications", lang="en")
    assert page.count('data-trial="waiting"') == 2
    assert page.count("hx-trigger") == 1, "what is settled is not asked for again"
    async with courier(site.house) as made:
        await made.visit(site.tenants["galaxy"])
        await taker.wait_for(1)
        await made.settle_down()
    page = await read(boss, "/notifications", lang="en")
    assert [page.count(f'data-trial="{state}"') for state in ("delivered", "failing", "waiting")] == [1, 1, 0]
    assert "taken · HTTP 204" in page
    assert "hx-trigger" not in page
    (told,) = taker.taken
    assert (told["type"], told["data"]["rule_id"], told["data"]["value"]) == ("alert.test", rule, 2)
    assert not {"person", "user_id", "role", "ways"} & told["data"].keys(), "who tried it is the client's own affair"


async def _test(boss: aiohttp.ClientSession, rule: str) -> int:
    async with boss.post(f"/alerts/{rule}/test", allow_redirects=False) as answer:
        return answer.status
