"""A supervisor at the floor's page, on the real engine: what it does by keyboard is heard by whom it shall be heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import numpy as np
import pytest
import soundfile
from playwright.async_api import Browser, Locator, Page, expect

from journal.core.facts import Fact
from portal.markers import marks
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import chromium, hears, sign_in, write_tone
from tests.story.centre import Centre
from tests.story.desks import AGENT, CALLER, SECOND, call_in, finish, served_by, shows, sit_down

pytestmark = pytest.mark.timeout(300)

SUPERVISOR, MUSIC = 1300, 697
SOON_MS = 15_000
UNAUTHORIZED = 401
CONTACT = "+8613700000002"
STEP_MS, LATE_MS, HEARD = 200, 2000, 0.005
WHY = "Hears how the new script works"
MICROPHONE = """
const given = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => {
  if (localStorage.getItem("microphone") === "denied") throw new DOMException("no", "NotAllowedError");
  return given({audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}});
};
"""


PLAYS = """() => [...document.querySelectorAll("audio")].flatMap((audio) => audio.srcObject?.getAudioTracks() ?? [])
  .filter((track) => track.readyState === "live" && !track.muted).length"""
"""How many sounds of others a page plays."""


@dataclass
class Scene:
    """A conversation, and the supervisor's page beside it."""

    call: Line
    desk: Page
    floor: Page

    async def heard(self, call: set[int], desk: set[int], floor: set[int]) -> None:
        """Check what each of the three hears."""
        told = await asyncio.gather(
            self.call.hears(SECOND), hears(self.desk, during_ms=1000), hears(self.floor, during_ms=1000)
        )
        assert (set(told[0]), told[1], told[2]) == (call, desk, floor)

    async def presses(self, key: str) -> None:
        """Press a key on the agent who talks, and say why."""
        await self.floor.locator('[data-part=agents] [data-show="talking"]').focus()
        await self.floor.keyboard.press(key)
        await self.says_why()

    async def says_why(self) -> None:
        await expect(self.floor.locator("#ask")).to_be_visible()
        await self.floor.keyboard.type(WHY)
        await self.floor.keyboard.press("Enter")

    async def is_in(self, way: str) -> None:
        await expect(self.floor.locator(f'[data-part=mine] [data-way="{way}"]')).to_have_attribute(
            "aria-pressed", "true", timeout=SOON_MS
        )

    async def has_phone(self, state: str) -> None:
        await expect(self.floor.locator("[data-part=phone]")).to_have_attribute(
            "data-phone-state", state, timeout=SOON_MS
        )


@pytest.fixture
async def another_browser(tmp_path: Path) -> AsyncIterator[Browser]:
    write_tone(tmp_path / "another.wav", SUPERVISOR)
    async with chromium(tmp_path / "another.wav") as made:
        yield made


async def test_a_supervisor_is_heard_by_whom_it_shall_be_heard(
    centre: Centre, phones: AsteriskPhones, browser: Browser, another_browser: Browser
) -> None:
    desk = await sit_down(browser, centre)
    floor = await _watching(another_browser, centre)
    call = await call_in(phones, desk, served_by(centre)["numbers"][0], CONTACT)
    scene = Scene(call, desk, floor)
    await scene.has_phone("ready")
    await desk.locator("[data-act=answer]").click()
    await shows(desk, "talking")
    await _three_ways(scene)
    await _reloaded_without_a_microphone(scene)
    await _another_tab(scene)
    agent = await _forced_state_waits_for_the_end(scene)
    await _taken_over(scene, await _a_client_is_let_listen(scene, centre, another_browser))
    await finish(desk, rests="on_break")
    await _signed_out(scene, agent)
    await _lies_on_the_recording(centre)


async def _lies_on_the_recording(centre: Centre) -> None:
    """Where the journal says that the supervisor joined, its voice begins in the recording; a whisper is not there."""
    tenant, began = served_by(centre), time.monotonic()
    headers = {"Authorization": f"Bearer {tenant['api_key']}"}
    async with aiohttp.ClientSession(centre.url, headers=headers) as http:
        listed = (await _json(http, "/v1/interactions"))["data"]
        path = next(f"/v1/interactions/{each['id']}" for each in listed if each["contact"] == CONTACT)
        while not (shown := await _json(http, path))["recordings"]:
            assert time.monotonic() - began < SOON_MS / 1000, "it is not stored"
            await asyncio.sleep(0.2)
        async with http.get(f"{path}/recording") as answer:
            samples, rate = soundfile.read(BytesIO(await answer.read()))
    facts = [Fact(UUID(int=0), f["seq"], datetime.fromisoformat(f["at"]), f["kind"], 1, UUID(int=1), {}, f["data"])
             for f in shown["history"]]  # fmt: skip
    at_ms = {mark.seq: mark.at_ms for each in marks(facts).values() for mark in each}
    ways = [(f.data["mode"], at_ms[f.seq]) for f in facts if f.kind == "SupervisionChanged"]
    assert [way for way, _ in ways[:3]] == ["whisper", "barge", "listen"]
    heard = _heard_at(samples if samples.ndim == 1 else samples.mean(axis=1), rate)
    spoken = [ms for ms in heard if ms < ways[2][1] + LATE_MS]
    assert -STEP_MS <= spoken[0] - ways[1][1] <= LATE_MS, (spoken[0], ways)
    assert -STEP_MS <= spoken[-1] + STEP_MS - ways[2][1] <= LATE_MS, (spoken[-1], ways)


async def _json(http: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with http.get(path) as answer:
        told: dict[str, Any] = await answer.json()
    return told


def _heard_at(samples: np.ndarray[Any, Any], rate: int) -> list[int]:
    """Return the moments (ms, in steps) at which the supervisor's tone is in a recording."""
    step = rate * STEP_MS // 1000
    wave = np.exp(-2j * np.pi * SUPERVISOR * np.arange(step) / rate) * np.hanning(step)
    parts = (samples[at : at + step] for at in range(0, len(samples) - step, step))
    return [n * STEP_MS for n, part in enumerate(parts) if abs(np.dot(part, wave)) / step > HEARD]


async def _watching(browser: Browser, centre: Centre) -> Page:
    viewport = {"width": 1440, "height": 900}
    context = await browser.new_context(locale="en", permissions=["microphone"], viewport=viewport)  # type: ignore[arg-type] # it is one
    await context.add_init_script(MICROPHONE)
    page = await context.new_page()
    user = centre.user("supervisor")
    await sign_in(page, centre.url, user["email"], user["password"])
    await page.goto(f"{centre.url}/floor")
    return page


async def _three_ways(scene: Scene) -> None:
    await scene.presses("l")
    await scene.is_in("listen")
    await scene.heard({AGENT}, {CALLER}, {AGENT, CALLER})
    await expect(scene.desk.locator("[data-part=chips]")).to_contain_text("Grace Ho")
    await scene.presses("w")
    await scene.is_in("whisper")
    await scene.heard({AGENT}, {CALLER, SUPERVISOR}, {AGENT, CALLER})
    await scene.presses("b")
    await scene.is_in("barge")
    await scene.heard({AGENT, SUPERVISOR}, {CALLER, SUPERVISOR}, {AGENT, CALLER})


async def _reloaded_without_a_microphone(scene: Scene) -> None:
    """The page comes back into the conversation; without a microphone it hears, and says that nobody hears it."""
    floor, trouble = scene.floor, scene.floor.locator("[data-part=trouble]")
    await scene.presses("l")
    await scene.is_in("listen")
    await floor.evaluate("localStorage.setItem('microphone', 'denied')")
    await floor.reload()
    await scene.has_phone("active")
    await scene.is_in("listen")
    await expect(trouble).to_contain_text("microphone")
    await scene.heard({AGENT}, {CALLER}, {AGENT, CALLER})
    await scene.presses("w")  # is refused on the page: nobody would hear it
    await scene.is_in("listen")
    await floor.evaluate("localStorage.removeItem('microphone')")
    await scene.presses("w")
    await scene.is_in("whisper")
    await expect(trouble).to_be_hidden()
    await scene.heard({AGENT}, {CALLER, SUPERVISOR}, {AGENT, CALLER})


async def _another_tab(scene: Scene) -> None:
    other = await scene.floor.context.new_page()
    await other.goto(scene.floor.url)
    phone = other.locator("[data-part=phone]")
    await expect(phone).to_have_attribute("data-phone-state", "elsewhere", timeout=SOON_MS)
    await expect(other.locator("[data-part=mine]")).to_be_visible()
    await other.locator("[data-part=take-phone]").click()
    await expect(phone).to_have_attribute("data-phone-state", "busy_elsewhere")
    await other.close()
    await scene.heard({AGENT}, {CALLER, SUPERVISOR}, {AGENT, CALLER})


async def _drawer(scene: Scene, name: str, do: str) -> None:
    """Do something to the agent of this name, from its drawer."""
    await scene.floor.locator("[data-part=agents] [data-agent]", has_text=name).press("Enter")
    await scene.floor.locator(f"#agent-drawer [data-do={do}]").first.press("Enter")
    await scene.says_why()


async def _forced_state_waits_for_the_end(scene: Scene) -> str:
    """Who talks goes on talking; the break begins after the wrap-up. Return the agent's name."""
    name = await scene.floor.locator('[data-part=agents] [data-show="talking"] [data-f=name]').inner_text()
    await _drawer(scene, name, "on_break")
    await expect(scene.floor.locator("#ask")).to_be_hidden()
    await shows(scene.desk, "talking")
    return name


async def _signed_out(scene: Scene, name: str) -> None:
    """Who is idle is signed out at once, in its browser too, and the desk says so."""
    await _drawer(scene, name, "sign_out")
    await expect(scene.desk.locator("[data-part=signed-out]")).to_be_visible(timeout=SOON_MS)
    tile = scene.floor.locator("[data-part=agents] [data-agent]", has_text=name)
    await expect(tile).to_have_attribute("data-show", "offline", timeout=SOON_MS)
    answer = await scene.desk.context.request.get(scene.desk.url)
    assert answer.status == UNAUTHORIZED


async def _closed_and_opened_again(scene: Scene) -> tuple[Page, Locator]:
    """Close the page of whoever has the contact: it hears music, until the page is there again."""
    context, url = scene.floor.context, scene.floor.url
    await scene.floor.close()
    async with asyncio.timeout(SOON_MS / 1000):
        while await scene.call.hears(SECOND) != {MUSIC}:
            pass
    scene.floor = await context.new_page()
    await scene.floor.goto(url)
    await scene.has_phone("active")
    return scene.floor, scene.floor.locator("[data-part=mine]")


async def _a_client_is_let_listen(scene: Scene, centre: Centre, browser: Browser) -> Page:
    """The client's manager asks from the seat, the supervisor lets it: it hears both, and no whisper."""
    page = await browser.new_page(locale="en", viewport={"width": 1440, "height": 900})
    user = centre.user("client_manager", served_by(centre)["name"])
    await sign_in(page, centre.url, user["email"], user["password"])
    await page.goto(f"{centre.url}/live")
    await page.locator('#seats [data-seat][data-show="talking"]').click()
    await page.locator('[data-drawer-acts] a[href$="#ask-hear"]').click()
    await page.wait_for_url("**/control?*")
    await page.locator("form[data-ask=listening] [name=reason]").fill(WHY)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-part=own-asks] li")).to_contain_text(WHY)
    wish = scene.floor.locator("[data-part=ask-list] li", has_text=WHY)
    await wish.locator("input").fill("Please do", timeout=SOON_MS)
    await wish.locator("button[value=granted]").press("Enter")
    await page.locator("[data-hear-now]").click(timeout=SOON_MS)
    await eventually_hears(page, {AGENT, CALLER})
    await scene.heard({AGENT}, {CALLER, SUPERVISOR}, {AGENT, CALLER})
    assert await hears(page, during_ms=1000) == {AGENT, CALLER}, "what is whispered is the centre's own"
    return page


async def eventually_hears(page: Page, tones: set[int]) -> None:
    async with asyncio.timeout(SOON_MS / 1000):
        while not await page.evaluate(PLAYS) or await hears(page, during_ms=500) != tones:
            pass


async def _taken_over(scene: Scene, client: Page) -> None:
    call, floor, mine = scene.call, scene.floor, scene.floor.locator("[data-part=mine]")
    await mine.locator("[data-way=take_over]").press("Enter")
    await scene.says_why()
    hold = mine.locator("[data-part=hold]")
    await expect(hold).to_be_visible(timeout=SOON_MS)
    await shows(scene.desk, "wrapping_up")
    await expect(client.locator("[data-part=hearing]")).to_be_hidden()  # what was granted is over, and at once
    assert await client.evaluate(PLAYS) == 0
    await client.close()
    assert await call.hears(SECOND) == {SUPERVISOR}
    assert await hears(floor, during_ms=1000) == {CALLER}
    await hold.press("Enter")
    await expect(hold).to_have_attribute("aria-pressed", "true")
    assert SUPERVISOR not in await call.hears(SECOND)
    await hold.press("Enter")
    await expect(hold).to_have_attribute("aria-pressed", "false")
    floor, mine = await _closed_and_opened_again(scene)
    assert await call.hears(SECOND) == {SUPERVISOR}
    assert await hears(floor, during_ms=1000) == {CALLER}
    await mine.locator("[data-part=release]").press("Enter")
    await call.ended(10 * SECOND)
    await expect(mine.locator("[data-part=codes] option").first).to_be_attached(timeout=SOON_MS)
    await mine.locator("[data-part=outcome] [type=submit]").press("Enter")
    await expect(mine).to_be_hidden(timeout=SOON_MS)
    await scene.has_phone("ready")
