"""A board of any second of 90 days, by size of the journal: until its document is written, wall and CPU.

Three clients of 500 seats have the same 90 days in more and more facts, and the keyframes that the worker makes of them
(live.keyframes). Each round asks every client for the same number of random seconds, in another order.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, islice
from uuid import UUID

import asyncpg
import orjson

from bench.boards import configured
from bench.days import Day, Place, Told, write
from bench.ground import ZONE, Client, Ground, grounded
from bench.measure import Figure, Meter, Sample, Side, compare, percentiles
from bench.run import Run
from kit.clock import now
from live import keyframes, marks, rewind
from live.core import view
from live.core.marks import KINDS
from live.keyframes import Watched

SEATS = 500
DAYS = 90
FACTS_A_CALL = 15.0
WITHIN_S = 1.0


async def run(given: Run) -> None:
    """Measure and print."""
    sizes = (10_000, 100_000, 1_000_000) if not given.quick else (1_200, 2_400, 4_800)
    async with grounded(given.folder, len(sizes), given.say) as ground:
        clients = dict(zip(sizes, ground.clients, strict=True))
        for size, client in clients.items():
            await _fill(given, ground, client, size)
        times: dict[int, list[float]] = {size: [] for size in sizes}
        each = given.count(40, 5)
        sides = [_side(ground, client, size, each, times[size]) for size, client in clients.items()]
        rounds = await compare(sides, given.rounds)
        for size in sizes:
            p50, p95, last = percentiles(times[size], 0.5, 0.95, 1.0)
            verdict = "met" if last <= WITHIN_S else "MISSED"
            given.tell(
                f"W1  a second of {DAYS} days among {size:,} facts: p50 {p50 * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms,"
                f" slowest {last * 1e3:.0f} ms of {len(times[size])} | target {WITHIN_S:.0f} s: {verdict}"
            )
        small, large = (f"{size:,} facts" for size in (sizes[0], sizes[-1]))
        title = f"a frame among {large} to one among {small}"
        given.figures(
            rounds, Figure("W2", title, large, small, also=("postgres",)),
        )  # fmt: skip
        await _others(given, ground, clients[sizes[-1]], sizes[-1])


async def _fill(given: Run, ground: Ground, client: Client, size: int) -> None:
    """Write 90 days into a client's journal and let the worker make its keyframes."""
    began = now() - timedelta(days=DAYS)
    first = configured(SEATS)
    place = Place([(s["seat"], s["agent_id"]) for s in first.seats], [(q["code"], q["id"]) for q in first.queues])
    every = DAYS * 86_400 / max(1.0, (size - 2 * SEATS) / FACTS_A_CALL)
    told: tuple[Told, ...] = ((began, first, UUID(str(client.id))),)
    admin = await asyncpg.connect(ground.admin_dsn)
    start = time.perf_counter()
    await write(admin, client.id, islice(chain(told, Day(place, every).facts(began)), size))
    await admin.execute("ANALYZE gf.journal")
    written, start = time.perf_counter() - start, time.perf_counter()
    while await keyframes.keep(ground.plane, _watched(client)):
        pass
    made = time.perf_counter() - start
    row = await admin.fetchrow(
        "SELECT count(*) AS n, coalesce(avg(length(packed)), 0) AS bytes,"
        " coalesce(avg(length(marks::text) + length(kinds)), 0) AS marks FROM gf.board_keyframe WHERE tenant_id = $1",
        client.id,
    )
    await admin.close()
    if row is not None:
        given.tell(
            f"    {size:,} facts in {written:.0f} s; {row['n']} keyframes in {made:.1f} s"
            f" ({size / made:,.0f} facts/s), {row['bytes'] / 1024:.1f} KiB each and {row['marks']:.0f} bytes of marks"
        )


def _watched(client: Client) -> Watched:
    return Watched(client.id, client.code, ZONE)


def _moments(seed: int) -> Callable[[], datetime]:
    dice = random.Random(seed)
    return lambda: now() - timedelta(seconds=dice.uniform(5, DAYS * 86_400 - 600))


def _side(ground: Ground, client: Client, size: int, each: int, times: list[float]) -> Side:
    moment, watched = _moments(size), _watched(client)

    async def once() -> Sample:
        meter = Meter(process=lambda: [os.getpid()], postgres=ground.backends)
        for _ in range(each):
            began = time.perf_counter()
            orjson.dumps(view.snapshot(await rewind.board_at(ground.plane, watched, moment(), now())))
            times.append(time.perf_counter() - began)
        return meter.sample(each)

    return Side(f"{size:,} facts", once)


async def _others(given: Run, ground: Ground, client: Client, size: int) -> None:
    """Days and jumps in the largest journal."""
    moment, watched, days, jumps = _moments(7), _watched(client), [], []
    for _ in range(given.count(20, 2)):
        at = moment()
        began = time.perf_counter()
        await marks.day_of(ground.plane, watched, at.date(), now())
        days.append(time.perf_counter() - began)
        began = time.perf_counter()
        await marks.event_before(ground.plane, watched, at, KINDS[:1], now())
        jumps.append(time.perf_counter() - began)
    for number, what, found in (("W3", "a day's overview", days), ("W4", "a jump to the last breach", jumps)):
        p50, last = percentiles(found, 0.5, 1.0)
        given.tell(f"{number}  {what} among {size:,} facts: p50 {p50 * 1e3:.0f} ms, slowest {last * 1e3:.0f} ms")
