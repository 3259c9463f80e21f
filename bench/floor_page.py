"""From a supervisor's button to sound: the floor's page in Chromium, on a whole demo with a real Asterisk.

A page notes when its button was pressed, when the portal had answered, when its phone was rung and had answered, when
the way of the sound was found and secured, and the first 10 ms in which the tone that is waited for comes out: at the
supervisor's page for *listen*, at the agent's page for *whisper* and *barge*.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.async_api import Browser, Page, async_playwright, expect

from bench.centre import HOME
from bench.children import ROOT
from bench.machine import pressure
from bench.run import Run
from kit.embedded.child import dies_with_parent
from kit.embedded.machine import free_port
from kit.settings import child_environment
from telephony.asterisk.phones import AsteriskPhones

GOAL_MS = 300
STAGES = ("told", "rings", "answered", "reached", "secured", "heard")
"""The portal has answered; the page's phone is rung, has answered, has found the sound's way, has its keys; sound."""
_KEYS = {"listen": "l", "whisper": "w", "barge": "b"}
_CONTACT, _SUPERVISOR = 440, 1300
_SOON_MS = 20_000
_READY_WITHIN_S = 180
_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
Act = dict[str, float]


async def run(given: Run) -> None:
    """Print a line for each act: its median, its longest, and the medians of its stages."""
    async with _demo(given) as demo, _browser(given.folder / "tone.wav") as browser:
        host, _, port = demo["sip"].partition(":")
        phones = AsteriskPhones(HOME, given.folder / "outside", target=(host, int(port)))
        await phones.start()
        try:
            found = await _conversation(given, demo, phones, browser)
        finally:
            await phones.close()
    given.tell(f"  measured at {pressure().partition(':')[2].strip()}")
    for name, acts in found.items():
        _tell(given, name, acts)


def _tell(given: Run, name: str, acts: list[Act]) -> None:
    whole = [act["heard"] for act in acts]
    verdict = "reached" if median(whole) < GOAL_MS else "MISSED"
    parts = [f"{stage} {median(act[stage] for act in acts):.0f}" for stage in STAGES if all(stage in a for a in acts)]
    given.tell(
        f"  {name:<16} heard {median(whole):.0f} ms after the button, longest {max(whole):.0f} of {len(whole)};"
        f" target {GOAL_MS} ms {verdict} ({', '.join(parts)})"
    )


async def _conversation(
    given: Run, demo: dict[str, Any], phones: AsteriskPhones, browser: Browser
) -> dict[str, list[Act]]:
    account = next(each for each in demo["sip_accounts"] if not each["scripted"])
    supervisor = next(user for user in demo["users"] if user["role"] == "supervisor")
    desk = await _signed_in(browser, demo, account["agent"])
    await desk.click("[data-state-to=available]")
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "available", timeout=_SOON_MS)
    floor = await _signed_in(browser, demo, supervisor["email"])
    await floor.goto(f"{demo['url']}/floor")
    await expect(floor.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=_SOON_MS)
    client = next(each for each in demo["tenants"] if each["code"] in account["clients"])
    await _called(phones, desk, client["numbers"][0])
    given.say("a contact talks to an agent; the supervisor begins")
    found: dict[str, list[Act]] = {}
    for _ in range(given.count(10, 2)):
        for name, way, ear in _acts(floor, desk):
            if name.endswith("anew"):
                await _let_go(floor)
            told = await _act(floor, way, ear)
            if name:
                found.setdefault(name, []).append(told)
    return found


def _acts(floor: Page, desk: Page) -> list[tuple[str, str, Page]]:
    """Return what is measured in one round: beginnings, which ring, and changes, which need not."""
    return [
        ("listen, anew", "listen", floor), ("whisper, change", "whisper", desk), ("", "listen", floor),
        ("barge, change", "barge", desk), ("whisper, anew", "whisper", desk), ("barge, anew", "barge", desk),
    ]  # fmt: skip


async def _act(floor: Page, way: str, ear: Page) -> Act:
    """Press, wait for the sound, and return ms after the press by stage."""
    tone = _CONTACT if way == "listen" else _SUPERVISOR
    await floor.locator('[data-part=agents] [data-show="talking"]').focus()
    await floor.keyboard.press(_KEYS[way])
    await expect(floor.locator("#ask")).to_be_visible()
    await floor.keyboard.type("How long until it is heard?")
    await ear.evaluate("clearStages()")
    await floor.keyboard.press("Enter")
    heard = await _noted(ear, f"heard{tone}")
    pressed = floor.locator(f'[data-part=mine] [data-way="{way}"]')
    await expect(pressed).to_have_attribute("aria-pressed", "true", timeout=_SOON_MS)
    noted = await floor.evaluate("({...stages})")
    noted["heard"] = heard
    await asyncio.sleep(0.3)
    return {stage: noted[stage] - noted["pressed"] for stage in STAGES if stage in noted}


async def _noted(page: Page, name: str) -> float:
    async with asyncio.timeout(_SOON_MS / 1000):
        while not (at := await page.evaluate(f"stages.{name} ?? 0")):  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.1)
    return float(at)


async def _let_go(floor: Page) -> None:
    mine = floor.locator("[data-part=mine]")
    if await mine.is_visible():
        await mine.locator("[data-part=release]").click()
        await expect(mine).to_be_hidden(timeout=_SOON_MS)
    await expect(floor.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=_SOON_MS)
    await asyncio.sleep(0.3)


async def _called(phones: AsteriskPhones, desk: Page, number: str) -> None:
    """Call, press a key whenever a menu may listen, until the desk rings and answers."""
    call = await phones.dial(number, "+8613700000002")
    await call.answered(timedelta(seconds=10))
    await call.play(_CONTACT)
    answer = desk.locator("[data-act=answer]")
    for _ in range(12):
        await call.press("1")
        with contextlib.suppress(AssertionError):
            await expect(answer).to_be_visible(timeout=2500)
            break
    await answer.click()
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "talking", timeout=_SOON_MS)


async def _signed_in(browser: Browser, demo: dict[str, Any], email: str) -> Page:
    context = await browser.new_context(locale="en", permissions=["microphone"])
    await context.add_init_script(path=Path(__file__).with_suffix(".js"))
    page = await context.new_page()
    await page.goto(f"{demo['url']}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", demo["password"])
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_load_state()
    return page


# -------------------------------------------------------------------------------------------------------- surroundings


@asynccontextmanager
async def _browser(tone: Path) -> AsyncIterator[Browser]:
    moments = np.arange(48_000 * 30) / 48_000
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((12_000 * np.sin(2 * np.pi * _SUPERVISOR * moments)).astype("<i2").tobytes())
    async with async_playwright() as playwright:
        microphone = f"--use-file-for-fake-audio-capture={tone}"
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*_CHROMIUM, microphone])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def _demo(given: Run) -> AsyncIterator[dict[str, Any]]:
    """Start a demo without its traffic, wait until it is ready, and stop it."""
    folder, output = given.folder / "demo", given.folder / "demo.out"
    command = [sys.executable, "-m", "app.cli", "demo", "--no-traffic", "--folder", str(folder)]
    command = dies_with_parent([*command, "--port", str(free_port())], signal.SIGINT)
    environment = child_environment({"GLASSFLOOR_PHONE_ENGINE": str(HOME), "PYTHONUNBUFFERED": "1"})
    given.say("a demo starts")
    with output.open("w") as file:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        await _ready(process, output)
        told: dict[str, Any] = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
        yield told
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 60)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


async def _ready(process: asyncio.subprocess.Process, output: Path) -> None:
    give_up_at = time.monotonic() + _READY_WITHIN_S
    while "\nready: " not in (said := _read(output)):
        if process.returncode is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"the demo did not start:\n{said[-2000:]}")
        await asyncio.sleep(0.2)
