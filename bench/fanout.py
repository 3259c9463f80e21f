"""Live frames to many watchers: our hub against ``websockets.broadcast``, a raw loop, mosquitto, ``send_json`` each.

Then the real route: facts appended to journals in PostgreSQL, rung for, read, applied, sent to signed-in watchers;
its CPU per frame, and the time from the append to the watcher.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bench import broker
from bench.boards import changed, configured
from bench.children import Child
from bench.ground import Client, Ground, grounded
from bench.measure import Figure, Goal, Meter, Sample, Side, compare, percentiles
from bench.run import Run
from journal import service as journal
from journal.core.facts import NewFact
from kit.bus import Bus
from kit.clock import now
from live.hub import channel

SEATS = 100
TARGET_TICK_S = 0.1
LATEST_S = 20.0
"""How long after the last change its frame is waited for."""
EVENTS = 10
"""Changes of one tenant within one tick."""


class Lost(RuntimeError):
    """Frames did not arrive."""


async def run(given: Run) -> None:
    """Compare and print."""
    tenants, each = given.count(50, 4), given.count(20, 5)
    given.tell(f"    {tenants} tenants of {each} watchers")
    async with grounded(given.folder, tenants, given.say) as ground:
        async with Child("bench.feeds") as server, Child("bench.watchers") as crowd:
            told = await _start(server, ground, tenants, 0)
            stage = Stage(server, crowd, told, tenants, each)
            await _bare(given, stage)
            await _broker(given, stage)
            await _portal(given, ground, stage)
        for tick_s in (TARGET_TICK_S,) if given.quick else (0.2, TARGET_TICK_S):
            async with Child("bench.feeds") as server, Child("bench.watchers") as crowd:
                told = await _start(server, ground, tenants, tick_s)
                await _latency(given, ground, Stage(server, crowd, told, tenants, each), tick_s)


async def _start(server: Child, ground: Ground, tenants: int, tick_s: float) -> dict[str, Any]:
    return await server.ask("start", wiring=ground.wiring(), tenants=tenants, seats=SEATS, tick_s=tick_s)


class Stage:
    """A server and its crowd."""

    def __init__(self, server: Child, crowd: Child, told: dict[str, Any], tenants: int, each: int) -> None:
        self.server, self.crowd = server, crowd
        self.tenants, self.each = tenants, each
        self.port: int = told["port"]
        self._broadcast_port: int = told["broadcast_port"]

    def side(self, kind: str, ticks: int, per_tick: int, operations_per_tick: int) -> Side:
        """Return a side: connect the crowd, drive so many ticks, see that every frame arrived, let the crowd go."""

        async def once() -> Sample:
            port = self._broadcast_port if kind == "broadcast" else self.port
            sockets = [[f"/{kind}/{n}", ""] for n in range(self.tenants) for _ in range(self.each)]
            await self.crowd.ask("open", port=port, sockets=sockets, marks=False)
            watchers = self.tenants * self.each
            frames = watchers * ticks * (per_tick if kind == "json" else 1)
            told = await self.server.ask("drive", side=kind, ticks=ticks, events=per_tick)
            got = (await self.crowd.ask("wait", frames=frames, within_s=60))["frames"]
            await self.crowd.ask("close")
            if got < frames:
                raise Lost(f"{kind}: {got} of {frames} frames arrived")
            return Sample(watchers * ticks * operations_per_tick, told["wall"], {"server": told["cpu"]})

        return Side(f"{kind} {per_tick}", once)

    async def watch(self, clients: Sequence[Client], *, marks: bool) -> None:
        """Let the crowd watch the real route, signed in by the clients' keys."""
        sockets = [
            ["/live/feed", f"Authorization: Bearer {client.key}\r\n"] for client in clients for _ in range(self.each)
        ]
        await self.crowd.ask("open", port=self.port, sockets=sockets, marks=marks)
        got = (await self.crowd.ask("wait", frames=len(sockets), within_s=60))["frames"]
        if got < len(sockets):
            raise Lost(f"{got} of {len(sockets)} watchers got a first frame")


async def _bare(given: Run, stage: Stage) -> None:
    ticks = given.count(60, 5)
    rounds = await compare(
        [
            stage.side("hub", ticks, 1, 1),
            stage.side("broadcast", ticks, 1, 1),
            stage.side("raw", ticks, 1, 1),
            stage.side("hub", ticks, EVENTS, EVENTS),
            stage.side("json", max(2, ticks // 10), EVENTS, EVENTS),
        ],
        given.rounds,
    )
    given.figures(
        rounds,
        Figure("L2", "hub (apply, view, encode, send) to websockets.broadcast of ready bytes", "hub 1", "broadcast 1",
               Goal("x1.2", 1.2), "server"),
        Figure("L3a", "the same to a loop that writes a ready frame", "hub 1", "raw 1", Goal("0.7", 0.7), "server"),
        Figure("L4", f"events delivered, {EVENTS} per tenant and tick, to send_json", "hub 10", "json 10",
               Goal("x15", 15), "server"),
    )  # fmt: skip


async def _broker(given: Run, stage: Stage) -> None:
    """L7: a broker in C that gets ready bytes, and does no more than to bring them to who asked for the topic."""
    if broker.PROGRAM is None:
        given.tell(f"L7  not measured: {broker.MISSING}")
        return
    ticks = given.count(60, 5)
    payload = (await stage.server.ask("bytes", events=1))["text"].encode()
    async with broker.mosquitto(given.folder / "mosquitto") as running:
        theirs = broker.side(running, stage.crowd, payload, ticks, range(stage.tenants), stage.each)
        rounds = await compare([stage.side("hub", ticks, 1, 1), theirs], given.rounds)
    given.figures(rounds, Figure("L7", "hub (apply, view, encode, send) to mosquitto over WebSocket, ready bytes",
                                 "hub 1", "mosquitto", gate="server"))  # fmt: skip


async def _portal(given: Run, ground: Ground, stage: Stage) -> None:
    """L3: the whole real route at its own pace, in CPU of the server per frame that a watcher got."""
    bus = Bus(ground.redis.url)
    await _configure(ground)
    seconds = given.count(6, 1)
    raw = stage.side("raw", given.count(60, 5), 1, 1)

    async def once() -> Sample:
        await stage.watch(ground.clients, marks=False)
        before = (await stage.crowd.ask("count"))["frames"]
        meter = Meter(server=lambda: [stage.server.pid], postgres=ground.backends)
        until, tick = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            began = time.monotonic()
            for client in ground.clients:
                await _append(ground, client, [NewFact(changed(n, "talking", f"m{tick}"), UUID(int=1000 + n), now())
                                               for n in range(EVENTS)])  # fmt: skip
                await bus.ring(channel(client.id))
            tick += 1
            await asyncio.sleep(max(0.0, 0.2 - (time.monotonic() - began)))
        frames = (await stage.crowd.ask("count"))["frames"] - before
        sample = meter.sample(max(1, frames))
        await stage.crowd.ask("close")
        return sample

    rounds = await compare([Side("portal", once), raw], given.rounds)
    await bus.close()
    figure = Figure("L3", "whole route (keys, rechecks, journal, bell) per frame, to the raw loop", "portal", "raw 1",
                    Goal("0.7", 0.7), "server", paced=True)  # fmt: skip
    given.figures(rounds, figure)
    rate = 1 / rounds.median("portal", "wall")
    given.tell(
        f"    whole route: {rate:,.0f} frames/s delivered, {rounds.median('portal', 'server') * rate:.0%} of a core in"
        f" the server, {rounds.median('portal', 'postgres') * rate:.0%} in PostgreSQL (appends included)"
    )


async def _latency(given: Run, ground: Ground, stage: Stage, tick_s: float) -> None:
    """L6: from just before the append's transaction to the first sight of the frame, per watcher."""
    bus = Bus(ground.redis.url)
    await _configure(ground)
    few = ground.clients
    await stage.watch(few, marks=True)
    sent: dict[str, float] = {}
    began = time.time()
    first = int(began * 1000)  # no mark of an earlier part, which snapshots show too
    for number in range(given.count(400, 20)):
        client = few[number % len(few)]
        mark = f"m{first + number}"
        sent[mark] = time.time()
        seat = number // len(few) % SEATS
        await _append(ground, client, [NewFact(changed(seat, "on_break", mark), UUID(int=1000 + seat), now())])
        await bus.ring(channel(client.id))
        await asyncio.sleep(0.015)
    wanted, took = len(sent) * stage.each, list[float]()
    give_up_at = time.monotonic() + LATEST_S
    while len(took) < wanted and time.monotonic() < give_up_at:
        await asyncio.sleep(0.5)
        seen: list[dict[str, float]] = (await stage.crowd.ask("count", marks=True))["seen"]
        took = [at - sent[mark] for watcher in seen for mark, at in watcher.items() if mark in sent]
    if not took:
        raise Lost(f"none of {wanted} changes was seen")
    await stage.crowd.ask("close")
    await bus.close()
    p50, p99 = (value * 1000 for value in percentiles(took, 0.5, 0.99))
    goal = Goal("p99 200 ms at a tick of 100 ms", 200, most=True)
    verdict = goal.verdict(p99) if tick_s == TARGET_TICK_S else "of the product's tick, for comparison"
    given.tell(
        f"L6  append to watcher, tick {tick_s * 1000:.0f} ms, {len(few) * stage.each} watchers of {len(few)} tenants,"
        f" {len(sent) / (time.time() - began):.0f} changes/s: p50 {p50:.0f} ms,"
        f" p99 {p99:.0f} ms by wall, {len(took)} of {wanted} sightings | target {goal.text}: {verdict}"
    )


async def _configure(ground: Ground) -> None:
    for client in ground.clients:
        await _append(ground, client, [NewFact(configured(SEATS), client.id, now())])


async def _append(ground: Ground, client: Client, facts: list[NewFact]) -> None:
    async with ground.plane.transaction(client.id) as scope:
        await journal.append_now(scope, facts)
