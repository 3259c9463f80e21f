"""A whole demo with a real Asterisk and without its traffic, for benches that press a person's own buttons."""

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
from typing import Any

import numpy as np
from playwright.async_api import Browser, Page, async_playwright, expect

from bench.centre import HOME
from bench.children import ROOT
from bench.run import Run
from kit.embedded.child import dies_with_parent
from kit.embedded.machine import free_port
from kit.settings import child_environment
from telephony.asterisk.phones import AsteriskPhones

CONTACT_HZ, MICROPHONE_HZ = 440, 1300
SOON_MS = 20_000
_READY_WITHIN_S = 180
_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip


@asynccontextmanager
async def running(given: Run) -> AsyncIterator[dict[str, Any]]:
    """Start a demo, wait until it is ready, yield what it says of itself (``demo.json``), and stop it."""
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


@asynccontextmanager
async def browsing(tone: Path) -> AsyncIterator[Browser]:
    """Run a Chromium whose microphone hears a tone, which is written to this file."""
    moments = np.arange(48_000 * 30) / 48_000
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((12_000 * np.sin(2 * np.pi * MICROPHONE_HZ * moments)).astype("<i2").tobytes())
    async with async_playwright() as playwright:
        microphone = f"--use-file-for-fake-audio-capture={tone}"
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*_CHROMIUM, microphone])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def outside(given: Run, demo: dict[str, Any]) -> AsyncIterator[AsteriskPhones]:
    """Run the phones of contacts, who call the demo by SIP."""
    host, _, port = demo["sip"].partition(":")
    phones = AsteriskPhones(HOME, given.folder / "outside", target=(host, int(port)))
    await phones.start()
    try:
        yield phones
    finally:
        await phones.close()


async def signed_in(browser: Browser, demo: dict[str, Any], email: str, script: Path | None = None) -> Page:
    """Sign somebody of the demo in, in a context of its own; ``script`` runs first on each of its pages."""
    context = await browser.new_context(locale="en", permissions=["microphone"])
    if script is not None:
        await context.add_init_script(path=script)
    page = await context.new_page()
    await page.goto(f"{demo['url']}/sign-in")
    await page.fill("input[name=email]", email)
    await page.fill("input[name=password]", demo["password"])
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_load_state()
    return page


async def available(desk: Page) -> None:
    """Let an agent be ready for calls."""
    await desk.click("[data-state-to=available]")
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "available", timeout=SOON_MS)


async def called(phones: AsteriskPhones, desk: Page, number: str) -> None:
    """Call, press a key whenever a menu may listen, until the desk rings and answers."""
    call = await phones.dial(number, "+8613700000002")
    await call.answered(timedelta(seconds=10))
    await call.play(CONTACT_HZ)
    answer = desk.locator("[data-act=answer]")
    for _ in range(12):
        await call.press("1")
        with contextlib.suppress(AssertionError):
            await expect(answer).to_be_visible(timeout=2500)
            break
    await answer.click()
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", "talking", timeout=SOON_MS)
