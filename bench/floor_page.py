"""From a supervisor's button to sound: the floor's page in Chromium, on a whole demo with a real Asterisk.

A page notes when its button was pressed, when the portal had answered, when its phone was rung and had answered, when
the way of the sound was found and secured, and the first 10 ms in which the tone that is waited for comes out: at the
supervisor's page for *listen*, at the agent's page for *whisper* and *barge*.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import Browser, Page, expect

from bench.demo import CONTACT_HZ, MICROPHONE_HZ, SOON_MS, available, browsing, called, outside, running, signed_in
from bench.machine import pressure
from bench.run import Run
from telephony.asterisk.phones import AsteriskPhones

GOAL_MS = 300
STAGES = ("told", "rings", "answered", "reached", "secured", "heard")
"""The portal has answered; the page's phone is rung, has answered, has found the sound's way, has its keys; sound."""
_KEYS = {"listen": "l", "whisper": "w", "barge": "b"}
_STAGES = Path(__file__).with_suffix(".js")
Act = dict[str, float]


async def run(given: Run) -> None:
    """Print a line for each act: its median, its longest, and the medians of its stages."""
    async with running(given) as demo, browsing(given.folder / "tone.wav") as browser, outside(given, demo) as phones:
        found = await _conversation(given, demo, phones, browser)
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
    desk = await signed_in(browser, demo, account["agent"], _STAGES)
    await available(desk)
    floor = await signed_in(browser, demo, supervisor["email"], _STAGES)
    await floor.goto(f"{demo['url']}/floor")
    await expect(floor.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=SOON_MS)
    client = next(each for each in demo["tenants"] if each["code"] in account["clients"])
    await called(phones, desk, client["numbers"][0])
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
    tone = CONTACT_HZ if way == "listen" else MICROPHONE_HZ
    await floor.locator('[data-part=agents] [data-show="talking"]').focus()
    await floor.keyboard.press(_KEYS[way])
    await expect(floor.locator("#ask")).to_be_visible()
    await floor.keyboard.type("How long until it is heard?")
    await ear.evaluate("clearStages()")
    await floor.keyboard.press("Enter")
    heard = await _noted(ear, f"heard{tone}")
    pressed = floor.locator(f'[data-part=mine] [data-way="{way}"]')
    await expect(pressed).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
    noted = await floor.evaluate("({...stages})")
    noted["heard"] = heard
    await asyncio.sleep(0.3)
    return {stage: noted[stage] - noted["pressed"] for stage in STAGES if stage in noted}


async def _noted(page: Page, name: str) -> float:
    async with asyncio.timeout(SOON_MS / 1000):
        while not (at := await page.evaluate(f"stages.{name} ?? 0")):  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.1)
    return float(at)


async def _let_go(floor: Page) -> None:
    mine = floor.locator("[data-part=mine]")
    if await mine.is_visible():
        await mine.locator("[data-part=release]").click()
        await expect(mine).to_be_hidden(timeout=SOON_MS)
    await expect(floor.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=SOON_MS)
    await asyncio.sleep(0.3)
