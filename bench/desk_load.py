"""What the view of an agent's desk costs its agent: bytes and processor time, with the recorder and without.

One conversation of a whole demo, its agent's desk in Chromium. The client switches the view off and on between the
measured stretches, as it may: without the recorder, kept, and kept while somebody of the client watches. Each round has
all three in an order of its own, talking (nothing is touched, two timers tick) and typing into the note with the mouse
moved. Bytes are those of the desk's own socket of the view, as they leave the page (compressed).
"""

from __future__ import annotations

import asyncio
import base64
import random
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.async_api import CDPSession, Page, expect

from app.demo.place import KEYS, Place
from bench.children import ROOT
from bench.demo import SOON_MS, available, browsing, called, outside, running, signed_in
from bench.machine import pressure
from bench.run import Run
from bench.viewer import spent
from kit.settings import child_environment

WAYS = ("without", "kept", "watched")
ACTS = ("talking", "typing")
_AGREED = """
  desktop: {view: live_and_stored, viewers: [client_manager], consent: true, told: true}
"""
_SWITCH = """async (off) => {
  const said = new URLSearchParams({ csrf_token: document.querySelector('meta[name=csrf-token]').content });
  if (off) said.set('everything', '1');
  const answer = await fetch('/settings/desks', { method: 'POST', body: said });
  if (!answer.ok) throw new Error(String(answer.status));
}"""
_TYPED = "The contact asks why the parcel is late and wants it sent to another address. "
_KEY_MS = 120


@dataclass(frozen=True, slots=True)
class Cost:
    """What a stretch of time cost: bytes a second, and milliseconds of the processor a minute."""

    bytes_s: float
    script: float
    page: float


async def run(given: Run) -> None:
    """Print a line for each act, its three ways beside each other."""
    async with running(given) as demo, browsing(given.folder / "tone.wav") as browser, outside(given, demo) as phones:
        account = next(each for each in demo["sip_accounts"] if not each["scripted"])
        client = next(each for each in demo["tenants"] if each["code"] in account["clients"])
        await _agreed(given, demo, client["code"])
        manager = await signed_in(browser, demo, _manager_of(demo, client))
        page = await signed_in(browser, demo, account["agent"])
        desk = await Desk.of(page, manager, demo["url"])
        await desk.agrees(client["code"])
        await available(page)
        idle = await desk.costs("idle", given.count(20, 2))
        await called(phones, page, client["numbers"][0])
        await desk.found()
        given.say("a contact talks to the agent")
        joined = await desk.joined()
        found = await _rounds(given, desk)
    given.tell(
        f"V1  idle     {idle.bytes_s:.0f} B/s, the page's process {idle.page:.0f} ms a minute; nothing is recorded"
    )
    for number, act in enumerate(ACTS, 2):
        _tell(given, f"V{number}  {act:<8}", {way: found[act, way] for way in WAYS})
    given.tell(f"V4  join     {joined / 1000:.1f} kB until a watcher who comes sees the whole desk | {pressure()}")


def _tell(given: Run, name: str, found: dict[str, list[Cost]]) -> None:
    def of(what: str) -> str:
        return ", ".join(f"{way} {_middle([getattr(cost, what) for cost in costs])}" for way, costs in found.items())

    more = [(one.page - none.page) / 600 for one, none in zip(found["kept"], found["without"], strict=True)]
    given.tell(
        f"{name} B/s: {of('bytes_s')}; script, ms a minute: {of('script')}; processor of the page's process, ms a"
        f" minute: {of('page')}; kept costs {_middle(more, 2)} % of a core more"
    )


def _middle(values: list[float], digits: int = 0) -> str:
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), median(values), max(values)))
    return f"{middle} ({low} to {high})"


async def _rounds(given: Run, desk: Desk) -> dict[tuple[str, str], list[Cost]]:
    dice, found = random.Random(5), defaultdict[tuple[str, str], list[Cost]](list)
    seconds = given.count(20, 3)
    for number in range(given.rounds):
        for way in dice.sample(WAYS, len(WAYS)):
            await desk.stands(way)
            for act in ACTS:
                found[act, way].append(await desk.costs(act, seconds))
        given.say(f"round {number + 1} of {given.rounds}")
    return found


class Desk:
    """An agent's desk in a browser, the client who may see it, and what its socket of the view sent."""

    def __init__(self, page: Page, manager: Page, url: str) -> None:
        self._page, self._manager, self._url, self._seat = page, manager, url, ""
        self._sent: list[int] = []
        self._views: set[str] = set()
        self._session: CDPSession | None = None

    @classmethod
    async def of(cls, page: Page, manager: Page, url: str) -> Desk:
        """Begin to listen to the browser."""
        made = cls(page, manager, url)
        made._session = session = await page.context.new_cdp_session(page)
        session.on("Network.webSocketCreated", made._opened)
        session.on("Network.webSocketFrameSent", made._left)
        await session.send("Network.enable")
        await session.send("Performance.enable")
        return made

    def _opened(self, told: dict[str, Any]) -> None:
        if "/desk/view" in told["url"]:
            self._views.add(told["requestId"])

    def _left(self, told: dict[str, Any]) -> None:
        if told["requestId"] in self._views:
            frame = told["response"]
            data = frame["payloadData"]
            self._sent.append(len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data.encode()))

    async def agrees(self, code: str) -> None:
        """Let the agent say yes, as each is asked before the shift."""
        await self._page.goto(f"{self._url}/desk/check")
        yes = self._page.locator(f'[data-client="{code}"] [data-given=true]')
        await yes.click()
        await expect(yes).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
        await self._page.goto(f"{self._url}/desk")

    async def found(self) -> None:
        """Look on the client's board which of its seats talks."""
        await self._manager.goto(f"{self._url}/live")
        talking = self._manager.locator(".seat[data-show=talking]")
        await expect(talking).to_have_count(1, timeout=SOON_MS)
        self._seat = str(await talking.get_attribute("data-seat"))

    async def stands(self, way: str) -> None:
        """Let the view be off, kept, or kept and watched."""
        watching = f"{self._url}/live/seats/{self._seat}/desktop"
        await self._manager.goto(watching if way == "watched" else f"{self._url}/settings/desks")
        await self._manager.evaluate(_SWITCH, way == "without")
        badge = self._page.locator("[data-part=viewed]")
        if way == "without":
            await expect(badge).to_be_hidden(timeout=SOON_MS)
        else:
            await expect(badge).to_be_visible(timeout=SOON_MS)
        if way == "watched":
            await self._manager.locator('#desktop[data-state="live"]').wait_for(timeout=SOON_MS)
        await asyncio.sleep(2)  # the whole picture of the beginning is not what a second costs

    async def joined(self) -> int:
        """Return the bytes that leave the desk for somebody who comes."""
        await self.stands("kept")
        self._sent.clear()
        await self.stands("watched")
        return max(self._sent)

    async def costs(self, act: str, seconds: float) -> Cost:
        """Do this for so long and return what it cost."""
        if self._session is None:
            raise RuntimeError("nobody listens to the browser")
        if act == "typing":
            await self._page.fill("#note", "")
            await self._page.focus("#note")
        self._sent.clear()
        before, began = await spent(self._session), time.monotonic()
        if act == "typing":
            await self._types(began + seconds)
        else:
            await asyncio.sleep(seconds)
        after, took = await spent(self._session), time.monotonic() - began
        script, page = ((after[name] - before[name]) * 60_000 / took for name in ("ScriptDuration", "ProcessTime"))
        return Cost(sum(self._sent) / took, script, page)

    async def _types(self, until: float) -> None:
        number = 0
        while (at := time.monotonic()) < until:
            await self._page.keyboard.type(_TYPED[number % len(_TYPED)])
            if number % 8 == 0:
                await self._page.mouse.move(200 + number % 400, 300 + number % 200)
            number += 1
            await asyncio.sleep(max(0.0, _KEY_MS / 1000 - (time.monotonic() - at)))


def _manager_of(demo: dict[str, Any], client: dict[str, Any]) -> str:
    people = (each for each in demo["users"] if each["role"] == "client_manager")
    return next(str(each["email"]) for each in people if each["client"] == client["name"])


async def _agreed(given: Run, demo: dict[str, Any], code: str) -> None:
    """Apply the client's own file with a contract that lets it see desks."""
    own = (ROOT / "examples" / f"{code}.yaml").read_text(encoding="utf-8")
    file = given.folder / f"{code}.yaml"
    file.write_text(own.replace("\ncontract:\n", f"\ncontract:{_AGREED}", 1), encoding="utf-8")
    command = [sys.executable, "-m", "app.cli", "tenants", "apply", str(file), "--why", "the view of desks is agreed"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=child_environment({**demo["environment"], **_keys(demo)}),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"the contract was not applied:\n{told.decode()[-2000:]}")


def _keys(demo: dict[str, Any]) -> dict[str, str]:
    """Return what the demo tells no script: its installation's own keys, from its folder."""
    kept = Place(Path(demo["folder"])).secrets()
    return {f"GF_{name.upper()}": kept[name] for name in KEYS}
