"""From the desk, by keyboard, on the real engine: who hears whom after each step when others come into a call."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.demo.desk_user import DeskUser
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones, RegisteredPhone
from tests.story.centre import Centre
from tests.story.desks import (
    AGENT,
    CALLER,
    MUSIC,
    SECOND,
    apply_centre,
    call_in,
    document,
    finish,
    hear,
    served_by,
    shows,
    sit_down,
)
from tests.story.turn import paths, turn_server

pytestmark = pytest.mark.timeout(300)

COLLEAGUE, OUTSIDE = 1300, 1700


async def test_others_in_a_call_by_keyboard(
    centre: Centre, phones: AsteriskPhones, browser: Browser, tmp_path: Path
) -> None:
    """The browser may use nothing but a TURN server: all its sound goes through it."""
    apply_centre(centre, {"address: 127.0.0.2}": f'address: "127.0.0.2:{phones.process.sip_port}"}}'})
    async with turn_server(tmp_path) as ice:
        await _others_come_in(centre, phones, await sit_down(browser, centre, ice=ice))


async def _others_come_in(centre: Centre, phones: AsteriskPhones, desk: Page) -> None:
    call = await call_in(phones, desk, served_by(centre)["numbers"][0], "+8613700000002")
    await desk.keyboard.press("Alt+a")
    await shows(desk, "talking")
    colleague = await _Colleague.sits_down(centre, phones)
    try:
        theirs = await _asked_first(desk, call, colleague)
        await _given_back(desk, call, colleague, theirs)
        assert await paths(desk) == {"used": ["relay"], "offered": ["relay"]}
        await _handed_on(desk, call, colleague, phones)
    finally:
        await colleague.user.close()


class _Colleague:
    """The other free agent, with a SIP phone of its own."""

    def __init__(self, user: DeskUser, phone: RegisteredPhone) -> None:
        self.user, self.phone = user, phone

    @classmethod
    async def sits_down(cls, centre: Centre, phones: AsteriskPhones) -> _Colleague:
        account = centre.account(last=True)
        phone = await phones.register(account["user"], account["password"])
        made = cls(DeskUser(centre.url, account["agent"], centre.facts["password"]), phone)
        await made.user.sign_in()
        await made.user.press("state", state="available")
        return made

    async def answers(self) -> Line:
        line = await self.phone.incoming(15 * SECOND)
        await line.answer()
        await line.play(COLLEAGUE)
        return line

    async def gives_back(self, to: str) -> None:
        """Hand the contact to the agent of this name without asking, and be ready again."""
        interaction = (await self.user.interaction())["id"]
        agents = (await self.user.ask(f"directory?interaction={interaction}"))["agents"]
        target = next(each["target"] for each in agents if each["name"] == to)
        assert await self.user.press("call", act="transfer", interaction=interaction, kind="agent", agent=target)
        assert await self.user.press("wrap-up/end", interaction=interaction)


async def _asked_first(desk: Page, call: Line, colleague: _Colleague) -> Line:
    """Consult, swap there and back, all together, and hand over."""
    guest = desk.locator("[data-part=guests] li")
    await _calls(desk, "主任F", "Enter")
    theirs = await colleague.answers()
    await expect(guest).to_have_attribute("data-party", "aside")
    await hear(desk, {COLLEAGUE}, (call, {MUSIC}), (theirs, {AGENT}))
    await desk.keyboard.press("x")
    await hear(desk, {CALLER}, (call, {AGENT}), (theirs, set()))
    await desk.keyboard.press("x")
    await hear(desk, {COLLEAGUE}, (call, {MUSIC}), (theirs, {AGENT}))
    await desk.keyboard.press("j")
    await expect(guest).to_have_attribute("data-party", "joined")
    await hear(desk, {CALLER, COLLEAGUE}, (call, {AGENT, COLLEAGUE}), (theirs, {AGENT, CALLER}))
    await desk.keyboard.press("d")
    await theirs.ended(10 * SECOND)
    await expect(guest).to_have_count(0)
    await _calls(desk, "主任F", "Enter")
    theirs = await colleague.answers()
    await expect(guest).to_have_attribute("data-party", "aside")
    await desk.keyboard.press("c")
    await shows(desk, "wrapping_up")
    await finish(desk)
    await hear(None, set(), (call, {COLLEAGUE}), (theirs, {CALLER}))
    return theirs


async def _given_back(desk: Page, call: Line, colleague: _Colleague, theirs: Line) -> None:
    """The colleague's blind transfer rings at this desk as any call does."""
    await colleague.gives_back("主任E")
    await theirs.ended(10 * SECOND)
    await expect(desk.locator("[data-act=answer]")).to_be_visible()
    await desk.keyboard.press("Alt+a")
    await shows(desk, "talking")
    await hear(desk, {CALLER}, (call, {AGENT}))


async def _handed_on(desk: Page, call: Line, colleague: _Colleague, phones: AsteriskPhones) -> None:
    """Given away without asking: to the agent, to a queue, to a number."""
    await _calls(desk, "主任F", "Control+Enter")
    theirs = await colleague.answers()
    await shows(desk, "wrapping_up")
    await finish(desk)
    await hear(None, set(), (call, {COLLEAGUE}), (theirs, {CALLER}))
    await _given_back(desk, call, colleague, theirs)
    await _calls(desk, "賬戶", "Enter")
    theirs = await colleague.answers()
    await shows(desk, "wrapping_up")
    await finish(desk)
    await hear(None, set(), (call, {COLLEAGUE}), (theirs, {CALLER}))
    await _given_back(desk, call, colleague, theirs)
    person = await phones.outside("+85221800000")
    await _calls(desk, "+852 2180 0000", "Control+Enter")
    outside = await person.incoming(15 * SECOND)
    await outside.answer()
    await outside.play(OUTSIDE)
    await shows(desk, "wrapping_up")
    await hear(None, set(), (call, {OUTSIDE}), (outside, {CALLER}))
    await call.hang_up()
    await outside.ended(10 * SECOND)
    await finish(desk)
    assert (await document(desk))["interaction"] is None


async def _calls(desk: Page, name: str, keys: str) -> None:
    """Open the directory by its key, type who, and press what is to be done."""
    await desk.keyboard.press("t")
    await expect(desk.locator("#target-list li").first).to_be_visible()
    await desk.keyboard.type(name)
    await expect(desk.locator("#target-list [aria-selected=true]")).to_contain_text(name)
    await desk.keyboard.press(keys)
    await expect(desk.locator("#targets")).to_be_hidden()
