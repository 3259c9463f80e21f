"""What can go wrong at a desk in the middle of a call, on the real engine: each is seen, and the call goes on."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import hears
from tests.story.centre import Centre
from tests.story.desks import AGENT, CALLER, MUSIC, SECOND, call_in, document, served_by, shows, sit_down

pytestmark = pytest.mark.timeout(300)

REJOINED_WITHIN_S = 6.0
"""Three seconds on an idle machine; this one runs other tests beside."""
TAPPED = """
const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.streams = []; window.unplugged = false;
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (window.unplugged) throw new DOMException("none", "NotFoundError");
  const stream = await given(wanted);
  window.streams.push(stream);
  return stream;
};
"""


async def test_a_call_survives_what_happens_to_its_desk(
    centre: Centre, phones: AsteriskPhones, browser: Browser
) -> None:
    desk = await sit_down(browser, centre)
    await desk.context.add_init_script(TAPPED)
    call = await call_in(phones, desk, served_by(centre)["numbers"][0], "+8613700000001")
    await desk.locator("[data-act=answer]").click()
    await shows(desk, "talking")
    began = (await document(desk))["interaction"]["id"]
    await desk.fill("#note", "wants the parcel")
    await _reloaded(desk)
    assert (await document(desk))["interaction"]["id"] == began
    assert await desk.input_value("#note") == "wants the parcel"
    assert AGENT in await call.hears(2 * SECOND)
    await _held(desk, call)
    await _card_data(desk)
    await _microphone_pulled_out(desk, call)
    await _second_tab(desk)
    await _server_restarted(desk, centre)
    await _signed_out(desk)
    assert CALLER in await hears(desk, during_ms=1000)
    await call.hang_up()
    again = await sit_down(browser, centre)
    assert (await document(again))["today"]["handled"] >= 1


async def _reloaded(desk: Page) -> None:
    begin = time.monotonic()
    await desk.reload()
    await expect(desk.locator("[data-part=hint]")).not_to_be_empty(timeout=15_000)
    assert time.monotonic() - begin < REJOINED_WITHIN_S
    await expect(desk.locator("[data-part=trouble]")).to_be_hidden()
    await shows(desk, "talking")
    assert CALLER in await hears(desk, during_ms=1000)


async def _held(desk: Page, call: Line) -> None:
    await desk.locator("h1").click()
    await desk.keyboard.press("o")
    await expect(desk.locator("[data-part=chips] .tag-hold")).to_be_visible()
    assert await call.hears(SECOND) == {MUSIC}
    await desk.keyboard.press("o")
    await expect(desk.locator("[data-part=chips] .tag-hold")).to_be_hidden()
    assert AGENT in await call.hears(2 * SECOND)


async def _card_data(desk: Page) -> None:
    """The payment step of the queue's script pauses the recording, and leaving it goes on; help is asked for."""
    step, chips = desk.locator("[data-part=script] li[aria-current]"), desk.locator("[data-part=chips]")
    for key in (".", "."):
        await desk.keyboard.press(key)
    await expect(step.locator(".tag-warn")).to_be_visible()
    await expect(chips.locator(".tag-warn")).to_be_visible()
    assert (await document(desk))["interaction"]["talk"]["paused_at"] is not None
    await desk.keyboard.press(",")
    await expect(chips.locator(".tag-warn")).to_be_hidden()
    await desk.keyboard.press("Alt+p")
    await expect(desk.locator("[data-act=help]")).to_have_attribute("aria-pressed", "true")


async def _microphone_pulled_out(desk: Page, call: Line) -> None:
    trouble = desk.locator("[data-part=trouble]")
    await desk.evaluate(
        "window.unplugged = true; const [track] = window.streams.at(-1).getTracks();"
        " track.stop(); track.dispatchEvent(new Event('ended'))"
    )
    await expect(trouble).to_be_visible()
    await desk.evaluate("window.unplugged = false; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    await expect(trouble).to_be_hidden()
    assert AGENT in await call.hears(2 * SECOND)


async def _second_tab(desk: Page) -> None:
    other = await desk.context.new_page()
    await other.goto(desk.url)
    await other.locator("[data-part=take-phone]").click()
    await expect(other.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "busy_elsewhere")
    await other.close()


async def _server_restarted(desk: Page, centre: Centre) -> None:
    os.kill(_child(centre.process.pid, "app.start web"), signal.SIGKILL)
    await expect(desk.locator("#desk")).to_have_attribute("data-feed", "stale", timeout=15_000)
    await expect(desk.locator("#desk")).to_have_attribute("data-feed", "live", timeout=60_000)
    await shows(desk, "talking")
    assert CALLER in await hears(desk, during_ms=1000)


async def _signed_out(desk: Page) -> None:
    await desk.evaluate(
        "fetch('/sign-out', {method: 'POST', redirect: 'manual', headers: {'content-type':"
        " 'application/x-www-form-urlencoded'}, body: 'csrf_token=' +"
        " document.querySelector('meta[name=\"csrf-token\"]').content})"
    )
    await expect(desk.locator("[data-part=signed-out]")).to_be_visible(timeout=20_000)


def _child(parent: int, words: str) -> int:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                told = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(told[1]) == parent and words in line:
                found.append(int(entry.name))
    (only,) = found
    return only
