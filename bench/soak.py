"""Is anything left over after minutes of traffic? Calls come at half of the rate that an engine takes.

Every call is recorded, and every fifth contact hangs up again in the moment in which it is answered or just after.
After each half minute all calls have ended, and what there is then is compared with what there was after the first one:
channels, bridges, tasks, file handles, memory. The auditor looks all the time; what it repairs is told.
"""

from __future__ import annotations

import asyncio
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from bench.centre import HOME, Open, Size, metrics_port, opened
from bench.children import Child
from bench.ground import Ground, grounded
from bench.run import Run

RATE = 25
"""Calls a second: half of what an engine takes unless its limit says otherwise."""
STRETCH_S, QUICK_STRETCH_S = 30.0, 1.0
IMPATIENT = 5
CALM_WITHIN_S = 30.0
MORE_HANDLES = 64
"""So many connections for commands at most (``telephony.asterisk.wire.MOST``), which close when idle; a leak of
one for each call would be thousands."""
MORE_MIB = 32
MIB = 1 << 20
REPAIRED = "glassfloor_discrepancies_repaired_total"


@dataclass(frozen=True, slots=True)
class Left:
    """What is there while nobody calls. Memory in bytes, the engine's after it was told to trim its heap."""

    channels: int
    bridges: int
    calls: int
    tasks: int
    handles: int
    engine_handles: int
    memory: int
    engine_memory: int
    audits: int
    repaired: int


@dataclass
class Offered:
    """What was done in all stretches."""

    calls: int = 0
    routed: int = 0
    refused: int = 0
    unfinished: int = 0


async def run(given: Run) -> None:
    """Offer calls, look, and print."""
    size = Size(10, given.count(20, 2), recorded=True)
    async with (
        grounded(given.folder, 0, given.say) as ground,
        opened(HOME, ground, size) as ours,
        Child("bench.telephones") as outside,
    ):
        given.say("phones register, agents sign in")
        await ours.begin(outside)
        done, looks = Offered(), list[Left]()
        ends_at = time.monotonic() + given.minutes * 60
        while len(looks) < 2 or (time.monotonic() < ends_at and not given.quick):
            await outside.ask("register", engine="ours", phones=ours.phones)
            await _stretch(given, outside, size, done)
            looks.append(await calm(ours))
            given.say(f"{done.calls} calls; {looks[-1]}")
        await _tell(given, ground, done, looks)


async def _stretch(given: Run, outside: Child, size: Size, done: Offered) -> None:
    seconds = QUICK_STRETCH_S if given.quick else STRETCH_S
    rate = given.count(RATE, 4)
    told = await outside.ask(
        "offer", engine="ours", rate=rate, seconds=seconds, numbers=size.numbers, impatient=IMPATIENT
    )  # fmt: skip
    done.calls += told["offered"]
    done.routed += len(told["took"])
    done.refused += told["refused"]
    done.unfinished += told["unfinished"]


async def calm(ours: Open) -> Left:
    """Wait until every call has ended, or for as long as it may take; what is left then is left."""
    give_up_at = time.monotonic() + CALM_WITHIN_S
    left = await _left(ours)
    while (left.channels or left.bridges or left.calls) and time.monotonic() < give_up_at:
        await asyncio.sleep(0.5)
        left = await _left(ours)
    await ours.asterisk.console("malloc trim")
    return await _left(ours)


async def _left(ours: Open) -> Left:
    channels = await ours.asterisk.console("core show channels concise")
    bridges = await ours.asterisk.console("bridge show all")
    figures = await asyncio.to_thread(_figures, metrics_port(ours.asterisk))
    pid = ours.process.pid
    return Left(
        channels=_lines(channels), bridges=_lines(bridges) - 1, calls=int(figures["glassfloor_calls"]),
        tasks=int(figures["glassfloor_tasks"]), handles=_handles(pid or 0), engine_handles=_handles(ours.asterisk.pid),
        memory=_memory(pid or 0), engine_memory=_memory(ours.asterisk.pid),
        audits=int(figures["glassfloor_audits_total"]),
        repaired=int(sum(n for name, n in figures.items() if name.startswith(REPAIRED))),
    )  # fmt: skip


def _lines(said: str) -> int:
    return sum(bool(line.strip()) for line in said.splitlines())


def _figures(port: int) -> dict[str, float]:
    """Read what the process of the floor tells Prometheus."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def _handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


async def _tell(given: Run, ground: Ground, done: Offered, looks: list[Left]) -> None:
    first, last = looks[0], looks[-1]
    given.tell(
        f"S1  {done.calls} calls, each recorded, in {len(looks)} stretches: {done.routed} rang an agent, {done.refused}"
        f" refused, {done.unfinished} not ended in time; {await _stored(ground)} | target: all rang:"
        f" {'met' if done.routed == done.calls else 'MISSED'}"
    )
    kept = last.channels or last.bridges or last.calls
    grown = max(last.tasks - first.tasks, last.handles - first.handles, last.engine_handles - first.engine_handles)
    given.tell(
        f"S2  left over: {last.channels} channels, {last.bridges} bridges, {last.calls} calls; since the first stretch"
        f" tasks {first.tasks} to {last.tasks}, handles {first.handles} to {last.handles}, Asterisk's"
        f" {first.engine_handles} to {last.engine_handles} | {'MISSED' if kept or grown > MORE_HANDLES else 'met'}"
    )
    given.tell(
        f"S3  memory since the first stretch: switchboard {first.memory // MIB} to {last.memory // MIB} MiB, Asterisk"
        f" (trimmed) {first.engine_memory // MIB} to {last.engine_memory // MIB} MiB | target at most {MORE_MIB} more:"
        f" {'met' if _grew(first, last) <= MORE_MIB * MIB else 'MISSED'}"
    )
    given.tell(
        f"S4  the auditor looked {last.audits} times and repaired {last.repaired} | target: nothing to repair:"
        f" {'MISSED' if last.repaired else 'met' if last.audits else 'it did not look'}"
    )


def _grew(first: Left, last: Left) -> int:
    return max(last.memory - first.memory, last.engine_memory - first.engine_memory)


async def _stored(ground: Ground) -> str:
    """Say what the journal knows of it."""
    connection = await asyncpg.connect(ground.admin_dsn)
    try:
        (row,) = await connection.fetch(
            "SELECT count(*) AS told, count(*) FILTER (WHERE ended_at IS NULL) AS open,"
            " (SELECT count(*) FROM gf.journal WHERE kind = 'InteractionEnded') AS ended,"
            " (SELECT count(*) FROM gf.journal WHERE kind = 'RecordingBegan') AS began,"
            " (SELECT count(*) FROM gf.journal WHERE kind = 'RecordingStored') AS stored FROM gf.interaction"
        )
    finally:
        await connection.close()
    recordings = f"{row['began']} recordings began, {row['stored']} are stored"
    return f"the journal has {row['told']}, {row['ended']} ended, {row['open']} open; {recordings}"
