"""One call through the whole house, with every part real.

A contact calls the client's number from a carrier over SIP, hears the menu, presses a key, waits; an agent answers in a
browser over WebRTC and both hear each other; the client watches it live in its own browser; what the agent cannot solve
goes to the client's system as a signed work order and comes back solved; and the journal of all this verifies.
"""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from playwright.async_api import Browser, Page, expect

from kit.settings import child_environment
from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import chromium, hears, sign_in, write_tone
from tests.story.centre import ENGINE_HOME, ROOT, Centre, running_demo

pytestmark = pytest.mark.timeout(240)

SECOND = timedelta(seconds=1)
CALLER, AGENT = 440, 1000
CLEAR_MICROPHONE = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => ask({audio: {echoCancellation: false, noiseSuppression: false,
                                                         autoGainControl: false}});
"""


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with running_demo(tmp_path / "demo", "--no-traffic") as running:
        yield running


@pytest.fixture
async def phones(centre: Centre, tmp_path: Path) -> AsyncIterator[AsteriskPhones]:
    host, _, port = centre.facts["sip"].partition(":")
    made = AsteriskPhones(ENGINE_HOME, tmp_path / "outside", target=(host, int(port)))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    write_tone(tmp_path / "microphone.wav", AGENT)
    async with chromium(tmp_path / "microphone.wav") as made:
        yield made


async def test_one_call_through_the_whole_house(
    centre: Centre, phones: AsteriskPhones, browser: Browser, tmp_path: Path
) -> None:
    desk = await _desk(browser, centre)
    board = await _board(browser, centre)
    tenant = _served_by(centre)
    call = await phones.dial(tenant["numbers"][0], "+8613812345678")
    await call.answered(10 * SECOND)
    await call.play(CALLER)
    answer = desk.locator("[data-act=answer]")
    for _ in range(8):  # a key in the menu, whenever the menu listens
        await call.press("1")
        if await _visible_within(answer, 2500):
            break
    await expect(answer).to_be_visible()
    await expect(desk.locator("[data-part=who]")).to_contain_text("****5678")
    assert "13812345678" not in await desk.content()
    await answer.click()
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "talking", timeout=10_000)
    await expect(board.locator('[data-seat] >> text="+86 138****5678"').first).to_be_visible(timeout=5000)
    assert CALLER in await hears(desk)
    assert AGENT in await call.hears(2 * SECOND)
    await call.hang_up()
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "wrapping_up", timeout=10_000)
    await _escalate(desk)
    await _finish(desk)
    await expect(desk.locator("[data-part=orders]")).to_contain_text("Meter", timeout=10_000)
    await expect(desk.locator("[data-part=news]")).to_be_visible(timeout=60_000)  # resolved by the client's system
    await _recording_has_both_voices(centre, tenant["api_key"])
    await _journal_is_whole(centre, tenant["code"])
    await board.screenshot(path=tmp_path / "board.png", full_page=True)


def _served_by(centre: Centre) -> dict[str, object]:
    """The client whose calls the free agent's seat serves."""
    account = centre.account()
    return next(t for t in centre.facts["tenants"] if t["code"] in account["clients"])


async def _desk(browser: Browser, centre: Centre) -> Page:
    context = await browser.new_context(locale="en", permissions=["microphone"])
    await context.add_init_script(CLEAR_MICROPHONE)
    page = await context.new_page()
    await sign_in(page, centre.url, centre.account()["agent"], centre.facts["password"])
    await expect(page.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=15_000)
    await page.click("[data-state-to=available]")
    await expect(page.locator("[data-part=bar]")).to_have_attribute("data-show", "available", timeout=10_000)
    return page


async def _board(browser: Browser, centre: Centre) -> Page:
    page = await (await browser.new_context(locale="en", viewport={"width": 1440, "height": 900})).new_page()
    tenant = _served_by(centre)
    manager = centre.user("client_manager", str(tenant["name"]))
    await sign_in(page, centre.url, manager["email"], manager["password"])
    await expect(page.locator("#board")).to_be_visible()
    return page


async def _visible_within(locator: object, ms: int) -> bool:
    try:
        await expect(locator).to_be_visible(timeout=ms)  # type: ignore[call-overload]
    except AssertionError:
        return False
    return True


async def _escalate(desk: Page) -> None:
    await desk.click("[data-act=escalate]")
    dialog = desk.locator("dialog[open]")
    await dialog.locator("[name=title]").fill("Meter reading looks wrong")
    await dialog.locator("[name=description]").fill("The contact asks for a second reading.")
    await dialog.locator("button[type=submit], button.btn-accent").first.click()
    await expect(dialog).to_be_hidden(timeout=10_000)


async def _finish(desk: Page) -> None:
    await desk.locator("[data-part=dispositions] label, [data-part=dispositions] button").first.click()
    await desk.locator("[data-act=wrap-up-end]").click()
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "available", timeout=10_000)


async def _recording_has_both_voices(centre: Centre, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(centre.url, headers=headers) as http:
        async with http.get("/v1/interactions") as answer:
            interaction = (await answer.json())["data"][0]
        async with http.get(f"/v1/interactions/{interaction['id']}/recording") as answer:
            assert answer.status == 200
            sound = await answer.read()
    with wave.open(BytesIO(sound)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    frequency = np.fft.rfftfreq(len(samples), 1 / rate)
    floor = np.median(spectrum)
    for hertz in (CALLER, AGENT):
        assert spectrum[np.abs(frequency - hertz) < 3].max() > 50 * floor


async def _journal_is_whole(centre: Centre, code: str) -> None:
    env = child_environment(centre.facts["environment"] | {"GF_CONTEXT_KEY": _context_key(centre)})
    command = [sys.executable, "-m", "app.cli", "journal", "verify", code]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: ASYNC221 - the story is over
    assert result.returncode == 0, result.stdout + result.stderr
    assert "whole" in result.stdout


def _context_key(centre: Centre) -> str:
    key: str = json.loads((centre.folder / "secrets.json").read_text())["context_key"]
    return key
