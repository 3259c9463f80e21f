"""The switchboard is killed (``kill -9``) with calls up: how long until it decides again; a call's cost in memory.

Before that everybody in some calls speaks: what the engine spends on conversations with sound, and what arrives of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.centre import FLOOR, HOME, Open, Size, opened
from bench.children import Child
from bench.ground import grounded
from bench.measure import Meter
from bench.run import Run
from kit.errors import Unavailable
from switchboard.inbox import inbox_name

RATE = 12
"""So many calls a second begin: below what the engine routes."""
WITHIN_S = 30.0
STEPS = {
    "floor_taken": "has read the floor",
    "engine_here": "has seen the engine",
}
"""What the process writes down on its way."""


async def run(given: Run) -> None:
    """Measure and print."""
    calls, speaking = given.count(200, 6), given.count(30, 3)
    size = Size(10, given.count(21, 2), recorded=True)
    async with (
        grounded(given.folder, 0, given.say) as ground,
        opened(HOME, ground, size) as ours,
        Child("bench.telephones") as outside,
    ):
        given.say("phones register, agents sign in")
        await ours.begin(outside)
        await _sound(given, ours, outside, speaking, size)
        before = _memory(ours)
        told = await outside.ask("hold", engine="ours", count=calls, rate=RATE, numbers=size.numbers)
        after = _memory(ours)
        names = ("switchboard", "Asterisk")
        each = ", ".join(f"{n} {(b - a) / calls:.0f} KiB" for n, a, b in zip(names, before, after, strict=True))
        given.tell(f"    memory per call with {told['up']} up, recorded: {each}")
        took = await _killed(ours)
        left = await outside.ask("release", engine="ours")
        given.tell(
            f"    recovery with {told['up']} calls up, after kill -9, lease and start in it:"
            f" {', '.join(f'{what} {at:.1f} s' for what, at in took)}; {left['up']} calls still talk"
            " | target: under 5 s"
        )


async def _sound(given: Run, ours: Open, outside: Child, count: int, size: Size) -> None:
    seconds = given.count(6, 2)
    await outside.ask("hold", engine="ours", count=count, rate=RATE, numbers=size.numbers)
    meter = Meter(asterisk=lambda: [ours.asterisk.pid])
    told = await outside.ask("speak", engine="ours", seconds=seconds)
    sample = meter.sample(1)
    await outside.ask("release", engine="ours")
    given.tell(
        f"    {told['lines']} parties of {count} conversations speak, recorded: Asterisk"
        f" {sample.cost['asterisk'] / told['took'] * 100:.0f} % of a core,"
        f" {told['heard'] / told['sent'] * 100:.0f} % as many packets heard as sent | target with 30: 35 % of a core"
    )


def _memory(ours: Open) -> tuple[int, int]:
    """Resident KiB of switchboard and Asterisk."""
    pids = (ours.process.pid, ours.asterisk.pid)
    found = []
    for pid in pids:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        found.append(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")))
    return found[0], found[1]


def _steps(log: Path, killed_at: datetime) -> list[tuple[str, float]]:
    """Return the seconds until the newest of each step that the process wrote down."""
    found: dict[str, float] = {}
    for line in log.read_text(encoding="utf-8").splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        at = datetime.fromisoformat(told["timestamp"]) if told.get("event") in STEPS else killed_at
        if at > killed_at:
            found[STEPS[told["event"]]] = (at - killed_at).total_seconds()
    return list(found.items())


async def _killed(ours: Open) -> list[tuple[str, float]]:
    """Kill the engine process, start it again, and return the seconds until each step, and until it decides."""
    pid = ours.process.pid
    if pid is None:
        raise RuntimeError("the engine process is not there")
    began, killed_at = time.perf_counter(), datetime.now(UTC)
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(ours.process.stop)
    await asyncio.to_thread(ours.process.start)
    while time.perf_counter() - began < WITHIN_S:
        try:
            answer = await ours.bus.ask(inbox_name(FLOOR), {"command": "status"}, timedelta(seconds=0.2))
        except Unavailable:
            continue
        if answer["ok"]:
            return [*_steps(ours.process.log, killed_at), ("decides again", time.perf_counter() - began)]
    raise TimeoutError(f"no decision within {WITHIN_S} s:\n{ours.process.log_tail()}")
