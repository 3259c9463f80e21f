"""Work in which nobody waits on the line, at the desk: it never says that it rings; taken, dialled, heard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.portal.front.browsing import Visitor
from tests.portal.front.test_desk import opened, ready, tell
from tests.support.axe import violations

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def acts(page: Page) -> list[Any]:
    return [post.get("act") or post["action"] for post in (await tell(page))["posts"]]


async def test_a_task_is_taken_dialled_and_ended_by_keyboard(visitor: Visitor) -> None:
    page = await opened(visitor, "callback")
    await ready(page)
    await page.locator("[data-call=offered]").wait_for()
    shown = await page.inner_text("[data-part=bar]") + await page.inner_text("[data-part=call]")
    for part in (
        "Work for you",
        "Callback",
        "due at",
        "tried 1 times",
        "last time: busy",
        "asked for this call itself",
    ):
        assert part in shown
    assert "Ringing" not in shown
    assert "Work for you" in await page.title() or "Incoming" not in await page.title()
    assert await page.locator("[data-act=answer]").is_hidden()
    assert await page.evaluate("document.activeElement.dataset.act") == "accept-task"
    await page.keyboard.press("Alt+a")
    await page.locator("[data-call=working]").wait_for()
    assert (await acts(page))[-1] == "accept_task"
    for name in ("dial", "skip", "close-task"):
        assert await page.locator(f"[data-act={name}]").is_visible()
    await page.click("[data-act=dial]")
    await page.get_by_text("Dialling").wait_for()
    assert await page.locator("[data-act=skip]").is_hidden()
    assert await page.locator("[data-act=hang-up]").is_visible()
    await tell(page, state="callback_taken")
    await page.locator("[data-act=close-task]").wait_for()
    await page.keyboard.press("Alt+1")
    await page.click("[data-act=close-task]")
    await page.locator("[data-call=wrapping_up]").wait_for()
    closed = (await tell(page))["posts"][-1]
    assert (closed["act"], closed["code"]) == ("close_task", "solved")
    await tell(page, state="available")
    await page.fill("#dial-number", "138 1234 5678")
    await page.keyboard.press("Enter")
    await page.get_by_text("Outgoing call").first.wait_for()
    asked = (await tell(page))["posts"][-1]
    assert (asked["action"], asked["client"], asked["number"]) == ("dial", "galaxy", "138 1234 5678")
    assert await page.input_value("#dial-number") == ""
    await tell(page, state="message")
    sound = page.locator("[data-part=message]")
    await sound.wait_for()
    await sound.evaluate("(audio) => audio.play()")
    await sound.evaluate(HEARD)
    await _of_the_clients_people(page)
    await sound.wait_for(state="hidden")


HEARD = """(audio) => new Promise((heard) => {
  const look = () => (audio.currentTime > 0 ? heard() : setTimeout(look, 50));
  look();
})"""
"""Waits in the page: what is asked of it as a text again and again is an evaluation that its policy forbids."""


async def _of_the_clients_people(page: Page) -> None:
    """What they wrote is there with who they are, and the call that it is about."""
    await tell(page, state="person")
    await page.locator("[data-part=task]").get_by_text("赵敏, 售后部 wants to be called back").wait_for()
    said = page.locator("[data-part=task-said]")
    assert await page.inner_text("[data-act=dial]") == "Call this person"
    assert await page.get_attribute("[data-part=task-origin] a", "href") == "/interactions/i-0"
    assert "请先给我回电" in await said.inner_text()
    await tell(page, state="not_reached")
    await page.locator("[data-part=task]").get_by_text("The client’s people did not answer").wait_for()
    assert await said.is_hidden()


async def test_a_clients_task_is_called_done_and_closed_by_keys(visitor: Visitor) -> None:
    page = await opened(visitor)
    await tell(page, state="seat_tasks")
    first, second = (page.locator("[data-part=seat-tasks] > li").nth(n) for n in (0, 1))
    await first.wait_for()
    assert "overdue since" in await first.inner_text()
    await second.locator("textarea").fill("12345675")
    await page.locator("h1").click()
    await page.keyboard.press("Alt+i")
    assert await page.evaluate("document.activeElement.dataset.do") == "call"
    await page.keyboard.press("Alt+i")
    await first.locator("textarea").wait_for()
    assert await second.locator("textarea").input_value() == "12345675", "what is being typed stays"
    await page.keyboard.press("Alt+i")
    await first.get_by_role("button", name="Not possible").click()
    assert "Say in a few words" in await first.inner_text()
    await first.locator("textarea").fill("told her")
    await first.get_by_role("button", name="Done, close the work order").click()
    await second.wait_for(state="detached")
    assert await page.evaluate("document.activeElement.tagName") == "BUTTON", "the focus goes on"
    assert await violations(page) == []
    posts = [post for post in (await tell(page))["posts"] if post["action"] == "seat-task"]
    assert [(p["act"], p["seat_task_id"], p["outcome"], p["close"]) for p in posts] == [
        ("call", "t-1", "", False), ("done", "t-1", "told her", True),
    ]  # fmt: skip
