"""An agent at its desk in the story: signs in, is ready, is called, finishes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Locator, Page, Route, expect

from app.demo.desk_user import DeskUser
from app.demo.place import KEYS
from kit.settings import child_environment
from kit.turn import Ice
from telephony.asterisk.conversation import Line
from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import hears, sign_in
from tests.story.centre import ROOT, Centre
from tests.story.turn import KEEP_CONNECTIONS

SECOND = timedelta(seconds=1)
CALLER, AGENT, MUSIC = 440, 1000, 697
SETTLED_WITHIN_S = 20.0
"""A bridging takes a fraction of a second; this machine runs other tests beside."""
CLEAR_MICROPHONE = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = () => ask({audio: {echoCancellation: false, noiseSuppression: false,
                                                         autoGainControl: false}});
"""


def apply_centre(centre: Centre, changes: dict[str, str]) -> None:
    """Apply the example's centre file with other words in it, as an administrator does."""
    source = (ROOT / "examples/centre.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in source
        source = source.replace(old, new)
    file = centre.folder / "centre.yaml"
    file.write_text(source, encoding="utf-8")
    glassfloor(centre, "centre", "apply", str(file))


def glassfloor(centre: Centre, *words: str) -> str:
    """Run the command line beside the running centre; return what it said."""
    secrets = json.loads((centre.folder / "secrets.json").read_text())
    keys = {f"GF_{name.upper()}": secrets[name] for name in KEYS}
    result = subprocess.run(
        [sys.executable, "-m", "app.cli", *words], cwd=ROOT, env=child_environment(centre.facts["environment"] | keys),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def served_by(centre: Centre) -> dict[str, Any]:
    """The client whose calls the free agent's seat serves."""
    account = centre.account()
    return next(t for t in centre.facts["tenants"] if t["code"] in account["clients"])


async def colleague_on_a_break(centre: Centre, phones: AsteriskPhones, *, last: bool = False) -> DeskUser:
    """Somebody who is signed in and takes no call: without anybody contacts leave a message instead of waiting."""
    account = centre.account(last=last)
    await phones.register(account["user"], account["password"])
    colleague = DeskUser(centre.url, account["agent"], centre.facts["password"])
    await colleague.sign_in()
    await colleague.press("state", state="available")
    await colleague.press("state", state="on_break", reason="meal")
    return colleague


async def sit_down(
    browser: Browser, centre: Centre, *, url: str = "", phone_url: str = "", ice: Ice | None = None
) -> Page:
    """Sign in as the free agent and be ready; ``url``, ``phone_url``: ways there through which a test can cut.

    ``ice``: the page's phone is given what these settings give; the centre itself has no such servers.
    """
    context = await browser.new_context(locale="en", permissions=["microphone"], bypass_csp=bool(phone_url))
    await context.add_init_script(CLEAR_MICROPHONE)
    if phone_url:
        await context.route("**/desk/phone", lambda route: _given(route, {"ws_url": phone_url}))
    if ice is not None:
        given = ice.for_browser(centre.account()["user"], datetime.now(UTC))
        await context.add_init_script(KEEP_CONNECTIONS)
        await context.route("**/desk/phone", lambda route: _given(route, {"ice": given}))
    page = await context.new_page()
    await sign_in(page, url or centre.url, centre.account()["agent"], centre.facts["password"])
    await expect(page.locator("[data-part=phone]")).to_have_attribute("data-phone-state", "ready", timeout=20_000)
    await page.click("[data-state-to=available]")
    await shows(page, "available")
    return page


async def _given(route: Route, other: dict[str, Any]) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, json={**await answer.json(), **other})


async def shows(desk: Page, state: str, *, within_ms: int = 20_000) -> None:
    await expect(desk.locator("[data-part=bar]")).to_have_attribute("data-show", state, timeout=within_ms)


async def call_in(phones: AsteriskPhones, desk: Page, number: str, caller: str) -> Line:
    """Call, press a key whenever the menu may listen, until the desk rings."""
    call = await phones.dial(number, caller)
    await call.answered(10 * SECOND)
    await call.play(CALLER)
    answer = desk.locator("[data-act=answer]")
    for _ in range(8):
        await call.press("1")
        if await visible_within(answer, 2500):
            return call
    raise AssertionError("the desk never rang")


async def visible_within(locator: Locator, ms: int) -> bool:
    try:
        await expect(locator).to_be_visible(timeout=ms)
    except AssertionError:
        return False
    return True


async def document(desk: Page) -> dict[str, Any]:
    answer = await desk.context.request.get(desk.url.partition("/desk")[0] + "/desk/document")
    shown: dict[str, Any] = await answer.json()
    return shown


async def finish(desk: Page, rests: str = "available") -> None:
    await desk.locator("[data-part=dispositions] label").first.click()
    await desk.locator("[data-act=wrap-up-end]").click()
    await shows(desk, rests)


async def hear(
    desk: Page | None, at_desk: set[int], *parties: tuple[Line, set[int]], within_s: float = SETTLED_WITHIN_S
) -> None:
    """Wait until everybody hears exactly this, all at the same time."""
    wanted = [at_desk] * (desk is not None) + [tones for _, tones in parties]
    deadline = time.monotonic() + within_s
    while True:
        asked = [] if desk is None else [hears(desk, during_ms=600)]
        heard = [set(each) for each in await asyncio.gather(*asked, *(line.hears(0.6 * SECOND) for line, _ in parties))]
        if heard == wanted:
            return
        assert time.monotonic() < deadline, f"{heard} instead of {wanted}"
