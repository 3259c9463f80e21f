"""What a client sees of a running demo: its page, the frames that the page got, and the journal behind both."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from playwright.async_api import Page, WebSocket, async_playwright

from app.demo.servers import DATABASE
from journal.core.facts import Fact
from live.core import view
from live.core.apply import apply
from live.core.board import Board, Changes
from tests.live.screens import KEYS, browser
from tests.story.browser import FLAGS, sign_in
from tests.story.centre import Centre

QUIET_S = 0.6
"""So long no change came: the page has painted the last one."""
WITHIN_S = 60.0
_FIGURES = {"offered": "offered", "answered": "answered", "waiting": "waiting", "staffed": "seats_staffed",
            "arriving": "in_flow", "work_orders": "work_orders_open"}  # fmt: skip
_READ = """() => {
  const text = (node, name) => node.querySelector(`[data-f="${name}"]`)?.textContent.trim();
  const all = (selector, of) => Object.fromEntries([...document.querySelectorAll(selector)].map(of));
  return {
    figures: all("[data-kpi]", (card) => [card.dataset.kpi, text(card, "value")]),
    queues: all('[data-part="queues"] tr', (row) => [row.dataset.key,
      ["waiting", "offered", "answered", "abandoned"].map((name) => Number(text(row, name)))]),
    seats: all(".seat[data-seat]", (tile) => [tile.dataset.seat, [tile.dataset.show, text(tile, "who")]]),
  };
}"""


async def board_is_the_journal(centre: Centre, code: str) -> int:
    """Compare page, frames and journal at a quiet moment with calls behind it; return how many calls were offered."""
    name = centre.tenant(code)["name"]
    user = next(each for each in centre.facts["users"] if each["role"] == "client_manager" and each["client"] == name)
    heard: list[tuple[float, dict[str, Any]]] = []

    def listen(socket: WebSocket) -> None:
        if "/live/feed" in socket.url:
            socket.on("framereceived", lambda frame: heard.append((time.monotonic(), json.loads(frame))))

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = await chromium.new_page()
        page.on("websocket", listen)
        await sign_in(page, centre.url, user["email"], user["password"])
        await page.goto(f"{centre.url}/live?lang=en")
        await page.wait_for_selector("[data-feed=live]")
        try:
            return await _agree(page, heard, centre, code)
        finally:
            await chromium.close()


async def _agree(page: Page, heard: list[tuple[float, dict[str, Any]]], centre: Centre, code: str) -> int:
    until, wrong = time.monotonic() + WITHIN_S, "no quiet moment"
    while time.monotonic() < until:
        await asyncio.sleep(0.1)
        changed = [at for at, frame in heard if frame["t"] != "hb"]
        if not changed or time.monotonic() - changed[-1] < QUIET_S:
            continue
        count, shown = len(changed), await page.evaluate(_READ)
        fresh = await _projected(centre, code)
        if count != len([at for at, frame in heard if frame["t"] != "hb"]):
            continue
        with browser() as node:
            rows = node.show(1, [frame for _, frame in heard])["rows"]
        if rows["totals"] == fresh["totals"]:  # else a fact is on its way to the page
            assert rows == fresh
            shown["figures"] = {card: shown["figures"].get(card) for card in _FIGURES}
            assert shown == _expected(fresh)
            return int(fresh["totals"]["offered"])
        wrong = "the feed never had what the journal says"
    raise AssertionError(wrong)


async def superuser(centre: Centre) -> asyncpg.Connection[asyncpg.Record]:
    """Return a connection to the demo's database as who owns it."""
    secret = (centre.folder / "postgres" / "superuser.password").read_text(encoding="ascii").strip()
    port = centre.facts["ports"]["postgres"]
    return await asyncpg.connect(f"postgresql://postgres:{secret}@127.0.0.1:{port}/{DATABASE}")


async def _projected(centre: Centre, code: str) -> dict[str, Any]:
    """The board of the whole journal, from its first fact on."""
    admin = await superuser(centre)
    tenant = await admin.fetchrow("SELECT id, name, zone FROM control.tenant WHERE code = $1", code)
    assert tenant is not None
    rows = await admin.fetch(
        "SELECT seq, at, kind, version, subject, data::text AS data FROM gf.journal WHERE tenant_id = $1 ORDER BY seq",
        tenant["id"],
    )
    await admin.close()
    board = Board(tenant["name"], tenant["zone"])
    for row in rows:
        data = json.loads(row["data"])
        apply(board, Fact(tenant["id"], row["seq"], row["at"], row["kind"], row["version"], row["subject"], {}, data))
    board.begin_day(datetime.now(UTC), Changes())
    return {
        name: {each[KEYS[name]]: each for each in value} if name in KEYS else value
        for name, value in json.loads(json.dumps(view.snapshot(board), default=_plain)).items()
    }


def _plain(value: object) -> str:
    assert isinstance(value, UUID)
    return str(value)


def _expected(rows: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of these rows; figures that tick are left to the tests of the page."""
    totals = rows["totals"]
    names = ("waiting", "offered", "answered", "abandoned")
    return {
        "figures": {card: str(totals[name]) for card, name in _FIGURES.items()},
        "queues": {key: [row[name] for name in names] for key, row in rows["queues"].items()},
        "seats": {
            key: [row["truth"], row["interaction"]["contact"] if row["interaction"] else "—"]
            for key, row in rows["seats"].items()
        },
    }  # fmt: skip
