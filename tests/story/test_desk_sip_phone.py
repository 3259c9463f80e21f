"""An agent that talks with a SIP phone on its desk, on the real engine: the same screen shows and steers the call."""

from __future__ import annotations

import asyncio
import re

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
from tests.story.glass import superuser

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
    desk = await _the_page_goes_and_the_telephone_stays(centre, browser, desk, account["agent"])
    await phone.unregister()
    await shows(desk, "phone_down")
    await expect(desk.locator("[data-part=phone]")).to_have_attribute("data-registered", "no")
    await colleague.close()


async def _the_page_goes_and_the_telephone_stays(centre: Centre, browser: Browser, desk: Page, agent: str) -> Page:
    """Its client's board says since when the desk is not reached, and no longer once the page is back; return that."""
    await shows(desk, "available")
    manager = centre.user("client_manager", served_by(centre)["name"])
    board = await (await browser.new_context(locale="en")).new_page()
    await sign_in(board, centre.url, manager["email"], manager["password"])
    await board.goto(f"{centre.url}/live?lang=en")
    context, lost = desk.context, '.seat[data-show="desk_lost"]'
    await expect(board.locator("[data-feed=live]")).to_be_visible()
    keys = "tiles => tiles.map(tile => tile.dataset.seat)"
    of_others = set(await board.locator(lost).evaluate_all(keys))  # stories before this one left pages, too
    await desk.close()
    admin = await superuser(centre)
    while not (new := set(await board.locator(lost).evaluate_all(keys)) - of_others):
        # Nobody waits for the grace: what was last heard of the page was so much earlier.
        await admin.execute(
            "UPDATE control.desk_page SET heard_at = heard_at - interval '25 seconds'"
            " WHERE heard_at > clock_timestamp() - interval '20 seconds' AND agent_id = ("
            '  SELECT a.id FROM control.agent a JOIN control."user" u ON u.id = a.user_id WHERE u.email = $1)',
            agent,
        )
        await asyncio.sleep(0.5)
    (seat,) = new
    gone = board.locator(f'{lost}[data-seat="{seat}"]')
    await expect(gone.locator('[data-f="who"]')).to_have_text(re.compile(r"^since \d\d:\d\d:\d\d$"))
    await admin.close()
    again = await context.new_page()
    await again.goto(f"{centre.url}/desk")
    await expect(gone).to_have_count(0, timeout=15_000)
    await shows(again, "available")
    await board.close()
    return again


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
