"""Twice as many calls as an engine may take, offered by sipp to real Asterisk: what it takes is routed as ever.

The last part of ``bench.calls``. What is beyond the limit is refused before the answer (503). First the same is offered
below the limit, so that one sees what the refusing costs those who are taken. sipp is the contacts, the agents are
those of ``bench.telephones``; one clock sees both.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.centre import Open, Size
from bench.children import Child
from bench.measure import percentiles
from bench.run import Run
from bench.sip import DIGITS
from bench.soak import calm
from bench.telephones import CARRIER

SCENARIO = Path(__file__).resolve().parent / "sipp" / "callers.xml"
BELOW, BEYOND = 0.8, 2.0
"""Of the limit."""
WITHIN_S = 30
"""So long sipp may take beyond the time in which it begins calls."""
_LINE = re.compile(r"(\d+\.\d+)\t([SR])\t(\d+)@\S*\tCSeq:1 INVITE\t(?:INVITE|SIP/2.0 (\d+))")
OK, BUSY = 200, 503


class NoSipp(RuntimeError):
    """Without sipp there are no contacts."""


@dataclass
class Seen:
    """What became of the calls of one stretch."""

    offered: int = 0
    taken: int = 0
    refused: int = 0
    other: int = 0
    took: list[float] = field(default_factory=list)
    """From INVITE to the agent's INVITE, in seconds, of every call that reached one."""

    @property
    def line(self) -> str:
        """Return it for people."""
        p50, p95, p99 = (value * 1000 for value in percentiles(self.took, 0.5, 0.95, 0.99))
        return (
            f"{self.taken} of {self.offered} taken, {len(self.took)} of them reached an agent, {self.refused} refused"
            f" with 503, {self.other} otherwise; INVITE to agent INVITE p50 {p50:.1f} / p95 {p95:.1f} / p99"
            f" {p99:.1f} ms"
        )


async def measure(given: Run, ours: Open, outside: Child, size: Size, limit: int) -> None:
    """Offer below the limit and beyond it, look what is left over, and print."""
    if shutil.which("sipp") is None:
        raise NoSipp("sipp is not installed: scripts/system-packages installs it")
    seconds = given.count(20, 2)
    below = await _offered(given, ours, outside, size, limit * BELOW, seconds)
    beyond = await _offered(given, ours, outside, size, limit * BEYOND, seconds)
    left = await calm(ours)
    verdict = "met" if beyond.taken == len(beyond.took) and not beyond.other else "MISSED"
    given.tell(f"C1  sipp: {limit * BELOW:.0f}/s for {seconds} s, limit {limit}/s: {below.line}")
    given.tell(
        f"C2  sipp: {limit * BEYOND:.0f}/s for {seconds} s: {beyond.line}"
        f" | target: every taken one reaches an agent, the rest get 503: {verdict}"
    )
    clean = "MISSED" if left.channels or left.bridges or left.calls else "met"
    rest = f"{left.channels} channels, {left.bridges} bridges, {left.calls} calls"
    given.tell(f"C3  left over: {rest} | target: none: {clean}")


async def _offered(given: Run, ours: Open, outside: Child, size: Size, rate: float, seconds: int) -> Seen:
    """Let sipp call at a rate, and see what became of each call."""
    count = int(rate * seconds)
    given.say(f"sipp: {count} calls at {rate:.0f}/s")
    await outside.ask("rang", engine="ours")
    log = await _sipp(given.folder, ours, size, rate, count)
    rang = (await outside.ask("rang", engine="ours"))["rang"]
    ahead = time.time() - time.perf_counter()
    sent: dict[str, float] = {}
    ended: dict[str, int] = {}
    for at, way, number, status in _LINE.findall(log):
        digits = f"{int(number) % 10**DIGITS:0{DIGITS}}"
        if way == "S":
            sent.setdefault(digits, float(at))
        elif int(status or 0) >= OK:
            ended.setdefault(digits, int(status))
    states = list(ended.values())
    return Seen(
        count, states.count(OK), states.count(BUSY), count - states.count(OK) - states.count(BUSY),
        [rang[digits] + ahead - sent[digits] for digits in ended if digits in rang],
    )  # fmt: skip


async def _sipp(folder: Path, ours: Open, size: Size, rate: float, count: int) -> str:
    """Run sipp to its end; returns its log of messages."""
    numbers = [f"{n % 10**DIGITS:0{DIGITS}};{size.numbers[n % len(size.numbers)]}" for n in range(1, count + 1)]
    callers, log = folder / "callers.csv", folder / "sipp.log"
    callers.write_text("\n".join(["SEQUENTIAL", *numbers, ""]), encoding="ascii")
    log.unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        "sipp", f"{ours.asterisk.bind}:{ours.asterisk.sip_port}", "-sf", str(SCENARIO), "-inf", str(callers),
        "-i", CARRIER, "-p", str(_free_port()), "-r", str(round(rate)), "-m", str(count), "-l", str(count),
        "-cid_str", "%u@%s", "-trace_shortmsg", "-shortmessage_file", str(log), "-nostdin",
        "-timeout", f"{round(count / rate) + WITHIN_S}s", "-recv_timeout", "10000",
        cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    try:
        await asyncio.wait_for(process.wait(), count / rate + 2 * WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
    return log.read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.bind((CARRIER, 0))
        found: int = asked.getsockname()[1]
        return found
