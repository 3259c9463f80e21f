"""What an agent does in a call, at the harness: hold, keys, calling somebody in, script, outcomes, the other phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page

from tests.portal.front.browsing import Visitor, intercept
from tests.portal.front.test_desk import opened, ready, tell

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def acts(page: Page) -> list[dict[str, Any]]:
    """Return what the page asked for in the call, but for its own phone."""
    posts = (await tell(page))["posts"]
    return [
        {key: value for key, value in post.items() if key not in {"csrf", "interaction", "action"}}
        for post in posts
        if post["action"] == "call" and post["csrf"] == "harness" and post["act"] != "rejoin"
    ]


async def test_a_call_is_held_asked_about_and_handed_over_by_keyboard(visitor: Visitor) -> None:
    page = await opened(visitor, "talking")
    await ready(page)

    earlier = len(await acts(page))
    await page.keyboard.press("o")
    await page.locator("[data-part=chips]").get_by_text("The contact waits").wait_for()
    assert await page.get_attribute("[data-act=hold]", "aria-pressed") == "true"
    await page.fill("#note", "hm")
    await page.keyboard.type("ohmtk?")  # letters alone never act while typing
    await page.keyboard.press("Alt+o")
    await page.locator("[data-act=hold][aria-pressed=false]").wait_for()
    await page.keyboard.press("Alt+p")
    await page.locator("[data-part=chips]").get_by_text("Help asked for").wait_for()
    await page.locator("h1").click()
    await page.keyboard.press("k")
    await page.keyboard.type("4#")
    await page.locator("#keypad output").get_by_text("4#").wait_for()
    await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    await page.locator("#target-list [role=option]").nth(4).wait_for()
    await page.keyboard.type("+852 2180 0000")
    assert "Call +852 2180 0000" in await page.locator("#target-list [aria-selected=true]").inner_text()
    await _refused_for_good(page)
    await page.fill("#target-find", "订单")
    assert await page.locator("[data-target=consult]").is_disabled()  # a queue is not asked first
    await page.fill("#target-find", "陈")
    await page.keyboard.press("Enter")
    guest = page.locator("[data-part=guests] li")
    await guest.get_by_text("with you alone").wait_for()
    await guest.get_by_role("button", name="All together").click()
    await guest.get_by_text("in the call").wait_for()
    assert await page.locator("[data-act=leave]").is_visible()
    await guest.get_by_role("button", name="Send away").click()
    await page.locator("[data-part=guests]").wait_for(state="hidden")
    assert (await acts(page))[earlier:] == [
        {"act": "hold"}, {"act": "retrieve"}, {"act": "ask_help"}, {"act": "digits", "digits": "4"},
        {"act": "digits", "digits": "#"}, {"act": "consult", "kind": "agent", "agent": "a-5"}, {"act": "join"},
        {"act": "drop", "party": "g-1"},
    ]  # fmt: skip
    assert await page.input_value("#note") == "hmohmtk?"
    await page.reload()  # the draft is still there
    await page.locator("[data-call=talking]").wait_for()
    assert await page.input_value("#note") == "hmohmtk?"
    await tell(page, state="available")


async def _refused_for_good(page: Page) -> None:
    """Whom nobody may call: the dialog says so, and not that another try helps."""
    await intercept(page, "**/desk/call", lambda route: route.fulfill(status=409, json={"code": "do_not_call"}))
    await page.keyboard.press("Enter")
    refused = page.locator("[data-part=targets-error]:visible")
    assert await refused.inner_text() == "This number is on the client's do-not-call list: it is not called."
    await page.unroute("**/desk/call")


async def test_a_script_pauses_the_recording_for_a_payment_and_outcomes_are_found(visitor: Visitor) -> None:
    page = await opened(visitor, "talking")
    await ready(page)
    step = page.locator("[data-part=script] li[aria-current]")
    await step.get_by_text("您好，这里是银河商城").wait_for()
    assert await page.locator("[data-part=history] li").count() == 3
    assert (await page.get_attribute("[data-part=pop]", "rel")) == "noopener noreferrer"
    await page.keyboard.press(".")
    await intercept(page, "**/desk/call", lambda route: route.fulfill(status=503, json={"code": "engine_away"}))
    await page.keyboard.press(".")
    await page.locator("[data-part=failed]").get_by_text("phone engine").wait_for()
    await step.get_by_text("核对订单").wait_for()  # no payment while the recording goes on
    await page.unroute("**/desk/call")
    await page.keyboard.press(".")
    await step.get_by_text("收取运费").wait_for()
    await page.locator("[data-part=chips]").get_by_text("Recording paused").wait_for()
    await page.keyboard.press(",")
    await page.locator("[data-part=chips]").get_by_text("Recording paused").wait_for(state="hidden")
    await _not_called_again(page)
    assert [post["act"] for post in (await tell(page))["posts"] if post["action"] == "call"][-2:] == [
        "pause_recording",
        "resume_recording",
    ]
    await page.keyboard.press("/")
    await page.keyboard.type("破损")
    await page.keyboard.press("Enter")
    assert await page.locator("[name=code]:checked").get_attribute("value") == "broken"
    assert await page.locator("[data-part=dispositions] label:visible").count() == 1
    await page.locator("h1").click()
    await page.keyboard.press("?")
    await page.locator("dialog#keys").get_by_text("Choose an outcome").wait_for()
    await _own_keys(page)
    await page.get_by_label("Letters act without Alt").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("m")
    assert await page.get_attribute("[data-act=mute]", "aria-pressed") == "false"
    await tell(page, state="available")


async def _not_called_again(page: Page) -> None:
    """Asked once more, with a reason; then the desk says that the number is on the list, and the button is gone."""
    await page.keyboard.press("Alt+b")
    dialog = page.locator("dialog#no-call")
    assert await page.evaluate("document.activeElement.id") == "no-call-reason"
    await page.keyboard.type("no")
    refusal = {"code": "reason_not_clear"}
    await intercept(page, "**/desk/do-not-call", lambda route: route.fulfill(status=400, json=refusal))
    await page.keyboard.press("Enter")
    await dialog.get_by_role("alert").get_by_text("Give a reason of 10 to 300 characters").wait_for()
    await page.unroute("**/desk/do-not-call")
    await page.keyboard.type(" more calls, she says")
    await page.keyboard.press("Enter")
    await page.locator("[data-part=chips]").get_by_text("On the do-not-call list").wait_for()
    assert await dialog.is_hidden()
    assert await page.locator("[data-act=no-call]").is_hidden()
    post = [each for each in (await tell(page))["posts"] if each["action"] == "do-not-call"][-1]
    assert (post["interaction"], post["reason"], post["csrf"]) == ("i-1", "no more calls, she says", "harness")


async def _own_keys(page: Page) -> None:
    """In the list of keys: a taken one is said, another one is kept and stands on the button, all come back."""
    said = page.locator("[data-part=keys-said]")
    change = page.locator("[data-change=hold]")
    for key, words in (("h", "H is taken: Hang up"), ("5", "cannot be taken"), ("F4", "Hold the call: F4")):
        await change.click()
        await page.keyboard.press(key)
        await said.get_by_text(words).wait_for()
    await change.click()
    await page.keyboard.press("Escape")  # leaves the choice, not the list
    await page.keyboard.press("Escape")
    hold = page.locator("[data-act=hold]")
    assert await hold.locator("kbd").inner_text() == "F4"
    assert await hold.get_attribute("title") == "Hold the call (F4)"
    await page.focus("#note")
    await page.keyboard.press("F4")
    await page.locator("[data-act=hold][aria-pressed=true]").wait_for()
    await page.locator("h1").click()
    await page.keyboard.press("o")
    await page.keyboard.press("?")
    await page.get_by_role("button", name="Back to the desk's own keys").click()
    await said.get_by_text("the desk's own again").wait_for()
    assert await hold.locator("kbd").inner_text() == "O"
    assert await hold.get_attribute("aria-pressed") == "true", "the old key does nothing"


async def test_a_phone_on_the_desk_takes_the_browsers_place(visitor: Visitor) -> None:
    page = await opened(visitor)
    await ready(page)
    await page.locator("[data-part=phone-menu] summary").click()
    await page.get_by_role("button", name="the phone on the desk").click()
    await page.wait_for_selector('[data-phone-state="desk"]')
    await tell(page, state="offered")
    await page.get_by_text("Pick up the phone on the desk").wait_for()
    assert await page.locator("[data-act=answer]").is_hidden()
    await page.reload()
    await page.wait_for_selector('[data-phone-state="desk"]')
    await page.locator("[data-part=phone-menu] summary").click()
    await page.get_by_role("button", name="this browser").click()
    await ready(page)
    await tell(page, state="available")


async def test_the_check_before_a_shift_says_what_works(visitor: Visitor) -> None:
    await opened(visitor)  # the stage is as the test before left it
    page = await visitor.open("/desk/check?lang=en")
    await page.evaluate("Notification.requestPermission = async () => 'denied'")
    for key in ("microphone", "notes"):
        await page.locator(f"[data-try={key}]").click()
    await page.locator("[data-try=ring]").click()
    await page.get_by_role("button", name="I hear nothing").click()
    for key, state in (
        ("microphone", "good"),
        ("phone", "good"),
        ("network", "good"),
        ("ring", "bad"),
        ("notes", "bad"),
    ):
        await page.wait_for_selector(f"[data-check={key}][data-state={state}]")
