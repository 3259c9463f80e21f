"""A recording heard, sought in and commented on by keys alone; how much of it was heard is told by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from interactions.recordings.facts import RecordingStored
from tests.portal import telling
from tests.portal.front.test_site import sees
from tests.support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
SECONDS = 20


async def long_call(site: Site, at: telling.Place) -> UUID:
    """Return a call whose recording is long enough to go about in."""
    kept = uuid4()
    story = [
        replace(each, duration_ms=SECONDS * 1000) if isinstance(each, RecordingStored) else each
        for each in telling.answered(at, recording=kept)
    ]
    call = await telling.tell(site, at.tenant, story)
    (site.settings.recordings_folder / telling.key_of(at, kept)).write_bytes(telling.sound(SECONDS))
    return call


async def place(page: Page) -> float:
    return float(await page.locator("[data-recorded] audio").evaluate("(audio) => audio.currentTime"))


async def plays_beyond(page: Page, second: float, eventually: Eventually) -> None:
    async def beyond() -> bool:
        return await place(page) > second

    await eventually(beyond)


async def test_a_recording_is_heard_and_commented_by_keys(
    browser: Browser, front_site: Site, eventually: Eventually
) -> None:
    site = front_site
    at = await telling.place(site)
    call = await long_call(site, at)
    page, complaints = await sees(browser, site, "wang@galaxy.example", "galaxy", "en", "light")

    async def heard() -> list[dict[str, Any]]:
        return await telling.facts_of(site, at.tenant, call, "RecordingHeard")

    await page.goto(f"{site.url}/interactions/{call}?lang=en")
    await page.keyboard.press(" ")
    await plays_beyond(page, 0.5, eventually)
    assert await heard() == []
    async with page.expect_response("**/heard?recording=*") as told:
        await page.keyboard.press(" ")
    assert (await told.value).status == 204
    (first,) = await heard()
    assert first["spans"][0][0] < 100
    assert abs(first["heard_ms"] - 1000 * await place(page)) < 150, "what was played, and no more"
    await goes_about(page)
    await comments(page)
    mark = page.locator("[data-mark][data-kind=comment]")
    await expect(mark).to_have_attribute("data-seek", "7000")
    await page.locator("[data-toggle]").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Home")
    assert await page.evaluate("document.activeElement === document.querySelector('[data-mark]')"), "one stop for all"
    await page.keyboard.press("End")
    await expect(mark).to_be_focused()
    await page.keyboard.press("Enter")
    await plays_beyond(page, 7.4, eventually)
    await page.goto(f"{site.url}/interactions/{call}?lang=en")  # left while it plays

    async def told_of_the_rest() -> dict[str, Any] | None:
        return next((fact for fact in await heard() if fact["spans"][-1][0] in range(6900, 7100)), None)

    last = await eventually(told_of_the_rest)
    assert last["heard_ms"] >= 300
    await page.reload()
    by = page.locator("#heard li")
    await expect(by).to_have_count(2)  # it was opened anew after the comment
    await expect(by.first).to_contain_text("of 00:20")
    assert complaints == []
    await page.context.close()


async def goes_about(page: Page) -> None:
    """Seek and change the speed by keys, also on the line itself."""
    before = await place(page)
    for key, moves in (("k", 5), ("k", 10), ("j", 5), ("j", 0), ("j", -before)):
        await page.keyboard.press(key)
        assert abs(await place(page) - before - moves) < 0.2, key
    audio = page.locator("[data-recorded] audio")
    for key, speed in (("]", 1.25), ("]", 1.5), ("[", 1.25), ("[", 1), ("[", 0.75)):
        await page.keyboard.press(key)
        assert await audio.evaluate("(audio) => audio.playbackRate") == speed
    await expect(page.locator("[data-speed]")).to_have_value("0.75")
    line = page.locator(".deck-line input")
    await line.focus()
    await page.keyboard.press("End")
    assert await place(page) > SECONDS - 0.2
    await page.keyboard.press("Home")
    assert await place(page) < 0.1
    for _ in range(20):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("k")
    assert 6.9 < await place(page) < 7.1, "2 s by the line, 5 by its key"


async def comments(page: Page) -> None:
    """Comment on this second: no key of the player acts while somebody writes."""
    await page.keyboard.press("c")
    text = page.locator("[data-comment-form] [name=text]")
    await expect(text).to_be_focused()
    await expect(page.locator("[data-comment-place] b")).to_have_text("0:07")
    await page.keyboard.type("jack [k] cc l")
    assert await text.input_value() == "jack [k] cc l"
    assert 6.9 < await place(page) < 7.1
    while await page.evaluate("document.activeElement.type") != "submit":
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#comment-*")
    await expect(page.locator("#comments")).to_contain_text("jack [k] cc l")
