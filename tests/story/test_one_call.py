"""Calls through the whole house, with every part real.

A contact calls the client's number from a carrier over SIP, hears the menu, presses a key, waits; an agent answers in a
browser over WebRTC and both hear each other; the client watches it live in its own browser; what the agent cannot solve
goes to the client's system as a signed work order and comes back solved; and the journal of all this verifies. Nothing
of it reaches the other client. And once more, with an agent who misses the call first and hangs up in the end.
"""

from __future__ import annotations

import asyncio
import json
import time
from io import BytesIO
from typing import Any

import aiohttp
import numpy as np
import pytest
import soundfile
from playwright.async_api import Browser, Page, expect

from telephony.asterisk.phones import AsteriskPhones
from tests.story.browser import hears, listen_in, sign_in
from tests.story.centre import Centre
from tests.story.desks import AGENT, CALLER, SECOND, call_in, document, finish, glassfloor, served_by, shows, sit_down

pytestmark = pytest.mark.timeout(300)

LIVE_WITHIN_S = 3.0
"""The board shows what the desk shows: within a second on an idle machine, and this one may be busy."""
OK, PARTIAL, NOT_FOUND = 200, 206, 404


async def test_one_call_through_the_whole_house(centre: Centre, phones: AsteriskPhones, browser: Browser) -> None:
    tenant = served_by(centre)
    other = next(t for t in centre.facts["tenants"] if t["code"] != tenant["code"])
    desk = await sit_down(browser, centre)
    board = await _board(browser, centre, tenant)
    others_board = await _board(browser, centre, other)
    told_to_other = listen_in(others_board)
    await others_board.reload()
    call = await call_in(phones, desk, tenant["numbers"][0], "+8613812345678")
    await expect(desk.locator("[data-part=who]")).to_contain_text("****5678")
    assert "13812345678" not in await desk.content()
    await desk.locator("[data-act=answer]").click()
    await shows(desk, "talking")
    live_at = time.monotonic()
    await expect(board.locator("[data-seat]", has_text="+86 138****5678").first).to_be_visible()
    assert time.monotonic() - live_at < LIVE_WITHIN_S
    async with asyncio.timeout(30):  # both ways; not how soon
        while CALLER not in await hears(desk) or AGENT not in await call.hears(2 * SECOND):
            pass
    await call.hang_up()
    await shows(desk, "wrapping_up")
    await _escalate(desk)
    await finish(desk)
    await expect(desk.locator("[data-part=orders]")).to_contain_text("Meter")
    await expect(desk.locator("[data-part=news]")).to_have_attribute("role", "status")
    await expect(desk.locator("[data-part=orders] [data-order=resolved]")).to_be_visible(timeout=60_000)
    await expect(desk.locator("[data-part=news-text]")).to_contain_text("WO")
    interaction, order = await _resolved_by_api(centre, tenant)
    await _recording_has_both_voices(centre, tenant["api_key"], interaction)
    await _the_client_hears_it(board, centre, interaction)
    await _is_nothing_to(others_board, centre, other, (interaction, order))
    assert told_to_other, "the other client's board was told nothing at all"
    for secret in (interaction, order, "138****5678", "13812345678"):
        assert not any(secret in frame for frame in told_to_other)
    _journal_is_whole(centre, tenant["code"])
    _no_number_outside(centre, "13812345678")


async def test_an_agent_who_misses_the_call_is_set_aside_and_the_contact_keeps_its_place(
    centre: Centre, phones: AsteriskPhones, browser: Browser
) -> None:
    tenant = served_by(centre)
    desk = await sit_down(browser, centre)
    call = await call_in(phones, desk, tenant["numbers"][0], "+8613987654321")
    await shows(desk, "on_break", within_ms=30_000)  # it rang, and nobody answered
    assert (await document(desk))["reason"] == "not_responding"
    waiting = (await _interactions(centre, tenant["api_key"]))[0]
    assert (waiting["state"], waiting["outcome"]) == ("queued", None)
    await desk.click("[data-state-to=available]")
    await expect(desk.locator("[data-act=answer]")).to_be_visible()
    again = (await document(desk))["interaction"]
    assert again["id"] == waiting["id"]
    assert again["waited_ms"] > 5000, "the contact kept its place: it waits since it came"
    await desk.locator("[data-act=answer]").click()
    await shows(desk, "talking")
    await desk.locator("[data-act=hang-up]").click()
    await call.ended(10 * SECOND)
    await shows(desk, "wrapping_up")
    await finish(desk)
    ended = next(i for i in await _interactions(centre, tenant["api_key"]) if i["id"] == waiting["id"])
    assert (ended["outcome"], ended["ended_by"]) == ("answered", "agent")


async def _board(browser: Browser, centre: Centre, tenant: dict[str, Any]) -> Page:
    page = await (await browser.new_context(locale="en", viewport={"width": 1440, "height": 900})).new_page()
    manager = centre.user("client_manager", str(tenant["name"]))
    await sign_in(page, centre.url, manager["email"], manager["password"])
    await page.goto(f"{centre.url}/live")
    await expect(page.locator("#board")).to_be_visible()
    return page


async def _escalate(desk: Page) -> None:
    await desk.click("[data-act=escalate]")
    dialog = desk.locator("dialog[open]")
    await dialog.locator("[name=type]").select_option("visit")
    await dialog.locator("[name='custom/meter']").fill("HL-30771")
    await dialog.locator("[name=description]").fill("The contact asks for a second reading.")
    await dialog.locator("button[type=submit]").click()
    await expect(dialog).to_be_hidden()


async def _get(centre: Centre, key: str, path: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(centre.url, headers=headers) as http, http.get(path) as answer:
        return answer.status, await answer.read()


async def _interactions(centre: Centre, key: str) -> list[dict[str, Any]]:
    _, body = await _get(centre, key, "/v1/interactions")
    rows: list[dict[str, Any]] = json.loads(body)["data"]
    return rows


async def _resolved_by_api(centre: Centre, tenant: dict[str, Any]) -> tuple[str, str]:
    """Return the ids of the interaction and of its work order, which the client's system has resolved."""
    found = await _interactions(centre, tenant["api_key"])
    interaction = next(i for i in found if i["contact"] == "+8613812345678")
    _, body = await _get(centre, tenant["api_key"], "/v1/work-orders")
    (order,) = json.loads(body)["data"]
    assert (order["status"], order["interaction_id"]) == ("resolved", interaction["id"])
    assert interaction["outcome"] == "answered"
    assert (order["title"], order["custom"]) == ("Meter HL-30771 to be read again", {"meter": "HL-30771"})
    _, body = await _get(centre, tenant["api_key"], f"/v1/work-orders/{order['id']}")
    assert {each["owed_by"] for each in json.loads(body)["sla"]} == {"tenant", "outsourcer"}, "both sides' time counts"
    return str(interaction["id"]), str(order["id"])


async def _recording_has_both_voices(centre: Centre, key: str, interaction: str) -> None:
    status, sound = await _get(centre, key, f"/v1/interactions/{interaction}/recording")
    assert status == OK
    samples, rate = soundfile.read(BytesIO(sound))
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    frequency = np.fft.rfftfreq(len(samples), 1 / rate)
    floor = np.median(spectrum)
    for hertz in (CALLER, AGENT):
        assert spectrum[np.abs(frequency - hertz) < 3].max() > 50 * floor


async def _the_client_hears_it(board: Page, centre: Centre, interaction: str) -> None:
    """The client's manager plays the recording in its own browser, and may jump in it."""
    url = f"{centre.url}/interactions/{interaction}/recording"
    whole = await board.context.request.get(url)
    assert (whole.status, whole.headers["content-type"]) == (OK, "audio/flac")
    part = await board.context.request.get(url, headers={"Range": "bytes=44-1043"})
    assert (part.status, await part.body()) == (PARTIAL, (await whole.body())[44:1044])
    await board.locator(f'[data-play="{interaction}"]').click()
    await expect(board.locator("[data-part=player] audio")).not_to_have_js_property("currentTime", 0)


async def _is_nothing_to(board: Page, centre: Centre, other: dict[str, Any], ids: tuple[str, str]) -> None:
    """Neither the other client's manager nor its API key finds the interaction or the work order."""
    interaction, order = ids
    for path in (f"/interactions/{interaction}", f"/interactions/{interaction}/recording", f"/work-orders/{order}"):
        assert (await board.context.request.get(centre.url + path)).status == NOT_FOUND, path
        assert (await _get(centre, other["api_key"], "/v1" + path))[0] == NOT_FOUND, path
    assert await _interactions(centre, other["api_key"]) == []
    assert "138****5678" not in await board.content()


def _journal_is_whole(centre: Centre, code: str) -> None:
    assert "whole" in glassfloor(centre, "journal", "verify", code)


def _no_number_outside(centre: Centre, number: str) -> None:
    """No process wrote the contact's number into its log, and no file is named by it."""
    logs = list((centre.folder / "logs").glob("*.log"))
    assert {"web.log", "engine.log", "worker.log"} <= {log.name for log in logs}
    assert any(log.stat().st_size for log in logs)
    assert [log.name for log in logs if number in log.read_text(errors="replace")] == []
    stored = [path for path in (centre.folder / "recordings").rglob("*") if path.is_file()]
    assert stored
    assert [path for path in centre.folder.rglob("*") if number in path.name] == []
