"""The floor's page in a browser, with real rows of two clients: who is shown, to whom, how, and what keys do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from interactions.callbacks.facts import TaskOpened
from interactions.desks.facts import DeskBack, DeskLost
from interactions.facts import (
    AgentPhoneChanged,
    AgentStateChanged,
    InteractionConnected,
    InteractionQueued,
    InteractionStarted,
)
from journal import service as journal
from journal.core.facts import SYSTEM, Payload
from switchboard.facts import HelpAnswered, HelpAsked, LineStateChanged, PhoneEngineChanged, SupervisionStarted
from tenants.access import INSTALLATION, for_system
from tenants.service import policies
from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.support.axe import violations
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
SUPERVISOR = "sup@harbour.example"
POST = """async ([path, body]) => (await fetch(path, {
  method: "POST", body: JSON.stringify(body),
  headers: {"content-type": "application/json",
            "x-csrf-token": document.querySelector('meta[name="csrf-token"]').content},
})).status"""


async def talking(site: Site, at: telling.Place, agent: UUID, seat: str, *more: Payload) -> UUID:
    """Let an agent of a client talk to a contact, as the switchboard's facts say it."""
    story = [*telling.arrival(at), InteractionConnected(str(agent), str(at.queue), str(uuid4()), 4000)]
    call = await telling.tell(site, at.tenant, story)
    phone = AgentPhoneChanged(str(agent), seat, f"o-{seat}", registered=True)
    await told(site, at, call, phone, AgentStateChanged(str(agent), seat, "talking", None, str(call)), *more)
    return call


async def told(site: Site, at: telling.Place, subject: UUID, *facts: Payload) -> None:
    async with site.house.app.transaction(at.tenant) as scope:
        for fact in facts:
            journal.append(scope, fact, subject=subject, at=datetime.now(UTC), actor=SYSTEM)


async def named(page: Page) -> list[str]:
    return await page.locator('[data-part="agents"] [data-agent]:not([hidden]) [data-f="name"]').all_inner_texts()


async def _a_desk_is_lost(page: Page, site: Site, at: telling.Place) -> None:
    """A mark while the agent talks; on the seat of one who is free its state, and since when. Nothing wrong for axe."""
    since = (datetime.now(UTC) - timedelta(seconds=65)).isoformat()
    for n, agent in enumerate(at.agents[:2]):
        await told(site, at, agent, DeskLost(str(agent), f"S{n + 1}", since))
    away = at.agents[1]
    await told(site, at, away, AgentStateChanged(str(away), "S2", "on_break", "desk_lost", None))
    await page.locator('[data-agent][data-show="talking"][data-desk="lost"] .desk-mark').wait_for()
    lost = page.locator('[data-agent][data-show="desk_lost"]')
    await lost.get_by_text("since").wait_for()
    assert await lost.locator('[data-f="word"]').inner_text() == "Desk not reached"
    assert await violations(page) == []
    for n, agent in enumerate(at.agents[:2]):
        await told(site, at, agent, DeskBack(str(agent), f"S{n + 1}", signed_off=False))
    await told(site, at, away, AgentStateChanged(str(away), "S2", "offline", None, None))
    await page.locator('[data-desk="lost"]').first.wait_for(state="detached")


async def closes_the_door(site: Site, code: str) -> None:
    pool = await site.house.control.pool()
    await pool.execute(
        "UPDATE control.staff_grant SET ended_at = clock_timestamp(), ended_by = 'client' WHERE tenant_id = $1"
        ' AND user_id = (SELECT id FROM control."user" WHERE email = $2)',
        site.tenants[code], SUPERVISOR,
    )  # fmt: skip


async def test_a_supervisor_sees_the_agents_of_all_its_clients_and_none_of_a_closed_one(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    galaxy, harbour = await telling.place(site, "galaxy"), await telling.place(site, "harbour-light")
    shared = (await site.agents("galaxy"))[-1][0]
    asks = str(galaxy.agents[0])
    other = str(uuid4())
    ears = SupervisionStarted(str(uuid4()), other, "Ada Wu", "supervisor", asks, "listen", "", 2000)
    call = await talking(site, galaxy, galaxy.agents[0], "S1", HelpAsked(asks, 1000), ears)
    await talking(site, harbour, harbour.agents[0], "S1")
    await told(site, galaxy, shared, AgentStateChanged(str(shared), "S8", "on_break", "elsewhere", None))
    await telling.tell(site, galaxy.tenant, telling.arrival(galaxy))
    page, complaints = await sees(browser, site, SUPERVISOR, None, "en", "light")
    await page.goto(f"{site.url}/floor")
    await page.wait_for_selector("[data-feed=live]")
    await _a_task_is_late(page, site, galaxy)
    everybody = await named(page)
    assert len(everybody) == 12
    pool = await site.house.control.pool()
    real = {row["name"] for row in await pool.fetch('SELECT name FROM control."user" WHERE staff_role = $1', "agent")}
    assert set(everybody) <= real
    first = page.locator('[data-part="agents"] [data-agent]').first
    assert "Help" in await first.inner_text()
    assert await first.locator('[data-f="ears-count"]').inner_text() == "1"
    waiting = page.locator("tr", has_text=galaxy.queue_name).first
    assert telling.CONTACT in await waiting.inner_text()
    await _a_desk_is_lost(page, site, galaxy)
    await _by_keys(page, site)
    await _filtered_and_grouped(page, eventually)
    await _taken_care_of(page, site, galaxy, eventually)
    await told(site, galaxy, call, HelpAnswered(other, "Ada Wu", "supervisor", asks, 3000))

    async def lowered() -> bool:
        return await page.locator("[data-hand]").count() == 0

    await eventually(lowered)
    await closes_the_door(site, "galaxy")

    async def locked() -> bool:
        return await page.locator('.door-chip[data-state="denied"]').count() == 1

    await eventually(locked, 8)
    assert str(call) not in await page.content()
    assert len(await named(page)) == 6
    assert await page.get_by_role("link", name="Ask for access").count() == 1
    assert complaints == []
    await page.context.close()


async def _writes_to_an_agent(page: Page, site: Site) -> None:
    """The key on an agent begins a message to it; what it answers is told at once, and marked until looked at."""
    cell = page.locator('[data-part="agents"] [data-agent]').first
    name = await cell.locator('[data-f="name"]').inner_text()
    await cell.focus()
    await page.keyboard.press("m")
    dialog = page.locator("#messages")
    assert name in await page.locator("#message-to option:checked").inner_text()
    await page.keyboard.type("Stay until three, please")
    await page.keyboard.press("Control+Enter")
    await dialog.get_by_text("Sent to 1.").wait_for()
    await dialog.get_by_text("0 of 1 have seen it").wait_for()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    pool = await site.house.control.pool()
    mail = await pool.fetchval('SELECT email FROM control."user" WHERE name = $1', name)
    agent = await site.person(mail)
    async with agent.get("/desk/document") as answer:
        (message,) = (await answer.json())["messages"]
    async with agent.post("/desk/messages/answer", json={"message": message["id"], "text": "I will"}) as answer:
        assert answer.status == 200
    await page.locator("[data-part=messages-unseen]").get_by_text("1 new").wait_for()
    await page.locator("[data-part=messages-open]").click()
    await dialog.get_by_text("I will").wait_for()
    assert await page.locator("[data-part=messages-unseen]").is_hidden()
    await page.keyboard.press("Escape")


async def _a_task_is_late(page: Page, site: Site, at: telling.Place) -> None:
    """Somebody should have been called back half an hour ago: shown within a second, the list one click away."""
    now = datetime.now(UTC)
    due = (now - timedelta(minutes=30)).isoformat()
    await telling.tell(site, at.tenant, [
        InteractionStarted("+862150001234", telling.CONTACT, "voice", "outbound", "", 0),
        TaskOpened("callback", at.queue_code, str(at.queue), now.isoformat(), None, due, None),
        InteractionQueued(at.queue_code, str(at.queue), 0),
    ])  # fmt: skip
    late = page.locator("tr", has_text=at.queue_name).first.locator("td.tasks")
    await late.get_by_text("overdue for").wait_for()
    assert (await page.locator("[data-part=tasks]").inner_text()).split() == ["Tasks", "1", "overdue"]
    assert await late.locator("a").get_attribute("href") == "/floor/tasks?client=galaxy"


async def _taken_care_of(page: Page, site: Site, at: telling.Place, eventually: Eventually) -> None:
    """An alert stays until it is over; who takes care of it is shown, and stands in that client's journal alone."""
    alert = page.locator('[data-part="alert-list"] li', has_text="asks for help")
    await alert.locator("[data-care]").click()

    async def cared() -> bool:
        return "takes care of it" in await alert.inner_text()

    await eventually(cared)
    async with site.house.app.transaction(at.tenant) as scope:
        (fact,) = [f for f in await journal.history(scope, at.agents[0]) if f.kind == "AlertAcknowledged"]
    assert (fact.data["kind"], fact.data["alert"].split(":")[1]) == ("help_asked", str(at.agents[0]))
    assert (fact.data["role"], fact.actor["kind"]) == ("supervisor", "user")
    for tenant, alert_id, status in (("harbour-light", fact.data["alert"], 404), ("galaxy", "help_asked:x:1", 404),
                                     ("galaxy", fact.data["alert"], 200)):  # fmt: skip
        answer = await page.evaluate(
            POST, ["/floor/alert", {"tenant_id": str(site.tenants[tenant]), "alert": alert_id}]
        )
        assert answer == status, tenant
    await page.reload()
    await page.wait_for_selector("[data-feed=live]")
    assert "takes care of it" in await alert.inner_text()
    await _of_the_centre(page, site, eventually)


async def _of_the_centre(page: Page, site: Site, eventually: Eventually) -> None:
    """The centre's own lines and engines: its journal has who takes care, and no client's does."""
    own, floor, chips = for_system(INSTALLATION, "test"), uuid4(), page.locator(".door-chip")
    clients = await chips.count()
    async with site.house.app.transaction(own) as scope:
        for fact in (LineStateChanged("o-carrier", usable=False, reachable=False, registered=None),
                     PhoneEngineChanged("south", "lost")):  # fmt: skip
            journal.append(scope, fact, subject=floor, at=datetime.now(UTC), actor=SYSTEM)
    lines = page.locator('[data-part="alert-list"] li', has_text="The call centre itself")

    async def shown() -> bool:
        return await lines.count() == 2

    await eventually(shown)
    lost = lines.filter(has_text="The telephone system south cannot be reached")
    await lost.locator("[data-care]").click()

    async def cared() -> bool:
        return "takes care of it" in await lost.inner_text()

    await eventually(cared)
    assert await chips.count() == clients, "it is no client"
    async with site.house.app.transaction(own) as scope:
        *_, taken = [f for f in await journal.read(scope, limit=10_000) if f.kind == "AlertAcknowledged"]
        for over in (LineStateChanged("o-carrier", usable=True, reachable=True, registered=None),
                     PhoneEngineChanged("south", "back")):  # fmt: skip
            journal.append(scope, over, subject=floor, at=datetime.now(UTC), actor=SYSTEM)
    assert (taken.data["kind"], taken.data["role"]) == ("engine_lost", "supervisor")

    async def over_by_itself() -> bool:
        return await lines.count() == 0

    await eventually(over_by_itself)


async def _by_keys(page: Page, site: Site) -> None:
    """One tab stop; arrows move, Enter opens the drawer, a letter asks for the reason first."""
    await page.locator('[data-part="agents"] [data-agent]').first.focus()
    await page.keyboard.press("ArrowRight")
    assert await page.locator('[data-agent][tabindex="0"]').count() == 1
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    drawer = page.locator("#agent-drawer")
    assert await drawer.is_visible()
    assert "Ada Wu (Listen)" in await drawer.inner_text()
    assert await drawer.locator('[data-do="take_over"]').is_enabled()
    await page.keyboard.press("Escape")
    await page.locator('[data-part="agents"] [data-agent]').first.focus()
    await page.keyboard.press("w")
    asking = page.locator("#ask")
    assert "Whisper to" in await asking.inner_text()
    await asking.locator("[data-yes]").click()
    assert await asking.locator('[data-f="wrong"]').is_visible()
    assert await violations(page) == []
    await asking.locator("[data-no]").click()
    await _writes_to_an_agent(page, site)


async def _filtered_and_grouped(page: Page, eventually: Eventually) -> None:
    await page.locator('[data-part="hands"]').click()
    assert len(await named(page)) == 1
    await page.locator('[data-part="hands"]').click()
    await page.fill('[data-part="find"]', "nobody at all")
    assert await page.locator('[data-part="filtered"]').is_visible()
    await page.locator("[data-clear]").click()
    await page.select_option('[data-part="group"]', "state")

    async def grouped() -> bool:
        return await page.locator(".group-name").count() >= 2

    await eventually(grouped)
    assert len(await named(page)) == 12
    assert await violations(page) == []
    await page.select_option('[data-part="density"]', "dense")


async def test_a_client_whose_contract_says_so_has_a_button_to_listen(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at = await telling.place(site, "galaxy")
    await talking(site, at, at.agents[0], "S1")
    manager = (await site.people("galaxy"))["client_manager"]
    machine = await site.person(manager, "galaxy")
    async with machine.get("/live/phone") as answer:
        assert answer.status == 403
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute(
        "UPDATE gf.blueprint SET content = jsonb_set(content, '{contract,client_listens}', 'true')"
        " WHERE tenant_id = $1",
        at.tenant,
    )
    await admin.close()
    policies._kept.clear()
    page, complaints = await sees(browser, site, manager, "galaxy", "zh-Hant", "dark")
    await page.goto(f"{site.url}/live")
    await page.wait_for_selector("[data-feed=live]")
    await page.locator('[data-seat][data-show="talking"]').first.click()
    await page.locator("[data-listen]").click()
    bar = page.locator("#listening")

    async def without_a_phone_server() -> bool:
        return await bar.locator('[data-listening="failed"]').is_visible()

    await eventually(without_a_phone_server)
    assert await violations(page) == []
    await bar.locator('[data-listening="stop"]').click()
    assert await bar.is_hidden()
    async with machine.get("/live/phone") as answer:
        assert (await answer.json())["uri"].startswith("sip:c-")
    assert complaints == []
    await page.context.close()
