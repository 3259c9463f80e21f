"""The live feed on the real server: many come back at once, one is slow, one is old, one may not see it any more."""

from __future__ import annotations

import asyncio
import base64
import os
import socket as sockets
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from fastapi import WebSocket

import live.feed
import live.holding
import live.hub
import live.rechecks
import live.service
import live.sockets
import portal.control_feed
from interactions.facts import InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM
from kit.ids import new_id
from live import metrics
from live.sockets import End, Watcher
from tenants.endpoints import renew
from tests.failure.plant import until
from tests.support.site import Site

MANY = 60
_ASK = b'{"t":"resync"}'
RESYNC = bytes([0x81, 0x80 | len(_ASK)]) + bytes(4) + _ASK
"""What asks for a snapshot, masked by zeros."""


def figure(metric: Any, **labels: str) -> float:
    return float((metric.labels(**labels) if labels else metric)._value.get())


async def call(site: Site, tenant: str = "galaxy") -> str:
    """A call arrives; its id."""
    arrived, at = new_id(), datetime.now(UTC)
    async with site.house.app.transaction(site.tenants[tenant]) as scope:
        started = InteractionStarted(number="+8621", contact="+86 138****1234", channel="voice", direction="inbound",
                                     flow="main", flow_version=1)  # fmt: skip
        journal.append(scope, started, subject=arrived, at=at, actor=SYSTEM)
    return str(arrived)


async def first(person: aiohttp.ClientSession, seen: str = "") -> dict[str, Any]:
    async with person.ws_connect(f"/live/feed{seen}") as socket:
        frame: dict[str, Any] = (await socket.receive(timeout=20)).json()
        return frame


def resumption(frame: dict[str, Any]) -> str:
    return f"?epoch={frame['epoch']}&seq={frame['seq']}"


async def test_many_that_come_at_once_cost_one_board_and_one_snapshot(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await site.people("galaxy")
    asked = Counter[str]()

    async def opened(*args: Any) -> Any:
        asked["boards"] += 1
        return await live.service.open_board(*args)

    async def renewed(*args: Any) -> Any:
        asked["rechecks"] += 1
        return await renew(*args)

    monkeypatch.setattr(live.rechecks, "renew", renewed)
    monkeypatch.setattr(live.rechecks, "RECHECK_S", 0.3)
    monkeypatch.setattr(live.feed, "open_board", opened)
    before = figure(metrics.ENCODED, kind="snap")
    manager = await site.person(people["client_manager"], "galaxy")
    machine = await site.machine("galaxy")
    connected = await asyncio.gather(*(who.ws_connect("/live/feed") for who in [manager, machine] * (MANY // 2)))
    frames = [(await each.receive(timeout=20)).json() for each in connected]
    assert {frame["t"] for frame in frames} == {"snap"}
    assert len({frame["epoch"] for frame in frames}) == 1
    assert asked["boards"] == 1
    assert figure(metrics.ENCODED, kind="snap") - before < 5, "once for each moment, not for each watcher"
    arrived = await call(site)
    told = await asyncio.gather(*(_until_told(each, arrived) for each in connected))
    assert len({frame["seq"] for frame in told}) == 1
    asked["rechecks"], began = 0, time.monotonic()
    await until(lambda: asked["rechecks"] >= 4, 20, "they are asked again")
    assert asked["rechecks"] <= 2 * (1 + (time.monotonic() - began) / 0.3), "once for each session and key"
    assert asked["boards"] == 1
    await asyncio.gather(*(each.close() for each in connected))


async def _until_told(socket: aiohttp.ClientWebSocketResponse, arrived: str) -> dict[str, Any]:
    while True:
        frame: dict[str, Any] = (await socket.receive(timeout=20)).json()
        if arrived in {row["id"] for row in frame.get("d", {}).get("calls", [])}:
            return frame


async def test_who_comes_back_gets_the_changes_of_its_own_client_only(site: Site) -> None:
    people, others = await site.people("galaxy"), await site.people("harbour-light")
    ours = await site.person(people["client_manager"], "galaxy")
    theirs = await site.person(others["client_manager"], "harbour-light")
    seen, foreign = await first(ours), await first(theirs)
    arrived = [await call(site) for _ in range(3)]
    await call(site, "harbour-light")
    await _published(ours, arrived[-1])
    back = await first(ours, resumption(seen))
    assert (back["t"], back["from"], sorted(back["d"])) == ("d", seen["seq"], ["calls", "totals"])
    assert sorted(row["id"] for row in back["d"]["calls"]) == sorted(arrived)
    for asked in (
        resumption(foreign),
        f"?epoch={seen['epoch']}&seq=-1",
        "?epoch=%00&seq=1",
        "?seq=1",
        "?epoch=x&seq=٣",
    ):
        assert (await first(ours, asked))["t"] == "snap", asked
    stolen = await first(theirs, resumption(seen))
    assert stolen["t"] == "snap"
    assert not set(arrived) & {row["id"] for row in stolen["board"]["calls"]}
    assert stolen["board"]["tenant"] == foreign["board"]["tenant"]


async def _published(person: aiohttp.ClientSession, call_id: str) -> None:
    async with person.ws_connect("/live/feed") as socket, asyncio.timeout(20):
        while call_id not in await socket.receive_str():
            pass


async def test_a_socket_ends_when_it_is_old_and_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live.holding, "_EARLIER", 0.9999)
    before = figure(metrics.ENDED, reason="renew")
    person = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    monkeypatch.setattr(site.settings, "feed_max_age_s", 1)
    async with (
        person.ws_connect("/live/feed") as board,
        person.ws_connect("/control/feed") as page,
        asyncio.timeout(10),
    ):
        for socket in (board, page):
            async for message in socket:
                assert message.type is aiohttp.WSMsgType.TEXT
            assert socket.close_code == End.AGED.code
    await until(lambda: figure(metrics.ENDED, reason="renew") == before + 2, 5, "the ends are counted")


async def test_a_page_that_takes_nothing_is_closed_with_the_reason(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(socket: WebSocket) -> Watcher:
        watcher = await live.holding.opened(socket)
        watcher.fill()  # as its transport says of one that takes nothing
        return watcher

    monkeypatch.setattr(portal.control_feed, "opened", full)
    monkeypatch.setattr(live.sockets, "BEHIND_S", 0.1)
    person = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with person.ws_connect("/control/feed") as page, asyncio.timeout(10):
        message = await page.receive()
        assert (message.type, message.data, message.extra) == (aiohttp.WSMsgType.CLOSE, End.SLOW.code, "slow")


async def slow_reader(site: Site, email: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a feed through a socket that takes little at a time."""
    token, _ = await site.cookie(email, "galaxy")
    host, _, port = site.url.removeprefix("http://").partition(":")
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
    reader, writer = await asyncio.open_connection(sock=raw, limit=4096)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /live/feed HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {site.url}\r\nCookie: gf={token}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
    )
    return reader, writer


async def test_a_socket_that_was_slow_gets_a_snapshot_and_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in ((live.sockets, "BEHIND_BYTES", 50_000), (live.holding, "RESYNC_S", 0.0)):
        monkeypatch.setattr(module, name, value)
    email = (await site.people("galaxy"))["client_manager"]
    dropped, healed = figure(metrics.DROPPED), figure(metrics.RESYNCS, why="behind")
    reader, writer = await slow_reader(site, email)
    async with asyncio.timeout(30):
        while figure(metrics.DROPPED) == dropped:
            writer.write(RESYNC * 50)
            await call(site)
            await asyncio.sleep(0.05)
        heard, arrived = b"", ""
        while not arrived or arrived.encode() not in heard:
            heard = heard[-65_536:] + await reader.read(65_536)
            if not arrived and b'"why":"behind"' in heard:
                heard, arrived = b"", await call(site)
    assert b'"t":"d"' in heard, "what comes after the snapshot is told as a change"
    assert figure(metrics.RESYNCS, why="behind") > healed
    writer.close()


async def test_a_slow_socket_is_closed_with_the_reason_and_costs_nobody_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in ((live.sockets, "BEHIND_BYTES", 50_000), (live.sockets, "BEHIND_S", 0.5),
                                (live.sockets, "FLUSH_S", 3.0), (live.holding, "RESYNC_S", 0.0)):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    email = (await site.people("galaxy"))["client_manager"]
    other = await site.person(email, "galaxy")
    reader, writer = await slow_reader(site, email)
    slow, dropped = figure(metrics.ENDED, reason="slow"), figure(metrics.DROPPED)
    async with other.ws_connect("/live/feed") as fast, asyncio.timeout(30):
        while figure(metrics.ENDED, reason="slow") == slow:
            writer.write(RESYNC * 50)
            await fast.receive_str()
            await call(site)
        assert figure(metrics.DROPPED) > dropped
        arrived = await call(site)
        await _until_told(fast, arrived)
    heard = await asyncio.wait_for(reader.read(-1), 20)  # it reads at last: everything under way, then why
    assert heard[-6:-4] == End.SLOW.code.to_bytes(2)
    assert heard.endswith(b"slow")
    writer.close()


async def test_a_person_who_leaves_is_out_of_every_socket_within_two_seconds(site: Site) -> None:
    email = (await site.people("galaxy"))["client_manager"]
    person = await site.person(email, "galaxy")
    pool = await site.house.control.pool()
    many = [await person.ws_connect("/live/feed") for _ in range(5)]
    await pool.execute(
        'DELETE FROM control.membership WHERE user_id = (SELECT id FROM control."user" WHERE email = $1)', email
    )
    async with asyncio.timeout(10):
        for socket in many:
            async for _ in socket:
                pass
            assert socket.close_code == 1008
