"""The socket that plays the past: the live feed's frames, orders, the end at the present, rights, facts of reading."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from interactions.facts import InteractionAbandoned, InteractionEnded, InteractionQueued, InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM, Payload
from kit.clock import millis
from live.core.orders import LONGEST, Orders
from live.keyframes import Watched
from live.service import open_board
from tests.support.site import Site

MS = timedelta(milliseconds=1)


def test_orders_that_cannot_be_understood_change_nothing_and_later_ones_win() -> None:
    orders = Orders()
    for bad in (
        "", "[", "null", "[1]", '"seek"', '{"t":["seek"]}', '{"t":"seek"}', '{"t":"seek","at":-1}',
        '{"t":"seek","at":true}', '{"t":"seek","at":1e99}', '{"t":"seek","at":253402300800000}',
        '{"t":"speed","speed":0}', '{"t":"speed","speed":61}', '{"t":"speed","speed":NaN}',
        '{"t":"next","kinds":"words"}', '{"t":"next","kinds":["breach"]}', " " * LONGEST + "{}",
    ):  # fmt: skip
        assert not orders.take(bad), bad
    assert orders == Orders()
    assert orders.take('{"t":"next","kinds":"breach"}')
    assert orders.take('{"t":"seek","at":5}')
    assert (orders.at, orders.jump) == (5, 0)
    assert orders.take('{"t":"previous"}')
    assert (orders.at, orders.jump, orders.plays) == (None, -1, None)
    later = Orders(plays=True)
    later.put_back(orders)  # the database was away: what was not done yet is done then
    assert (later.jump, later.plays) == (-1, True)
    newer = Orders(at=7)
    newer.put_back(orders)
    assert (newer.at, newer.jump) == (7, 0)


async def test_the_past_is_played_to_who_may_see_it_and_written_down(site: Site) -> None:
    tenant, began = site.tenants["galaxy"], await _first(site)
    manager = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    left = await _somebody_waits_and_leaves(site)
    await _seeks_and_jumps(manager, left)
    await _plays_until_now(manager, left)
    assert await _rewound(site, tenant) >= 1
    await _is_refused(site, manager, began)
    await _tells_the_day(manager, left)
    await _ends_with_the_right(site, manager, left)


async def _seeks_and_jumps(manager: aiohttp.ClientSession, left: datetime) -> None:
    async with manager.ws_connect(f"/live/rewind?at={millis(left - 100 * MS)}") as socket:
        first = await _next(socket, "snap")
        assert (first["ts"], first["speed"]) == (millis(left - 100 * MS), 0)
        assert (first["board"]["totals"]["waiting"], first["board"]["totals"]["abandoned"]) == (1, 0)
        assert first["board"]["calls"][0]["contact"] == "+86 138****1234"
        await socket.send_str('{"t":"next","kinds":"abandonment"}')
        after = await _next(socket, "snap")
        assert (after["board"]["totals"]["waiting"], after["board"]["totals"]["abandoned"]) == (0, 1)
        assert after["ts"] - millis(left) in {1, 2}
        await socket.send_str('{"t":"next","kinds":"abandonment"}')
        assert (await _next(socket, "none"))["to"] == "next"
        for at in (5, 4, 3, millis(left - 200 * MS)):  # a dragged bar: the last one counts
            await socket.send_str(json.dumps({"t": "seek", "at": at}))
        async with asyncio.timeout(5):
            while (await _next(socket, "snap"))["ts"] != millis(left - 200 * MS):
                pass
        await socket.send_str('{"t":"seek","at":5}')
        assert (await _next(socket, "refused"))["code"] == "moment_gone"
        assert (await _next(socket, "hb"))["ts"] == millis(left - 200 * MS), "it stays where it was"


async def _plays_until_now(manager: aiohttp.ClientSession, left: datetime) -> None:
    async with manager.ws_connect(
        f"/live/rewind?at={(left - 600 * MS).isoformat().replace('+', '%2B')}&speed=2"
    ) as socket:
        seen = [await _next(socket, "snap")]
        while seen[-1]["t"] != "now":
            seen.append(await _next(socket))
        assert [each["ts"] for each in seen] == sorted(each["ts"] for each in seen)
        assert {each["speed"] for each in seen} == {2}
        numbers = [each["seq"] for each in seen if each["t"] in {"snap", "d"}]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        told = [each["d"]["totals"]["abandoned"] for each in seen if each["t"] == "d" and "totals" in each["d"]]
        assert told[-1] == 1
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def _is_refused(site: Site, manager: aiohttp.ClientSession, began: datetime) -> None:
    async with manager.ws_connect(f"/live/rewind?at={millis(began) - 2}") as socket:
        assert (await _next(socket, "refused"))["code"] == "moment_gone"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    for at in ("yesterday", "2026-11-22T09:15:30", "9" * 400, "-1", "1&speed=fast"):
        async with manager.ws_connect(f"/live/rewind?at={at}") as socket:
            assert (await socket.receive()).data == 1008, at
    async with manager.ws_connect("/live/rewind?at=2100-01-01T00:00:00Z") as socket:
        await _next(socket, "now")
    _, email = (await site.agents())[0]
    agent = await site.person(email, "galaxy")
    for path in ("/live/rewind?at=1", "/v1/live/past/day"):
        async with agent.get(path) as answer:
            assert answer.status in {403, 404}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await agent.ws_connect(path)
    for query, status in (
        ("day?on=2040-01-01", 400), ("day?on=2000-01-01", 410), ("day?on=x", 400), ("events?since=1&until=0", 400),
        ("events?since=1&until=2&kinds=x", 400), ("events?since=1&until=99999999999", 400),
        ("events?since=x&until=2", 400), ("events?since=1&until=2", 200), ("board?at=x", 400), ("board?at=1", 410),
        ("board?at=2100-01-01T00:00:00Z", 400),
    ):  # fmt: skip
        async with manager.get(f"/v1/live/past/{query}") as answer:
            assert answer.status == status, query


async def _tells_the_day(manager: aiohttp.ClientSession, left: datetime) -> None:
    async with manager.get("/v1/live/past/day") as answer:
        day = await answer.json()
    assert date.fromisoformat(day["day"])
    assert {(mark["kind"], mark["at"]) for mark in day["marks"]} == {
        ("abandoned", millis(left)),
        ("level_missed", millis(left)),
    }
    assert sum(each["offered"] for each in day["quarters"]) == 1
    assert max(each["waiting"] for each in day["quarters"]) == 1
    async with manager.get("/v1/live/past/board", params={"at": str(millis(left - 100 * MS))}) as answer:
        told = await answer.json()
        assert (told["board"]["totals"]["waiting"], told["board"]["calls"][0]["contact"]) == (1, "+86 138****1234")
    asked = {"since": str(millis(left)), "until": (left + MS).isoformat(), "kinds": "abandonment"}
    async with manager.get("/v1/live/past/events", params=asked) as answer:
        assert [each["at"] for each in (await answer.json())["events"]] == [millis(left)]


async def _ends_with_the_right(site: Site, manager: aiohttp.ClientSession, left: datetime) -> None:
    sockets = [await manager.ws_connect(f"/live/rewind?at={millis(left)}") for _ in range(5)]
    assert (await sockets[-1].receive()).data == 1013, "one too many"
    await _next(sockets[0], "snap")
    pool = await site.house.control.pool()
    await pool.execute("DELETE FROM control.session")
    async with asyncio.timeout(5):
        while not sockets[0].closed:
            await sockets[0].receive()
    for socket in sockets[1:]:
        await socket.close()


async def _next(socket: aiohttp.ClientWebSocketResponse, kind: str = "") -> dict[str, Any]:
    async with asyncio.timeout(8):
        while True:
            message = await socket.receive()
            assert message.type is aiohttp.WSMsgType.TEXT, message
            frame: dict[str, Any] = json.loads(message.data)
            if kind in {"", frame["t"]}:
                return frame


async def _first(site: Site) -> datetime:
    async with site.house.app.transaction(site.tenants["galaxy"]) as scope:
        found: datetime = (await journal.stored(scope, limit=1))[0].at
    return found


async def _rewound(site: Site, tenant: Any) -> int:
    async with site.house.app.transaction(tenant) as scope:
        return len(await journal.stored(scope, kinds=["BoardRewound"]))


async def _somebody_waits_and_leaves(site: Site) -> datetime:
    """A contact waits, to go by the facts, for six seconds and leaves; return when it left (a whole ms)."""
    tenant, call, at = site.tenants["galaxy"], uuid4(), datetime.now(UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    board = await open_board(site.house.app, Watched(tenant, "Galaxy", "Asia/Shanghai"))
    queue = next(iter(board.queues.values()))
    started = InteractionStarted(
        number="+862150001234", contact="+86 138****1234", channel="voice", direction="inbound", flow="main",
        flow_version=1,
    )  # fmt: skip
    told: tuple[tuple[Payload, datetime], ...] = (
        (started, at - 250 * MS),
        (InteractionQueued(queue=queue.code, queue_id=queue.id, head_start_s=0), at - 250 * MS),
        (InteractionAbandoned(queue_id=queue.id, wait_ms=6_000, stage="waiting"), at),
        (InteractionEnded("contact", "hung_up", "waiting", 0, None), at),
    )
    async with site.house.app.transaction(tenant) as scope:
        for payload, when in told:
            journal.append(scope, payload, subject=call, at=when, actor=SYSTEM)
    return at
