"""The board's behaviour with a feed in the test's hand: snapshot, delta, gap, silence, pause, keyboard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

from portal.states import board
from tests.portal.front.browsing import Hub, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
_FOCUSED = """() => {
  const node = document.activeElement;
  if (node === document.body) return "the browser's own"; // as Tab leads there from every page
  if (!node.closest("#seat-drawer")) return "outside";
  return node.getAttribute("aria-label") ?? node.textContent.trim();
}"""


async def opened(visitor: Visitor, address: str = "/live?lang=en&stale_ms=400&lost_ms=1200") -> tuple[Page, Hub]:
    hub = Hub(board.board(board.now()))
    page = await visitor.page()
    await page.route_web_socket("**/live/feed*", hub.connected)
    await page.goto(visitor.base + address)
    await page.wait_for_selector("[data-feed=live]")
    return page, hub


def row(hub: Hub, place: int, **changes: Any) -> dict[str, Any]:
    return {**hub.board["seats"][place], **changes}


async def text(page: Page, selector: str) -> str:
    return (await page.locator(selector).first.text_content() or "").strip()


async def test_a_delta_replaces_whole_rows_by_key(visitor: Visitor, eventually: Eventually) -> None:
    page, hub = await opened(visitor)
    call = {"id": "i-x", "contact": "+86 199****0000", "queue": "q-vip", "since": 0}
    moved = row(hub, 0, state="talking", interaction=call, since=int(time.time() * 1000) - 65_000, handled_today=77)
    hub.delta({"seats": [moved], "totals": {**hub.board["totals"], "waiting": 5}})

    async def seen() -> bool:
        return await text(page, '[data-seat="8001"] [data-f=who]') == "+86 199****0000"

    await eventually(seen)
    tile = await page.locator('[data-seat="8001"]').inner_text()
    assert "Talking" in tile
    assert "VIP 专线" in tile
    assert "01:0" in tile
    assert "77 today" in tile
    assert await text(page, "[data-kpi=waiting] [data-f=value]") == "5"
    assert await page.locator(".seat").count() == 24
    await _tasks_of_a_queue(page, hub)


async def _tasks_of_a_queue(page: Page, hub: Hub) -> None:
    """How many wait, and when the oldest is due; overdue has a mark and a word, and the list is one click away."""
    first, due, none = page.locator("#queues tbody tr td.tasks").all_inner_texts, "due in", "0"
    late, soon, nothing = await first()
    assert (late.split()[0], "overdue for 12:" in late, soon.split()[0], due in soon, nothing) == (
        "3", True, "2", True, none,
    )  # fmt: skip
    queue = hub.board["queues"][0]
    cell = page.locator(f'#queues tr[data-key="{queue["id"]}"] td.tasks')
    assert await cell.locator("a").get_attribute("href") == f"/interactions?outcome=open_tasks&queue={queue['id']}"
    assert await cell.locator(".tag-bad svg").is_visible()
    hub.delta({"queues": [{**queue, "tasks": 4, "tasks_due_at": int(time.time() * 1000) + 3_599_000}]})
    await cell.get_by_text("due in 59:").wait_for()
    assert await cell.locator(".tag-bad").is_hidden()
    hub.delta({"queues": [{**queue, "tasks": 0, "tasks_due_at": None}]})
    await cell.locator("a").wait_for(state="hidden")
    assert (await cell.inner_text()).strip() == "0"


async def test_available_without_a_phone_is_red_and_named(visitor: Visitor) -> None:
    page, hub = await opened(visitor)
    hub.delta({"seats": [row(hub, 0, state="available", phone=False, interaction=None)]})
    tile = page.locator('[data-seat="8001"][data-show=phone_down]')
    await tile.wait_for()
    assert "Phone down" in await tile.inner_text()
    hub.delta({"seats": [row(hub, 0, state="available", phone=True, interaction=None)]})
    await page.locator('[data-seat="8001"][data-show=available]').wait_for()


async def test_a_gap_asks_for_a_snapshot_and_takes_nothing_until_it_comes(
    visitor: Visitor, eventually: Eventually
) -> None:
    page, hub = await opened(visitor)
    hub.answers = False
    hub.seq += 1  # one frame lost on the way
    hub.delta({"seats": [row(hub, 0, alias="never shown")]})

    async def asked() -> bool:
        return len(hub.asked) == 1

    await eventually(asked, 2)
    assert hub.asked == ['{"t":"resync"}']
    hub.delta({"seats": [row(hub, 0, alias="nor this")]})
    await asyncio.sleep(0.3)
    assert "never shown" not in await page.inner_text("#board")
    hub.board["seats"][0] = row(hub, 0, alias="from the snapshot")
    hub.snap()
    hub.delta({"seats": [row(hub, 1, alias="next in order")]})
    await page.get_by_text("next in order").wait_for()
    assert await text(page, '[data-seat="8001"] [data-f=name]') == "from the snapshot"


async def test_a_heartbeat_betrays_a_lost_change(visitor: Visitor, eventually: Eventually) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    hub.beat()
    await asyncio.sleep(0.2)
    assert hub.asked == []
    hub.seq += 1  # one frame lost, then nothing but heartbeats
    hub.board["seats"][0] = row(hub, 0, alias="what was lost")
    hub.beat()
    await page.get_by_text("what was lost").wait_for()
    assert hub.asked == ['{"t":"resync"}']


async def test_old_frames_are_left_out(visitor: Visitor) -> None:
    page, hub = await opened(visitor)
    hub.seq = 5
    hub.snap()
    hub.seq = 3
    hub.delta({"seats": [row(hub, 0, alias="from the past")]})
    hub.seq = 5
    hub.delta({"seats": [row(hub, 1, alias="in order")]})
    await page.get_by_text("in order").wait_for()
    assert await page.get_by_text("from the past").count() == 0


async def test_silence_turns_stale_then_disconnected_and_timers_stop(visitor: Visitor) -> None:
    page, hub = await opened(visitor)
    as_of = (await text(page, "[data-fresh=age]")).split(" · ")[0]
    await page.wait_for_selector("[data-feed=stale]", timeout=3000)
    assert as_of in await text(page, "[data-fresh=age]")
    hub.answers = False
    await page.wait_for_selector("[data-feed=disconnected]", timeout=4000)
    assert await page.locator("[data-fresh=note]").is_visible()
    assert as_of.removeprefix("as of ") in await text(page, "[data-fresh=text]")
    before = await page.locator("[data-f=timer]").all_text_contents()
    await asyncio.sleep(1.2)
    assert await page.locator("[data-f=timer]").all_text_contents() == before
    hub.answers = True
    await page.get_by_role("button", name="Reconnect now").click()
    await page.wait_for_selector("[data-feed=live]")
    assert await page.locator("[data-fresh=note]").is_hidden()


async def test_a_closed_connection_comes_back_by_itself_with_a_snapshot(
    visitor: Visitor, eventually: Eventually
) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    hub.board["seats"][0] = row(hub, 0, alias="after the restart")
    await hub.sockets[-1].close()

    async def again() -> bool:
        return len(hub.sockets) == 2

    await eventually(again, 3)
    await page.get_by_text("after the restart").wait_for()
    assert hub.sockets[0].url.endswith("/live/feed?lang=en")
    assert hub.sockets[1].url.endswith("/live/feed?lang=en&epoch=e.2&seq=0"), "it says what it has seen"


async def test_what_the_server_says_in_closing_is_understood(visitor: Visitor, eventually: Eventually) -> None:
    """An old socket is replaced without a flash; one too slow, and one that may not see it any more, are told."""
    page, hub = await opened(visitor, "/live?lang=zh-Hant")
    await page.evaluate(
        "() => { window.seen = new Set(); new MutationObserver(() => window.seen.add(document.querySelector('#board')"
        ".dataset.feed)).observe(document.querySelector('#board'), { attributes: true }); }"
    )
    hub.answers = False
    await hub.sockets[-1].close(code=4000, reason="renew")

    async def again() -> bool:
        return len(hub.sockets) == 2

    await eventually(again, 3)
    hub.delta({"seats": [row(hub, 0, alias="kept on")]}, **{"from": 0})
    await page.get_by_text("kept on").wait_for()
    assert set(await page.evaluate("[...window.seen]")) <= {"live"}
    assert hub.asked == []
    hub.answers = True
    hub.snap(why="behind")
    await page.get_by_text("網路速度太慢").wait_for()
    hub.answers = False
    await hub.sockets[-1].close(code=1008, reason="forbidden")
    await page.get_by_text("您已沒有檢視此看板的權限").wait_for()
    assert await page.get_attribute("#board", "data-feed") == "disconnected"


async def test_pause_freezes_counts_and_resumes_by_snapshot(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    await page.keyboard.press("p")
    hub.delta({"seats": [row(hub, 0, alias="held back"), row(hub, 1)]})
    hub.delta({"seats": [row(hub, 2)]})
    await page.get_by_text("3 changes held back").wait_for()
    assert "Paused at" in await text(page, "[data-part=held]")
    assert "ago" not in await text(page, "[data-fresh=age]")
    assert await page.get_by_text("held back", exact=True).count() == 0
    assert await page.get_attribute("#board", "data-feed") == "paused"
    hub.board["seats"][0] = row(hub, 0, alias="as it is now")
    await page.get_by_role("button", name="Resume").click()
    await page.get_by_text("as it is now").wait_for()
    assert hub.asked == ['{"t":"resync"}']


async def test_a_slow_rate_gathers_changes(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    await page.select_option("#rate", "1")
    hub.delta({"seats": [row(hub, 0, alias="one")]})
    await page.get_by_text("one", exact=True).wait_for()
    hub.delta({"seats": [row(hub, 0, alias="two")]})
    await asyncio.sleep(0.3)
    assert await page.get_by_text("two", exact=True).count() == 0
    await page.get_by_text("two", exact=True).wait_for(timeout=2000)


async def test_a_hidden_tab_closes_its_feed_and_returns_by_snapshot(visitor: Visitor, eventually: Eventually) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    hide = """(on) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => on });
      document.dispatchEvent(new Event('visibilitychange'));
    }"""
    await page.evaluate(hide, True)
    hub.board["seats"][0] = row(hub, 0, alias="meanwhile")
    await asyncio.sleep(0.5)
    assert len(hub.sockets) == 1
    await page.evaluate(hide, False)
    await page.get_by_text("meanwhile").wait_for()
    assert len(hub.sockets) == 2


async def test_focus_and_filter_survive_updates(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    await page.locator('[data-seat="8003"]').focus()
    for count in range(40):
        hub.delta({"seats": [row(hub, place, handled_today=count) for place in range(24)]})
    await page.get_by_text("39 today").first.wait_for()
    assert await page.evaluate("document.activeElement.dataset.seat") == "8003"


async def test_arrows_walk_the_grid_and_enter_opens_the_seat(visitor: Visitor) -> None:
    page, _ = await opened(visitor, "/live?lang=en")
    assert await page.locator('.grid [tabindex="0"]').count() == 1
    await page.locator('.grid [tabindex="0"]').focus()
    for key, seat in (
        ("ArrowRight", "8002"),
        ("ArrowDown", "8009"),
        ("ArrowLeft", "8008"),
        ("ArrowUp", "8001"),
        ("End", "8024"),
        ("Home", "8001"),
    ):
        await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement.dataset.seat") == seat, key
    assert await page.locator('.grid [tabindex="0"]').count() == 1
    await page.keyboard.press("Enter")
    drawer = page.locator("#seat-drawer")
    await expect(drawer).to_be_visible()
    assert "8001" in await page.inner_text("#drawer-name")
    await expect(drawer.locator("[data-close]")).to_be_focused()
    reached = [await _reached(page, key) for key in (*["Tab"] * 4, *["Shift+Tab"] * 6)]
    assert "outside" not in reached, "the keys stay in it while it is open"
    assert {"Close", "Interactions of this agent", "The day in words"} <= set(reached), reached
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    assert await page.evaluate("document.activeElement.dataset.seat") == "8001"
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press(" ")
    await expect(page.locator("#drawer-name")).to_contain_text("8002")
    await page.keyboard.press("Enter")
    await expect(drawer).to_be_hidden()
    assert await page.evaluate("document.activeElement.dataset.seat") == "8002"


async def _reached(page: Page, key: str) -> str:
    """Press a key; return the name of what has the focus then, or that it is behind the open drawer."""
    await page.keyboard.press(key)
    return str(await page.evaluate(_FOCUSED))


async def test_legend_counts_and_filters(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    talking = sum(seat["state"] == "talking" for seat in hub.board["seats"])
    button = page.locator("[data-part=legend] [data-show=talking]")
    assert await button.locator("b").inner_text() == str(talking)
    await button.click()
    assert await page.locator(".seat:visible").count() == talking
    await page.keyboard.press("/")
    await page.keyboard.type("nobody at all")
    await page.get_by_text("No seat matches the filter").wait_for()
    assert await page.get_attribute(".grid", "data-state") == "filtered"
    await page.get_by_role("button", name="Clear filters").click()
    assert await page.locator(".seat:visible").count() == 24


async def test_a_lost_phone_engine_is_said(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    hub.delta({"totals": {**hub.board["totals"], "engine": "lost"}})
    await page.get_by_text("The phone engine does not answer").wait_for()
    hub.delta({"totals": {**hub.board["totals"], "engine": "ok"}})
    await page.get_by_text("The phone engine does not answer").wait_for(state="hidden")


async def test_not_computable_is_not_zero(visitor: Visitor) -> None:
    page = await visitor.open("/live?state=early&lang=en")
    await page.wait_for_selector("[data-feed=live]")
    for name in ("level", "abandoned", "aht"):
        assert await text(page, f"[data-kpi={name}] [data-f=value]") == "—"
    assert await text(page, "[data-kpi=offered] [data-f=value]") == "0"


async def test_the_promise_is_judged_on_exact_counts(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    totals = hub.board["totals"]
    hub.delta({"totals": {**totals, "service_level": {"num": 79_999, "den": 100_000}}})
    await page.locator("[data-kpi=level][data-tone=bad]").wait_for()
    assert await text(page, "[data-kpi=level] [data-f=value]") == "80.0"
    assert "below target" in await page.inner_text("[data-kpi=level]")
    hub.delta({"totals": {**totals, "service_level": {"num": 80, "den": 100}}})
    await page.locator("[data-kpi=level][data-tone=ok]").wait_for()
    longest = page.locator("[data-kpi=longest]")
    await longest.get_by_text("over 20 s").wait_for()
    hub.delta({"limits": {"wait_s": 30, "told": False}, "totals": totals})  # the client's own, not two minutes
    await longest.get_by_text("over your limit of 30 s").wait_for()
    assert await longest.get_attribute("data-tone") == "bad"
    assert "what every client begins with" in await text(page, "#about-longest [data-limit]")


async def test_a_recent_interaction_can_be_heard_and_opened(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    new = {**hub.board["calls"][1], "id": "i-new", "started_at": int(time.time() * 1000), "recording": True}
    hub.delta({"calls": [new]})
    first = page.locator("tbody[data-part=calls] tr").first
    await page.locator('tbody[data-part=calls] tr[data-key="i-new"]').wait_for()
    assert await first.get_attribute("data-key") == "i-new"
    assert await first.locator("a").get_attribute("href") == "/interactions/i-new"
    await first.locator("[data-play]").click()
    assert await page.get_attribute("[data-part=player] audio", "src") == "/interactions/i-new/recording"


async def test_chart_has_a_table_of_the_same_figures(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en")
    await page.locator("[data-twin=today-twin]").click()
    worked = [entry for entry in hub.board["totals"]["intervals"] if entry["offered"]]
    rows = page.locator("#today-twin tbody tr")
    assert await rows.count() == len(worked)
    assert (await rows.first.inner_text()).split()[:2] == ["09:00", str(worked[0]["offered"])]


UPDATE_S = 0.07
"""What 20 of 500 seats that change may take of the main thread; 0.04 s on this page, with each second's timers."""


class Spent:
    """The processor time that a page's main thread uses, in seconds: a busy machine makes pages late, not dear."""

    def __init__(self, browser: CDPSession) -> None:
        self._browser = browser

    @classmethod
    async def by(cls, page: Page) -> Spent:
        browser = await page.context.new_cdp_session(page)
        await browser.send("Performance.enable", {"timeDomain": "threadTicks"})
        return cls(browser)

    @asynccontextmanager
    async def below(self, limit_s: float) -> AsyncIterator[None]:
        """So much at most is used in the block, of which no task can be longer either."""
        began = await self._so_far()
        yield
        assert await self._so_far() - began < limit_s

    async def _so_far(self) -> float:
        told = await self._browser.send("Performance.getMetrics")
        return float(next(each["value"] for each in told["metrics"] if each["name"] == "TaskDuration"))


async def moved(hub: Hub, rounds: range) -> None:
    """Change 20 of 500 seats, and again."""
    for count in rounds:
        states = ("talking", "wrapping_up", "available")
        places = range(count, 500, 25)
        hub.delta({"seats": [row(hub, n, handled_today=500 + count, state=states[(n + count) % 3]) for n in places]})
        await asyncio.sleep(0.2)


async def test_500_seats_stay_smooth_and_leave_the_reader_what_it_holds(visitor: Visitor) -> None:
    hub = Hub(board.board(board.now(), 500))
    page = await visitor.page()
    await page.route_web_socket("**/live/feed*", hub.connected)
    await page.goto(f"{visitor.base}/live?lang=en&seats=500")
    await page.wait_for_selector("[data-feed=live]")
    await page.locator("[data-part=views] summary").click()
    await page.locator('[data-seat="8003"]').focus()
    scrolled = await page.evaluate("scrollY")
    await page.evaluate(
        "getSelection().selectAllChildren(document.querySelector('[data-seat=\"8009\"] [data-f=name]'))"
    )
    spent = await Spent.by(page)
    async with spent.below(5 * UPDATE_S):
        await moved(hub, range(5))
        await page.get_by_text("504 today").first.wait_for()
    assert await page.evaluate("document.activeElement.dataset.seat") == "8003"
    assert await page.evaluate("String(getSelection())") == hub.board["seats"][8]["alias"]
    assert await page.locator("[data-part=views]").get_attribute("open") is not None
    assert await page.evaluate("scrollY") == scrolled
    assert await text(page, "[data-part=here]") == "500 of 500 rented seats are on this page"
    await _as_a_table(page, hub, spent)


async def _as_a_table(page: Page, hub: Hub, spent: Spent) -> None:
    """500 rows: those out of sight are not laid out, but counted, found by the keyboard and read aloud like all."""
    await page.evaluate("getSelection().removeAllRanges(); document.activeElement.blur()")
    await page.keyboard.press("t")
    table = page.get_by_role("grid", name="Seats")
    rows = table.locator("tr[data-seat]")
    await rows.first.wait_for()
    last = rows.last
    async with spent.below(5 * UPDATE_S):
        await moved(hub, range(5, 10))
        await page.wait_for_function(
            "document.querySelector('tr[data-seat=\"8485\"] [data-f=handled]').textContent === '509'"
        )
    assert await rows.count() == 500
    assert not await last.locator("td").first.evaluate("cell => cell.checkVisibility({ contentVisibilityAuto: true })")
    assert await table.get_by_role("row").count() == 501
    assert await table.get_by_role("columnheader").count() == 11
    assert await last.get_by_role("gridcell").count() == 11
    assert await text(page, "[data-part=here]") == "500 of 500 rented seats are on this page"
    await table.locator('[role=gridcell][tabindex="0"]').focus()
    for key, seat in (("ArrowDown", "8002"), ("End", "8500"), ("ArrowUp", "8499")):
        await page.keyboard.press(key)
        assert await page.evaluate("document.activeElement.closest('tr').dataset.seat") == seat
    await page.keyboard.press("Enter")
    assert await page.locator("#seat-drawer").get_attribute("data-seat") == "8499"
    assert await page.locator("#seat-drawer").is_visible()
    await page.emulate_media(media="print")
    assert await last.locator("td").first.evaluate("cell => cell.checkVisibility({ contentVisibilityAuto: true })")


async def test_a_choice_stands_in_the_address_and_a_missing_seat_in_red(visitor: Visitor) -> None:
    page, hub = await opened(visitor, "/live?lang=en&group=state&by=name&as=table&show=talking")
    talking = sorted(seat["alias"] for seat in hub.board["seats"] if seat["state"] == "talking")
    rows = page.locator("[data-part=seat-table] tr[data-seat]:visible")
    assert await rows.count() == len(talking)
    assert sorted(await rows.locator("[data-f=name]").all_inner_texts()) == talking
    assert (await text(page, "[data-part=seat-table] .group-head:visible")) == f"Talking {len(talking)}"
    assert await page.locator(".grid").is_hidden()
    await page.locator("h1").click()
    await page.keyboard.press("t")
    assert await page.locator(".seat:visible").count() == len(talking)
    assert "as=table" not in page.url
    assert "group=state" in page.url
    await page.select_option("#choose-group", "")
    await page.locator("[data-part=legend] [data-show=talking]").click()
    await page.locator("[data-part=views] summary").click()
    await page.locator("[data-view]").click()
    assert "show=talking" in page.url
    assert "by=time" in page.url
    assert await page.locator(".seat:visible").count() == len(talking)
    assert await page.locator("[data-part=here][data-wrong]").count() == 0
    totals = {**hub.board["totals"], "seats_rented": 25}
    hub.delta({"totals": totals, "seats": [row(hub, 0)]})
    await page.locator("[data-part=here][data-wrong]").wait_for()
    assert "Only 24 of 25 rented seats" in await text(page, "[data-part=here]")


async def test_a_seats_day_is_drawn_to_scale_with_words(visitor: Visitor) -> None:
    page, _ = await opened(visitor, "/live?lang=en")
    await page.locator('[data-seat="8002"]').click()
    await page.locator("[data-part=timeline] rect").first.wait_for(state="attached")
    widths = [float(await each.get_attribute("width") or 0) for each in await page.locator(".timeline rect").all()]
    assert abs(sum(widths) - 1000) < 5
    assert max(widths) / min(widths) > 1.9  # the last lasts twice as long
    await page.get_by_text("The day in words").click()
    assert await page.locator("[data-part=timeline-rows] tr").count() == len(widths)
    assert await page.locator("[data-part=seat-calls] tr").count() == 8
    assert await page.locator("#seat-drawer [data-drawer-acts]").count() == 1
