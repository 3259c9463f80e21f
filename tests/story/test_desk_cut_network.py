"""A desk whose network is cut, on the real engine: in a call, and while it rings. Nobody is stuck, no page reloaded."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from app.demo.desk_user import DeskUser
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones
from tests.story.centre import Centre
from tests.story.desks import (
    AGENT,
    CALLER,
    MUSIC,
    call_in,
    colleague_on_a_break,
    document,
    finish,
    hear,
    served_by,
    shows,
    sit_down,
)
from tests.story.wire import network, wire_to

pytestmark = pytest.mark.timeout(300)

Cut = Callable[[], AbstractContextManager[None]]
"""Cuts the network until the block is left."""
GIVEN_UP_WITHIN_S = 60.0
"""The engine gives a silent browser up after 20 seconds; this machine is busy."""


async def test_a_cut_network(centre: Centre, phones: AsteriskPhones, browser: Browser, tmp_path: Path) -> None:
    portal, engine = urlsplit(centre.url), urlsplit(centre.facts["phone_ws"])
    colleague = await colleague_on_a_break(centre, phones, last=True)
    behind = DeskUser(centre.url, centre.account()["agent"], centre.facts["password"])
    await behind.sign_in()
    async with wire_to("127.0.0.1", portal.port or 0) as pages, wire_to("127.0.0.1", engine.port or 0) as sip:
        desk = await sit_down(
            browser, centre, url=f"http://127.0.0.1:{pages.port}", phone_url=f"ws://127.0.0.1:{sip.port}/ws"
        )
        cut = partial(network, tmp_path / "microphone.wav", pages, sip)
        await desk.evaluate("window.stayed = true")
        call = await call_in(phones, desk, served_by(centre)["numbers"][0], "+8613700000005")
        began = (await document(desk))["interaction"]["id"]
        await _microphone_denied(desk)
        await _answered(desk, call)
        await _cut_in_the_call(desk, call, behind, cut)
        await expect(desk.locator("[data-act=answer]")).to_be_visible(timeout=15_000)
        await _cut_while_it_rings(desk, call, behind, cut)
        await expect(desk.locator("[data-act=answer]")).to_be_visible(timeout=60_000)
        await _answered(desk, call)
        assert (await document(desk))["interaction"]["id"] == began, "the contact kept its place each time"
        assert await desk.evaluate("window.stayed"), "nothing was reloaded"
        await call.hang_up()
        await finish(desk)
    for each in (colleague, behind):
        await each.close()


async def _answered(desk: Page, call: Line) -> None:
    await desk.keyboard.press("Alt+a")
    await shows(desk, "talking")
    await hear(desk, {CALLER}, (call, {AGENT}))


async def _cut_in_the_call(desk: Page, call: Line, behind: DeskUser, cut: Cut) -> None:
    """The desk says so; the engine gives the silent browser up, and the contact waits again where it was."""
    trouble, page = desk.locator("[data-part=trouble]"), desk.locator("#desk")
    with cut():
        await expect(trouble).to_be_visible(timeout=20_000)
        await expect(page).to_have_attribute("data-feed", "disconnected", timeout=30_000)
        await hear(None, set(), (call, {MUSIC}), within_s=GIVEN_UP_WITHIN_S)
        assert (await behind.ask("document"))["state"] == "wrapping_up"
    await expect(page).to_have_attribute("data-feed", "live", timeout=30_000)
    await expect(desk.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=30_000)
    await shows(desk, "wrapping_up")
    await expect(trouble).to_be_hidden()
    await desk.locator("[data-part=dispositions] label").first.click()
    await desk.locator("[data-act=wrap-up-end]").click()


async def _cut_while_it_rings(desk: Page, call: Line, behind: DeskUser, cut: Cut) -> None:
    """It is the phone that is gone, not the agent who does not answer: so it comes back by itself."""
    deadline = time.monotonic() + GIVEN_UP_WITHIN_S
    with cut():
        while (shown := await behind.ask("document"))["reason"] != "phone_down":
            assert shown["reason"] in {None, "not_responding", "phone_silent"}
            assert time.monotonic() < deadline
            await hear(None, set(), (call, {MUSIC}))
        assert shown["state"] == "on_break"
    await expect(desk.locator("#desk")).to_have_attribute("data-feed", "live", timeout=30_000)


async def _microphone_denied(desk: Page) -> None:
    """A refusal leaves the call ringing, and says what to do."""
    await desk.evaluate(
        "window.asks = navigator.mediaDevices.getUserMedia;"
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); }; 0"
    )
    await desk.keyboard.press("Alt+a")
    await expect(desk.locator("[data-part=trouble]")).to_be_visible()
    await shows(desk, "offered")
    await desk.evaluate("navigator.mediaDevices.getUserMedia = window.asks; 0")
