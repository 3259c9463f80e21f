"""An agent that talks with a SIP phone on its desk, on the real engine: the same screen shows and steers the call."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones, RegisteredPhone
from tests.story.browser import sign_in
from tests.story.centre import Centre
from tests.story.desks import (
    AGENT,
    CALLER,
    MUSIC,
    SECOND,
    colleague_on_a_break,
    document,
    finish,
    hear,
    served_by,
    shows,
)

pytestmark = pytest.mark.timeout(300)


async def test_a_sip_phone_at_the_desk(centre: Centre, phones: AsteriskPhones, browser: Browser) -> None:
    account, number = centre.account(last=True), served_by(centre)["numbers"][0]
    colleague = await colleague_on_a_break(centre, phones)
    desk = await (await browser.new_context(locale="en")).new_page()  # no microphone is ever asked for
    await sign_in(desk, centre.url, account["agent"], centre.facts["password"])
    call = await _ready_without_a_phone_gets_no_call(desk, phones, number)
    phone = await phones.register(account["user"], account["password"])
    line = await _answered_on_the_phone(desk, phone)
    await hear(None, set(), (call, {AGENT}), (line, {CALLER}))
    await desk.keyboard.press("o")
    await hear(None, set(), (call, {MUSIC}), (line, set()))
    await desk.keyboard.press("o")
    await hear(None, set(), (call, {AGENT}), (line, {CALLER}))
    await line.hang_up()
    await call.ended(10 * SECOND)
    await shows(desk, "wrapping_up")
    await finish(desk)
    await _hung_up_at_the_desk(desk, phones, phone, number)
    await phone.unregister()
    await shows(desk, "phone_down")
    await expect(desk.locator("[data-part=phone]")).to_have_attribute("data-registered", "no")
    await colleague.close()


async def _ready_without_a_phone_gets_no_call(desk: Page, phones: AsteriskPhones, number: str) -> Line:
    await desk.locator("[data-part=phone-menu] summary").click()
    await desk.click("[data-phone-mode=desk]")
    tag = desk.locator("[data-part=phone]")
    await expect(tag).to_have_attribute("data-registered", "no")
    await desk.keyboard.press("Alt+r")
    await shows(desk, "phone_down")
    await expect(desk.locator("[data-part=trouble]")).to_be_visible()
    call = await phones.dial(number, "+8613700000003")
    await call.answered(10 * SECOND)
    await call.play(CALLER)
    while await call.hears(SECOND) != {MUSIC}:  # the menu is over, and the contact waits
        await call.press("1")
    assert (await document(desk))["interaction"] is None
    await shows(desk, "phone_down")
    return call


async def _answered_on_the_phone(desk: Page, phone: RegisteredPhone) -> Line:
    """The phone registers: the agent is available by itself, rings, and the desk asks it to pick up."""
    line = await phone.incoming(15 * SECOND)
    await shows(desk, "offered")
    await expect(desk.locator("[data-part=phone]")).to_have_attribute("data-registered", "yes")
    await expect(desk.locator("[data-part=trouble]")).to_be_hidden()
    await expect(desk.locator("[data-act=answer]")).to_be_hidden()
    await expect(desk.locator("[data-part=hint]")).not_to_be_empty()
    await line.answer()
    await line.play(AGENT)
    await shows(desk, "talking")
    return line


async def _hung_up_at_the_desk(desk: Page, phones: AsteriskPhones, phone: RegisteredPhone, number: str) -> None:
    call = await phones.dial(number, "+8613700000004")
    await call.answered(10 * SECOND)
    while phone.ringing.empty():
        await call.press("1")
    line = await _answered_on_the_phone(desk, phone)
    await desk.locator("h1").click()
    await desk.keyboard.press("h")
    await line.ended(10 * SECOND)
    await call.ended(10 * SECOND)
    await shows(desk, "wrapping_up")
    await finish(desk)
