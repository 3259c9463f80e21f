"""The board of the past in a browser: it says that it is one, goes anywhere by mouse and keyboard, and back to live."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from playwright.async_api import Browser, Page

from bench.days import Day, Place, write
from kit.clock import now
from live import keyframes
from live.core import view
from live.keyframes import Watched
from live.rewind import board_at
from live.service import open_board
from tests.portal.front.test_site import looks_right, sees
from tests.portal.front.test_walls import Line
from tests.support.site import Site

Eventually = Callable[..., Awaitable[Any]]
MANAGER = "wang@galaxy.example"
QUEUE_FIGURES = ("waiting", "offered", "answered", "abandoned")


async def worked(site: Site) -> Watched:
    """Give the client two hours of contacts up to now, and the keyframes of them."""
    watched = Watched(site.tenants["galaxy"], "Galaxy", "Asia/Shanghai")
    admin = await asyncpg.connect(site.house.admin_dsn)
    await admin.execute("UPDATE gf.journal SET at = at - interval '30 hours' WHERE tenant_id = $1", watched.tenant_id)
    board, began = await open_board(site.house.app, watched), now() - timedelta(hours=2)
    place = Place([(row.seat, row.agent_id) for row in board.seats.values()],
                  [(row.code, row.id) for row in board.queues.values()])  # fmt: skip
    until = now()
    assert await write(admin, watched.tenant_id, takewhile(lambda f: f[0] < until, Day(place, 40).facts(began))) > 1000
    await admin.close()
    while await keyframes.keep(site.house.worker, watched):
        pass
    return watched


def shown_at(page: Page) -> datetime:
    """The moment in the page's address."""
    text = parse_qs(urlsplit(page.url).query)["at"][0]
    return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() else datetime.fromisoformat(text)


async def is_at(page: Page, at: datetime, eventually: Eventually) -> None:
    clock = (at + timedelta(hours=8)).strftime("%H:%M:%S")

    async def there() -> bool:
        return clock in await page.inner_text("[data-past=when]")

    await eventually(there)


async def figures(page: Page) -> list[str]:
    return [await page.inner_text(f"[data-kpi={name}] [data-f=value]") for name in ("waiting", "offered", "answered")]


@pytest.mark.asyncio(loop_scope="session")
async def test_the_past_by_mouse_and_keyboard(browser: Browser, front_site: Site, eventually: Eventually) -> None:
    site = front_site
    watched, at = await worked(site), (now() - timedelta(hours=1)).replace(microsecond=0)
    page, complaints = await sees(browser, site, MANAGER, "galaxy", "en", "light")
    line = Line()
    await page.route_web_socket("**/live/rewind*", line.connect)
    await looks_right(page, f"{site.url}/live?lang=en&at={at:%Y-%m-%dT%H:%M:%SZ}")
    await page.wait_for_selector("#past[data-state=ready]")
    assert "You see the past" in await page.inner_text("#past")
    assert "GMT+8" in await page.inner_text(".past-when")
    assert await page.locator("#listening, #alert-rail, #queues [data-change]").count() == 0
    assert await page.locator("[data-fresh=skew]").is_hidden(), "played time is no clock"
    await is_at(page, at, eventually)
    assert await figures(page) == await computed(site, watched, at)
    await _keys(page, at, eventually)
    await _seat_and_figures(site, watched, page, eventually)
    await _comes_back(site, watched, page, line, eventually)
    await _jumps(site, watched, page, eventually)
    await _plays(page, eventually)
    await _queues(site, watched, page, eventually)
    await _is_shared(browser, site, page, eventually)
    await _goes_live(page)
    assert complaints == []
    await page.context.close()


async def computed(site: Site, watched: Watched, at: datetime) -> list[str]:
    totals = view.totals(await board_at(site.house.app, watched, at, now()))
    return [str(totals[name]) for name in ("waiting", "offered", "answered")]


async def _keys(page: Page, at: datetime, eventually: Eventually) -> None:
    slider = page.locator("[data-past=slider]")
    await slider.focus()
    for key, seconds in (("ArrowLeft", -1), ("Shift+ArrowRight", 60), ("PageUp", 900), ("PageDown", -900)):
        await slider.press(key)
        at += timedelta(seconds=seconds)
        await is_at(page, at, eventually)
        said = await slider.get_attribute("aria-valuetext") or ""
        assert said.endswith((at + timedelta(hours=8)).strftime(", %H:%M:%S")), key
    await page.keyboard.press("Home")
    await is_at(page, await day_begins(page), eventually)
    ends = await day_ends(page)
    await page.keyboard.press("End")

    async def last() -> bool:
        return timedelta() <= min(now(), ends) - shown_at(page) < timedelta(minutes=3)

    await eventually(last)
    await page.keyboard.press("Space")
    await page.locator("[data-past=play][aria-pressed=true]").wait_for()
    await page.keyboard.press("Space")
    await page.locator("[data-past=play][aria-pressed=false]").wait_for()
    await page.keyboard.press("PageDown")
    await page.focus("[data-step='-900']")
    await page.keyboard.press("Enter")

    async def half_an_hour_ago() -> bool:
        return timedelta(minutes=29) < min(now(), ends) - shown_at(page) < timedelta(minutes=34)

    await eventually(half_an_hour_ago)


async def day_begins(page: Page) -> datetime:
    """The first second that the bar reaches: midnight, or where the journal begins."""
    first = int(await page.get_attribute("[data-past=slider]", "min") or 0)
    begins = await page.evaluate("fetch('/v1/live/past/day').then((told) => told.json()).then((day) => day.begins)")
    return datetime.fromtimestamp(max(first, begins) // 1000, UTC)


async def day_ends(page: Page) -> datetime:
    """The last second that the bar reaches: of a day that is over in the client's zone it is before this one."""
    return datetime.fromtimestamp(int(await page.get_attribute("[data-past=slider]", "max") or 0) // 1000, UTC)


async def _seat_and_figures(site: Site, watched: Watched, page: Page, eventually: Eventually) -> None:
    """A seat's drawer is opened and closed by keys and tells that day so far; a figure opens what it counted then."""
    at = shown_at(page)
    board = await board_at(site.house.app, watched, at, now())
    tile = page.locator("#seats [role=gridcell][data-seat]").nth(1)
    await page.locator("#seats [role=gridcell][tabindex='0']").focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    drawer, seat = page.locator("#seat-drawer"), board.seats[await tile.get_attribute("data-seat") or ""]
    await drawer.locator("[data-part=timeline] rect").first.wait_for(state="attached")
    assert await drawer.evaluate("drawer => drawer.contains(document.activeElement)"), "the focus is in it"
    shown = f"{at + timedelta(hours=8):%H:%M}"
    assert await drawer.locator("[data-f=until]").text_content() == shown
    assert await drawer.locator("[data-f=handled]").inner_text() == str(seat.handled_today)
    states = await drawer.locator("[data-part=timeline-rows] tr").all_text_contents()
    assert states, "a day in words"
    assert f"{datetime.fromtimestamp(seat.since / 1000, UTC) + timedelta(hours=8):%H:%M:%S}" in states[0], "the newest"
    await page.keyboard.press("Escape")
    await drawer.wait_for(state="hidden")
    assert await tile.evaluate("tile => document.activeElement === tile"), "the focus is where it was"
    await page.keyboard.press("Enter")
    await page.focus("#seat-drawer [data-close]")
    await page.keyboard.press("Enter")
    await drawer.wait_for(state="hidden")
    assert await tile.evaluate("tile => document.activeElement === tile")
    address = page.url
    await page.focus("[data-kpi=staffed] a.kpi-value")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("[data-part=rewound]")
    staffed = view.totals(board)["seats_staffed"]
    assert await page.get_attribute("[data-part=equal]", "data-count") == str(staffed)
    assert await page.locator("tr[data-row]").count() == staffed
    await page.get_by_text("Board of that second").press("Enter")
    await page.wait_for_selector("#past[data-state=ready]")
    await is_at(page, at, eventually)
    assert page.url.partition("?")[0] == address.partition("?")[0]


async def _comes_back(site: Site, watched: Watched, page: Page, line: Line, eventually: Eventually) -> None:
    """The line is cut, and the page goes on by itself at the second where it was."""
    shown = (await page.inner_text("[data-past=when]"))[-8:]

    async def told() -> bool:  # the address follows the clock a little later
        return (shown_at(page) + timedelta(hours=8)).strftime("%H:%M:%S") == shown

    await eventually(told)
    at, before = shown_at(page), len(line.routes)
    await line.routes[-1].close()

    async def again() -> bool:
        return len(line.routes) > before

    await eventually(again)
    await page.wait_for_selector("[data-feed=live]")
    asked = parse_qs(urlsplit(line.routes[-1].url).query)
    assert abs(int(asked["at"][0]) - at.timestamp() * 1000) < 1500, "where it was, and not where it began"
    assert await figures(page) == await computed(site, watched, shown_at(page))


async def _jumps(site: Site, watched: Watched, page: Page, eventually: Eventually) -> None:
    await page.select_option("[data-past=kinds]", "abandonment")
    before = shown_at(page)
    await page.click("[data-jump=next]")

    async def moved() -> bool:
        return shown_at(page) > before

    await eventually(moved)
    at = shown_at(page)
    lost = [view.totals(await board_at(site.house.app, watched, at - timedelta(milliseconds=past), now()))["abandoned"]
            for past in (2, 0)]  # fmt: skip
    assert lost[1] == lost[0] + 1, "just after a contact left"
    assert await figures(page) == await computed(site, watched, at)
    await page.click(".past-list summary")
    assert await page.locator("[data-past=marks] button").count() == int(await page.inner_text("[data-past=count]"))
    assert await page.locator("[data-past=plot] .mark").count() > 0


async def _plays(page: Page, eventually: Eventually) -> None:
    await page.select_option("[data-past=speed]", "60")
    await page.locator("[data-past=slider]").press(" ")
    before = shown_at(page)

    async def ran() -> bool:
        return shown_at(page) > before + timedelta(seconds=60)

    await eventually(ran)
    assert "60×" in await page.inner_text("[data-past=how]")
    await page.locator("[data-past=slider]").press(" ")
    await page.get_by_text("Standing still").wait_for()
    address = await page.evaluate("location.href")
    await page.wait_for_url(address)
    shown = (await page.inner_text("[data-past=when]"))[-8:]
    assert (shown_at(page) + timedelta(hours=8)).strftime("%H:%M:%S") == shown, "standing still, the address is exact"


async def _is_shared(browser: Browser, site: Site, page: Page, eventually: Eventually) -> None:
    """The link opens that very moment for a colleague, and nothing for who may not see the client's board."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.click("[data-past=copy]")
    await page.get_by_text("Link copied").wait_for()
    link = await page.evaluate("navigator.clipboard.readText()")
    role_of = await site.people("galaxy")
    colleague, _ = await sees(browser, site, role_of["client_viewer"], "galaxy", "en", "dark")
    await looks_right(colleague, link)
    assert await colleague.inner_text("[data-past=when]") == await page.inner_text("[data-past=when]")
    assert await figures(colleague) == await figures(page)
    await colleague.context.close()
    _, email = (await site.agents())[0]
    agent, _ = await sees(browser, site, email, "galaxy", "en", "light")
    answer = await agent.goto(link)
    assert answer is not None
    assert answer.status in {403, 404}
    await agent.context.close()


async def _queues(site: Site, watched: Watched, page: Page, eventually: Eventually) -> None:
    """The queues' page has the same past, by the same bar: its figures are the board's of that second."""
    board_page, at = page.url, shown_at(page).replace(microsecond=0)
    await page.get_by_role("link", name="Queues").press("Enter")
    await page.wait_for_url("**/live/queues?at=*")
    await page.wait_for_selector("#past[data-state=ready]")
    await looks_right(page, page.url)
    await page.wait_for_selector("#past[data-state=ready]")
    await is_at(page, at, eventually)

    async def equal() -> bool:  # the address has the very millisecond, and follows what is shown a little later
        return await _of_queues(page) == await _computed_of_queues(site, watched, shown_at(page))

    await eventually(equal)
    await page.locator("[data-past=slider]").press("PageDown")
    await is_at(page, at - timedelta(minutes=15), eventually)
    await eventually(equal)
    expected = await _of_queues(page)
    link = page.locator(".queue [data-f=offered]").first
    await link.press("Enter")
    await page.wait_for_selector("[data-part=rewound]")
    assert await page.get_attribute("[data-part=equal]", "data-figure") == expected[0][1], "of that queue and second"
    await page.goto(board_page)
    await page.wait_for_selector("#past[data-state=ready]")


async def _of_queues(page: Page) -> list[list[str]]:
    queues = await page.locator(".queues .queue").all()
    return [[await queue.locator(f"[data-f={name}]").inner_text() for name in QUEUE_FIGURES] for queue in queues]


async def _computed_of_queues(site: Site, watched: Watched, at: datetime) -> list[list[str]]:
    board = view.snapshot(await board_at(site.house.app, watched, at, now()))
    return [[str(queue[name]) for name in QUEUE_FIGURES] for queue in board["queues"]]


async def _goes_live(page: Page) -> None:
    """Played to the present the live board goes on; a picked time is the client's; before the journal there is none."""
    near = now() - timedelta(seconds=2)
    await page.goto(f"{page.url.split('?')[0]}?at={near:%Y-%m-%dT%H:%M:%SZ}")
    await page.wait_for_selector("[data-feed=live]")
    async with page.expect_navigation(url=lambda url: "at=" not in url):
        await page.click("[data-past=play]")
        await page.select_option("[data-past=speed]", "60")
    await page.wait_for_selector("[data-feed=live]")
    assert await page.locator("#past").count() == 0
    await page.click("[data-part=rewind]")
    await page.wait_for_selector("#past[data-state=ready]")
    local = (now() + timedelta(hours=8) - timedelta(minutes=30)).replace(microsecond=0, tzinfo=None).isoformat()
    await page.fill("#past-at", local)
    await page.click(".past-group button[type=submit]")
    await page.wait_for_selector("#past[data-state=ready]")
    assert local[11:] in await page.inner_text("[data-past=when]")
    answer = await page.goto(f"{page.url.split('?')[0]}?at=2000-01-01T00:00:00Z")
    assert answer is not None
    assert answer.status == 410
    assert "The journal begins later" in await page.inner_text("main")
