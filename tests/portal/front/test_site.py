"""The real pages with real rows in a browser: no accessibility or policy violation, a recording is heard once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, Page

from interactions.facts import AgentStateChanged
from journal import service as journal
from journal.core.facts import SYSTEM
from live.core.thresholds import Rule
from live.service import Watched
from live.thresholds.notices import Choice, choose
from live.thresholds.people import people_of
from live.thresholds.rounds import Lookout
from live.thresholds.rules import keep
from tests.portal import telling
from tests.support.axe import violations
from tests.support.site import Site
from workorders.core.doer import Doer
from workorders.core.states import Side
from workorders.schemas import NewWorkOrder
from workorders.service import changes

Eventually = Callable[..., Awaitable[Any]]


async def sees(
    browser: Browser, site: Site, who: str, client: str | None, lang: str, theme: str
) -> tuple[Page, list[str]]:
    """Return a page of somebody who is signed in, and what its browser complained about."""
    token, _ = await site.cookie(who, client)
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale=lang)
    cookies = {"gf": token, "lang": lang, "theme": theme}
    await context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
    page, complaints = await context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    return page, complaints


async def looks_right(page: Page, address: str) -> None:
    await page.goto(address)
    if any(place in address for place in ("/live", "/desk")) and "/rows/" not in address:
        await page.wait_for_selector("[data-feed=live]")
    assert await violations(page) == [], address
    assert "undefined" not in await page.inner_text("body"), address


@pytest.mark.asyncio(loop_scope="session")
async def test_the_real_pages_are_accessible_and_quiet(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at = await telling.place(site)
    call = await telling.tell(site, at.tenant, telling.answered(at, recording=uuid4()))
    await telling.tell(site, at.tenant, telling.arrival(at))
    who = Doer(Side.OUTSOURCER, "agent", str(at.agents[1]), at.aliases[1], agent_id=at.agents[1])
    async with site.house.app.session(at.tenant) as scope:
        body = NewWorkOrder(type="refund", title="退款未到账", description="…")
        order = await changes.escalate(scope, changes.Asked(body, call, at.agents[1]), who, datetime.now(UTC))
    await an_alert(site, at)
    people = await site.people("galaxy")
    agent = next(email for agent, email in await site.agents("galaxy") if agent == at.agents[1])
    manager = ("/live", "/live?kiosk=1", "/interactions", f"/interactions/{call}", f"/work-orders/{order['id']}",
               "/alerts", "/alerts/new", "/notifications", "/control?act=announcement", "/interactions/exports",
               "/interactions/exports/new?wait_min=10", f"/interactions/{call}/links",
               "/settings/sharing/links", "/settings/time-limits", "/work-orders/board")  # fmt: skip
    visits: tuple[tuple[str, str | None, str, str, tuple[str, ...]], ...] = (
        (people["client_manager"], "galaxy", "zh-Hans", "light", manager),
        (
            people["client_viewer"],
            "galaxy",
            "en",
            "dark",
            (
                "/live",
                "/interactions?q=nonsense",
                "/work-orders",
                "/alerts",
                "/notifications",
                "/live/rows/waiting",
                "/live/queues",
            ),
        ),
        (people["client_developer"], "galaxy", "zh-Hant", "light", ("/", "/work-orders")),
        (agent, None, "zh-Hant", "dark", ("/desk",)),
    )
    await asyncio.gather(*(visited(browser, site, (a, b, c, d), addresses) for a, b, c, d, addresses in visits))
    await rings_and_is_taken_care_of(browser, site, at)
    await acts_are_pushed(browser, site)
    await heard_once(browser, site, at, call, eventually)


async def visited(
    browser: Browser, site: Site, who: tuple[str, str | None, str, str], addresses: Sequence[str]
) -> None:
    """Look at these pages as this person, at this client, in this language and theme."""
    page, complaints = await sees(browser, site, *who)
    theme = who[-1]
    for address in addresses:
        await looks_right(page, site.url + address)
        if address == "/live":  # the alert's line, its ring on the queue, and the bell
            await page.wait_for_selector("#alert-rail li b:text('有人等待')")
            await page.wait_for_selector("#queues tr[data-alert=warning]")
            await page.wait_for_selector("#bell b:text('2')")
        assert await page.get_attribute("html", "data-bs-theme") == (theme if "kiosk" not in address else "light")
    assert complaints == []
    await page.context.close()


async def acts_are_pushed(browser: Browser, site: Site) -> None:
    """A paused number stands on the open board and page of control without a reload, and is taken back on the board."""
    number, people = "+862150001234", await site.people("galaxy")
    live, complaints = await sees(browser, site, people["client_manager"], "galaxy", "en", "light")
    control = await live.context.new_page()
    await control.goto(f"{site.url}/control")
    await live.goto(f"{site.url}/live")
    row = live.locator(f'[data-number="{number}"]')
    await row.get_by_text("as set up").wait_for()
    machine = await site.machine("galaxy")
    body = {"target": number, "prompt": "welcome", "reason": "fire alarm", "until": "60"}
    async with machine.post("/v1/controls/pauses", json=body, headers={"Idempotency-Key": str(uuid4())}) as answer:
        assert answer.status == 201
    await row.get_by_text("paused").wait_for()
    await live.locator("#live-control li").get_by_text(number).wait_for()
    await control.locator("#control .act-now").get_by_text("fire alarm").wait_for()
    assert await row.locator('[data-way="pause"]').is_hidden()
    await row.get_by_role("button", name="Take back").click()
    await row.get_by_text("as set up").wait_for()
    await control.locator("#ended").get_by_text("taken back").wait_for()
    assert await control.locator("#control .act-now").count() == 0
    assert complaints == []
    await live.context.close()


async def an_alert(site: Site, at: telling.Place) -> None:
    """Let a threshold of the client have raised an alert, of which its people are told."""
    people = await people_of(site.house.control, at.tenant)
    async with site.house.app.transaction(at.tenant) as scope:
        for rule in (Rule("", 0, "无人空闲", "seats_available", above=False, threshold=1, clear=1),
                     Rule("", 0, "有人等待", "waiting", "each_queue", threshold=1, clear=1)):  # fmt: skip
            await keep(scope, rule, people, people[0], datetime.now(UTC))
    await Lookout(site.house.control, site.house.app).look(Watched(at.tenant, "银河商城", "Asia/Shanghai"))


COUNTS = """() => {
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    window.tones += this.context.state === "running" ? 1 : 100;
    return start.apply(this, when);
  };
}"""
"""Counts the tones that a page plays."""


async def rings_and_is_taken_care_of(browser: Browser, site: Site, at: telling.Place) -> None:
    """A seat's alert sounds in one page of a person's two, rings the supervisor's seat, and is taken on the rail."""
    people = await people_of(site.house.control, at.tenant)
    boss = next(each for each in people if each.role == "client_manager")
    rule = Rule("", 0, "久无小结", "seat_state", "each_seat", state="wrapping_up", threshold=30, clear=30,
                severity="critical", ways=("screen", "sound"))  # fmt: skip
    async with site.house.app.transaction(at.tenant) as scope:
        await choose(scope, boss.user_id, Choice(sound=True))
        await keep(scope, rule, people, boss, datetime.now(UTC))
        seats = "SELECT seat FROM gf.agent_profile WHERE tenant_id = $1 AND agent_id = $2"
        (seat,) = [row["seat"] for row in await scope.fetch(seats, at.tenant, at.agents[0])]
    page, complaints = await sees(browser, site, boss.email, "galaxy", "en", "light")
    other = await page.context.new_page()
    for each in (page, other):
        await each.add_init_script(f"({COUNTS})()")
        await each.goto(f"{site.url}/live")
        await each.wait_for_selector("#alert-rail [data-rail=sound]:not([hidden])")
        await each.locator("h1").click()
        await each.wait_for_selector("#alert-rail [data-rail=sound]", state="hidden")
    assert await page.evaluate("window.tones") == 0, "what rang before the page was opened stays quiet"
    long_ago = datetime.now(UTC) - timedelta(minutes=2)
    async with site.house.app.transaction(at.tenant) as scope:
        journal.append(scope, AgentStateChanged(str(at.agents[0]), seat, "wrapping_up", None, None),
                       subject=at.agents[0], at=long_ago, actor=SYSTEM)  # fmt: skip
    await Lookout(site.house.control, site.house.app).look(Watched(at.tenant, "银河商城", "Asia/Shanghai"))
    await page.wait_for_selector(f'#seats [data-seat="{seat}"][data-alert=critical]')
    line = page.locator("#alert-rail li", has_text="久无小结")
    for each in (page, other):
        await each.wait_for_selector("#bell b:text('3')")
    assert sorted([await each.evaluate("window.tones") for each in (page, other)]) == [0, 3], "three tones, once"
    await line.locator("[data-r=care]").press("Enter")
    await line.locator("[data-r=by]", has_text=boss.name).wait_for()
    assert await line.evaluate("(line) => document.activeElement === line"), "focus stays where the button was"
    assert complaints == []
    await page.context.close()


async def heard_once(browser: Browser, site: Site, at: telling.Place, call: UUID, eventually: Eventually) -> None:
    """A person presses play, jumps about in the recording, and has listened once."""
    page, _ = await sees(browser, site, (await site.people("galaxy"))["client_viewer"], "galaxy", "en", "light")
    await page.goto(f"{site.url}/interactions?from=today&outcome=answered")
    await page.locator("[data-play]").first.click()

    async def played() -> bool:
        return bool(await page.locator("#player audio").evaluate("(audio) => audio.currentTime > 0.3"))

    await eventually(played)
    await page.locator("#player audio").evaluate("(audio) => { audio.currentTime = 0.1; }")
    await asyncio.sleep(0.3)
    heard = await telling.facts_of(site, at.tenant, call, "RecordingPlayed")
    await page.context.close()
    assert len(heard) == 1, heard  # who only looked at its page has not listened
