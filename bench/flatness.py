"""The cost of the last of many clients against the first ones, while a floor is running and takes each up.

CPU time, not wall time: neighbours take turns with us, and that must not look like growth. After each apply the floor
has read the new client before the next one comes.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from app import reactions
from app.flows import check_flow
from bench.centre import FLOOR, NotReady, house_environment
from bench.children import ROOT
from bench.clients import centre_file, client_file
from bench.ground import Ground, grounded
from bench.measure import children_of, cpu_of
from bench.run import Run
from kit import clock
from kit.bus import Bus
from kit.embedded.child import ChildProcess
from kit.errors import Unavailable
from kit.settings import child_environment
from switchboard.inbox import STATUS, inbox_name
from tenants.service.blueprints import Order, apply_blueprint
from tenants.service.centre import apply_centre

EDGE = 20
"""So many of the first and of the last applies are compared, by their medians."""
_OPEN_WITHIN_S = 60.0
_RINGS_S = 0.03


async def flat(given: Run) -> None:
    """Apply many clients one after the other beside a running floor, and print what the last cost against the first."""
    count = given.count(200, 50)
    async with grounded(given.folder / "flat", 0, given.say) as ground:
        await apply_centre(ground.control, ground.plane, centre_file(count), clock.now())
        async with _engine(ground) as (process, bus):
            reactions.install(bus)
            given.say(f"{count} clients, one after the other, a floor running")
            costs = [await _one(ground, process, bus, number) for number in range(count)]
    applying, floor = ([cost[side] for cost in costs] for side in (0, 1))
    given.tell(
        f"    {count} applies with a floor running, CPU of the last {EDGE} against the first {EDGE}: "
        f"applying {_edges(applying)}; the floor takes it up {_edges(floor)}"
    )


@asynccontextmanager
async def _engine(ground: Ground) -> AsyncIterator[tuple[ChildProcess, Bus]]:
    """Run the engine process on the simulated phone network until the end."""
    bus = Bus(ground.redis.url)
    process = ChildProcess(
        "engine", [sys.executable, "-m", "app.start", "engine"], log=ground.folder / "engine.log",
        env=child_environment({**house_environment(ground), "GF_PHONES": "simulator"}), folder=ROOT,
    )  # fmt: skip
    try:
        await asyncio.to_thread(process.start)
        until = time.monotonic() + _OPEN_WITHIN_S
        while not await _answers(bus):
            if not process.running or time.monotonic() > until:
                raise NotReady(process.log_tail())
        yield process, bus
    finally:
        await asyncio.to_thread(process.stop)
        await bus.close()


async def _answers(bus: Bus) -> bool:
    try:
        return bool(await bus.ask(inbox_name(FLOOR), {"command": STATUS}, timedelta(seconds=2)))
    except Unavailable:
        return False


async def _one(ground: Ground, process: ChildProcess, bus: Bus, number: int) -> tuple[float, float]:
    """Return the CPU seconds of applying one client, ours and the database's, and of the floor's process."""
    ours, theirs, floors = time.process_time(), _backends(ground), _all_of(process)
    order = Order(by="bench", at=clock.now(), check_flow=check_flow)
    await apply_blueprint(ground.control, ground.plane, client_file(number, seat=str(1000 + number)), order)
    applied = time.process_time() - ours + _since(ground, theirs)
    await asyncio.sleep(_RINGS_S)
    while not await _answers(bus):  # an inbox is served in its order: the reading of the new client came first
        pass
    return applied, _all_of(process) - floors


def _all_of(process: ChildProcess) -> float:
    pid = process.pid or 0
    return cpu_of(pid) + sum(cpu_of(child) for child in children_of(pid))


def _backends(ground: Ground) -> dict[int, float]:
    return {pid: cpu_of(pid) for pid in ground.backends()}


def _since(ground: Ground, before: dict[int, float]) -> float:
    return sum(max(0.0, used - before.get(pid, 0.0)) for pid, used in _backends(ground).items())


def _edges(costs: Sequence[float]) -> str:
    first, last = statistics.median(costs[:EDGE]), statistics.median(costs[-EDGE:])
    return f"{first * 1000:.0f} ms, {last * 1000:.0f} ms: x{last / first:.2f}"
