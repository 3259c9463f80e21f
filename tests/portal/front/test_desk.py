"""The desk: phone, offer, call by keyboard, wrap-up, work orders, a second tab; SIP dialogues with the harness."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from tests.portal.front.browsing import Visitor, intercept

pytestmark = pytest.mark.asyncio(loop_scope="session")
Eventually = Callable[..., Awaitable[Any]]
MOST_MS = 100
"""So long the form of a work order takes to open, 19 times of 20, on a machine that does much else."""
OPENING = """async () => {
  const box = document.getElementById("escalation"), button = document.querySelector('[data-act="escalate"]');
  const took = [];
  for (let n = 0; n < 20; n += 1) {
    const begin = performance.now();
    button.click();
    while (!box.open) await Promise.resolve();
    box.getBoundingClientRect();
    took.push(performance.now() - begin);
    box.close();
  }
  return took;
}"""


async def opened(visitor: Visitor, state: str = "available") -> Page:
    await visitor.context.grant_permissions(["microphone"])
    page = await visitor.open(f"/desk?state={state}&lang=en")
    await page.wait_for_selector("[data-feed=live]")
    return page


async def tell(page: Page, **what: Any) -> dict[str, Any]:
    """Set the harness's stage, and hear what it has been told."""
    answer = await page.request.post(f"{page.url.split('/desk')[0]}/dev/desk", data=what)
    heard: dict[str, Any] = await answer.json()
    return heard


async def ready(page: Page) -> None:
    await page.wait_for_selector('[data-phone-state="ready"]')


async def test_registers_and_says_so(visitor: Visitor) -> None:
    page = await opened(visitor)
    await ready(page)
    assert "Phone ready" in await page.inner_text("[data-part=phone]")
    assert await page.locator("[data-part=trouble]").is_hidden()
    assert await page.get_attribute("[data-part=bar]", "data-show") == "available"


async def test_available_without_a_registered_phone_cannot_be_missed(visitor: Visitor) -> None:
    page = await opened(visitor, "down")
    await page.locator("[data-part=trouble]").wait_for()
    assert "No call can reach you" in await page.inner_text("[data-part=trouble]")
    assert await page.get_attribute("[data-part=bar]", "data-show") == "phone_down"
    assert "Phone down" in await page.inner_text("[data-part=bar]")
    assert await page.locator("[data-part=other-phone]").is_hidden(), "there is no other one"


async def test_the_chosen_phone_is_away_and_the_other_one_is_one_click_off(visitor: Visitor) -> None:
    page = await opened(visitor, "down_other")
    await page.get_by_text("The one on your desk is.").wait_for()
    assert await page.get_attribute("[data-part=bar]", "data-show") == "phone_down"
    await page.locator("[data-part=phone-menu] summary").click()
    assert await page.inner_text("[data-part=there-browser]") == "not registered"
    assert await page.inner_text("[data-part=there-desk]") == "registered"
    await page.get_by_role("button", name="Use the phone on the desk").click()
    await page.wait_for_selector('[data-phone-state="desk"]')
    post = (await tell(page))["posts"][-1]
    assert (post["action"], post["phone"], post["csrf"]) == ("phone", "desk", "harness")
    await tell(page, state="available")
    await page.get_by_text("Phone ready: the one on the desk rings").wait_for()
    await tell(page, state="silent")
    await page.get_by_text("did not ring for the last call").wait_for()
    assert "Phone did not ring" in await page.inner_text("[data-part=bar]")
    assert await page.get_attribute("[data-part=bar]", "data-show") == "phone_down"
    await page.get_by_role("button", name="Use this browser").click()
    assert (await tell(page))["posts"][-1]["phone"] == "browser"
    await tell(page, state="available")


async def test_an_offer_says_who_and_why_rings_and_takes_the_focus(visitor: Visitor, eventually: Eventually) -> None:
    page = await opened(visitor)
    await ready(page)
    await tell(page, state="offered")
    await page.locator("[data-call=offered]").wait_for()
    shown = await page.inner_text("[data-part=call]")
    for part in ("+86 138****0021", "银河商城", "退换货", "Menu 2", "longest idle"):
        assert part in shown
    assert re.search(r"waited 00:(18|19|2\d)", shown), "it was read when it came, and the page counts on"
    assert await page.evaluate("document.activeElement.dataset.act") == "answer"

    async def flashes() -> bool:
        return "Incoming call" in await page.title()

    await eventually(flashes)
    await tell(page, state="available")
    await page.locator("[data-call=none]").wait_for()
    assert "Incoming" not in await page.title()


async def test_a_whole_call_by_keyboard(visitor: Visitor, eventually: Eventually) -> None:
    page = await opened(visitor)
    await ready(page)
    await tell(page, state="offered", ring=True)
    await page.locator("[data-call=offered]").wait_for()
    await page.keyboard.press("Alt+a")

    async def answered() -> bool:
        return any(line.startswith("SIP/2.0 200") for line in (await tell(page))["sip"])

    await eventually(answered, 8)
    await tell(page, state="talking")
    await page.locator("[data-call=talking]").wait_for()
    await page.keyboard.press("Alt+m")
    assert await page.get_attribute("[data-act=mute]", "aria-pressed") == "true"
    await page.keyboard.press("Alt+2")
    assert await page.locator("[name=code]:checked").get_attribute("value") == "follow_up"
    await page.keyboard.press("Alt+h")
    await page.locator("[data-call=wrapping_up]").wait_for()
    assert "00:2" in await page.inner_text("[data-part=countdown]")
    await page.fill("#note", "call back on Monday")
    await page.get_by_role("button", name="Save and finish wrap-up").click()
    await page.locator("[data-call=none]").wait_for()
    posts = (await tell(page))["posts"][-4:]
    assert [post["action"] for post in posts] == ["hang-up", "note", "disposition", "wrap-up/end"]
    assert posts[2]["code"] == "follow_up"
    assert posts[1]["note"] == posts[2]["note"] == "call back on Monday"
    assert all(post["csrf"] == "harness" and post["interaction"] == "i-1" for post in posts)


async def test_a_number_is_shown_for_a_moment_by_keyboard_alone(visitor: Visitor) -> None:
    page = await opened(visitor, "talking")
    await page.locator("[data-part=reveal]:visible").wait_for()
    await page.keyboard.press("Alt+n")
    dialog = page.locator("dialog#reveal")
    await dialog.get_by_role("status").get_by_text("9 more numbers within this hour").wait_for()
    await page.keyboard.type("The line breaks, I ring back")
    await page.keyboard.press("Enter")
    await dialog.get_by_text("+8613812340021").wait_for()
    assert "8 more numbers within this hour" in await dialog.inner_text()
    assert await page.evaluate("document.activeElement.closest('dialog')?.id") == "reveal"
    post = (await tell(page))["posts"][-1]
    assert (post["action"], post["interaction"], post["csrf"]) == ("reveal", "i-1", "harness")
    assert "1381234" not in page.url
    await dialog.wait_for(state="hidden")  # its time is over
    assert "13812340021" not in await page.content()
    for leave in ("Escape", "pagehide"):
        await page.keyboard.press("Alt+n")
        await page.keyboard.type("The line breaks, I ring back")
        await page.keyboard.press("Enter")
        await dialog.get_by_text("+8613812340021").wait_for()
        if leave == "Escape":
            await page.keyboard.press("Escape")
        else:
            await page.evaluate("dispatchEvent(new Event('pagehide'))")
        assert "13812340021" not in await page.content()
        assert await page.input_value("#reveal-reason") == ""
    await tell(page, state="available")
    await page.locator("[data-call=none]").wait_for()
    await page.keyboard.press("Alt+n")
    assert await dialog.is_hidden()


async def test_answer_before_the_phone_rings_is_remembered(visitor: Visitor, eventually: Eventually) -> None:
    page = await opened(visitor)
    await ready(page)
    await tell(page, state="offered")
    await page.get_by_role("button", name="Answer").click()
    await page.get_by_text("waiting for the phone to ring").wait_for()
    await tell(page, ring=True)

    async def answered() -> bool:
        return any(line.startswith("SIP/2.0 200") for line in (await tell(page))["sip"])

    await eventually(answered, 8)
    await tell(page, state="available")


async def test_a_refused_microphone_is_named_with_its_cure(visitor: Visitor) -> None:
    page = await visitor.page()
    await page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    await page.goto(f"{visitor.base}/desk?state=available&lang=en")
    await ready(page)
    await tell(page, state="offered", ring=True)
    await page.get_by_role("button", name="Answer").click()
    await page.get_by_text("Allow it in the address bar").wait_for()
    assert await page.get_attribute("[data-part=call]", "data-call") == "offered"


async def test_a_second_tab_never_registers_and_can_take_the_phone(visitor: Visitor) -> None:
    first = await opened(visitor)
    await ready(first)
    second = await opened(visitor)
    await second.wait_for_selector('[data-phone-state="elsewhere"]')
    assert "another tab" in await second.inner_text("[data-part=phone]")
    await second.get_by_role("button", name="Use the phone here").click()
    await ready(second)
    await first.wait_for_selector('[data-phone-state="elsewhere"]')
    await second.close()
    await ready(first)


async def test_a_reload_during_a_call_says_that_the_sound_is_gone(visitor: Visitor) -> None:
    page = await opened(visitor, "talking")
    await ready(page)
    await page.get_by_text("reloaded during a call").wait_for()
    await tell(page, ring=True)
    await page.get_by_text("The sound of your call is back").wait_for()
    assert await page.locator("[data-part=trouble]").is_hidden()
    await tell(page, state="available")


async def test_a_break_needs_its_reason(visitor: Visitor, eventually: Eventually) -> None:
    page = await opened(visitor)
    await page.locator("[data-part=break-menu] summary").click()
    await page.get_by_role("button", name="Meal").click()
    await page.get_by_text("On break · Meal").wait_for()
    post = (await tell(page))["posts"][-1]
    assert {key: post[key] for key in ("action", "state", "reason", "csrf")} == {
        "action": "state",
        "state": "on_break",
        "reason": "meal",
        "csrf": "harness",
    }


async def test_a_work_order_is_raised_by_its_types_form_and_kept_until_it_is_taken(
    visitor: Visitor, eventually: Eventually
) -> None:
    page = await opened(visitor, "talking")
    await page.locator("[data-part=guide][data-state=ready]").wait_for()
    await page.locator("#note").focus()
    await page.keyboard.press("Alt+g")
    await page.get_by_text("Marked at").wait_for()
    opens = await page.evaluate(OPENING)
    assert sorted(opens)[18] < MOST_MS, opens
    await page.keyboard.press("Alt+e")
    await _filled_in(page)

    async def muted() -> bool:
        return any(post.get("act") == "mute" for post in (await tell(page))["posts"][before:])

    before = len((await tell(page))["posts"])
    await page.keyboard.press("Alt+m")
    assert await eventually(muted), "the call's keys act beside the form"
    await _kept_for_the_wrap_up(page)
    await _refused_beside_its_fields(page)
    await page.get_by_role("button", name="Create work order").click()
    await page.get_by_text("Work order WO-1043 created").wait_for()
    refused, post = [post for post in (await tell(page))["posts"] if post["action"] == "escalate"][-2:]
    assert refused["once"] == post["once"], "what is sent twice is raised once"
    assert {name: post[name] for name in ("title", "type", "priority", "custom")} == {
        "title": "Refund missing", "type": "refund", "priority": "high", "custom": {"order": "A-17"},
    }  # fmt: skip
    assert abs(datetime.fromisoformat(post["marked_at"]) - datetime.now(UTC)) < timedelta(minutes=2)
    assert await page.locator("[data-part=drafted]").is_hidden()


async def _filled_in(page: Page) -> None:
    assert await page.locator("#e-type option").all_inner_texts() == ["退款", "投诉"], "what was used last is in front"
    assert await page.locator("[name=priority]:checked").get_attribute("value") == "high"
    assert await page.locator("[name=moment]:checked").get_attribute("value") == "marked"
    await page.fill("#e-own-order", "A-17")
    assert await page.input_value("#e-title") == "订单 A-17 退款"
    await page.fill("#e-title", "Refund missing")


async def _kept_for_the_wrap_up(page: Page) -> None:
    await page.goto(page.url.replace("talking", "wrapping_up"))
    await page.wait_for_selector("[data-feed=live]")
    await page.locator("[data-part=drafted]").wait_for()
    await page.get_by_role("button", name="Escalate").click()
    assert [await page.input_value(f"#e-{name}") for name in ("title", "own-order")] == ["Refund missing", "A-17"]


async def _refused_beside_its_fields(page: Page) -> None:
    for name in ("own-order", "description"):
        await page.fill(f"#e-{name}", "")
    await page.get_by_role("button", name="Create work order").click()
    await page.locator("[data-part=escalate-error]").wait_for()
    await page.locator("#e-description[aria-invalid=true]").wait_for()
    assert await page.evaluate("document.activeElement.id") == "e-own-order", "the first wrong one, in the form's order"
    assert await page.locator(".field-error").all_inner_texts() == ["This is needed.", "This is needed."]
    for name in ("own-order", "description"):
        await page.fill(f"#e-{name}", "A-17")
    assert await page.locator(".field-error, [aria-invalid]").count() == 0, "what is written again is wrong no longer"
    assert await page.locator("[data-part=escalate-error]").is_hidden()


async def test_a_resolved_work_order_is_announced(visitor: Visitor) -> None:
    page = await opened(visitor)
    assert await page.locator("[data-part=news]").is_hidden()
    await tell(page, state="available", more={"resolved": True})
    await page.get_by_text("Work order WO-1042 is resolved").wait_for()
    assert await page.locator("[data-news]").count() == 1
    await page.get_by_role("button", name="Seen").click()
    assert await page.locator("[data-part=news]").is_hidden()


async def test_a_refused_post_is_told(visitor: Visitor) -> None:
    page = await opened(visitor, "on_break")
    await intercept(
        page, "**/desk/state", lambda route: route.fulfill(status=409, json={"detail": "the seat is taken"})
    )
    await page.keyboard.press("Alt+r")
    await page.get_by_text("the seat is taken").wait_for()


AN_HOUR_AHEAD = """
const origin = performance.timeOrigin + 3600e3;
Object.defineProperty(performance, "timeOrigin", { get: () => origin });
document.hasFocus = () => false;
window.told = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, more) { window.told.push({ title, ...more, open: true }); }
  close() { window.told.at(-1).open = false; }
};
"""


async def test_a_call_is_told_outside_the_tab_and_counted_by_the_servers_clock(visitor: Visitor) -> None:
    """This browser's clock is an hour ahead: nothing on the desk says so, but the note that it is."""
    await visitor.context.add_init_script(AN_HOUR_AHEAD)
    page = await opened(visitor)
    await ready(page)
    quiet = await page.get_attribute('link[rel="icon"]', "href")
    await tell(page, state="offered")
    await page.locator("[data-call=offered]").wait_for()
    (told,) = await page.evaluate("window.told")
    assert told["title"] == "Incoming call"
    assert told["body"] == "银河商城 · 退换货"
    assert not set("0123456789") & set(told["body"]), "no number lies on the system's screen"
    assert "ringing" in (await page.get_attribute('link[rel="icon"]', "href") or "")
    assert "Incoming call" in await page.title()
    assert (await page.inner_text("[data-part=call-timer]")).startswith("00:0")
    assert (await page.inner_text("[data-part=state-timer]")).startswith("01:1")
    await page.locator("[data-fresh=skew]").wait_for()
    await tell(page, state="wrapping_up")
    await page.locator("[data-call=wrapping_up]").wait_for()
    assert (await page.inner_text("[data-part=countdown]")).startswith("00:2")
    assert await page.locator("[data-part=must]").inner_text() == "Outcome required"
    assert (await page.get_attribute('link[rel="icon"]', "href") or "").endswith(quiet or "?")
    assert await page.evaluate("window.told.map((each) => each.open)") == [False]
    await intercept(page, "**/desk/state", lambda route: route.fulfill(status=409, json={"code": "outcome_required"}))
    await page.keyboard.press("Alt+r")
    await page.locator("[data-part=failed]").get_by_text("Choose one, then go on").wait_for()
    assert await page.evaluate("document.activeElement.name") == "code", "the outcomes are in reach at once"
    await tell(page, state="available")


async def test_messages_are_read_and_answered_without_taking_the_focus(visitor: Visitor) -> None:
    page = await opened(visitor)
    await page.locator("#dial-number").focus()
    await tell(page, state="messages")
    note = page.locator("[data-part=inbox]")
    await note.get_by_text("物流系统恢复了").wait_for()  # the oldest that is unread
    assert await page.evaluate("document.activeElement.id") == "dial-number"
    assert "Grace Ho" in await page.inner_text("[data-part=message-live]")
    assert await page.locator("[data-part=message-lines] li").count() == 3
    await page.keyboard.press("Alt+w")
    assert await page.evaluate("document.activeElement.id") == "message-answer"
    await page.keyboard.type("好的")
    await page.keyboard.press("Enter")
    await note.get_by_text("退款的录音").wait_for()
    await page.keyboard.press("Alt+w")  # an empty line: only seen
    await page.keyboard.press("Alt+w")
    await note.wait_for(state="hidden")
    posts = [(each["action"], each["message"], each.get("text")) for each in (await tell(page))["posts"][-2:]]
    assert posts == [("messages/answer", "m-2", "好的"), ("messages/read", "m-3", None)]
    await tell(page, state="available")
