"""Whole calls: our switchboard on Asterisk against Asterisk's own ``Queue()``, on the same machine in the same run.

Both answer a contact, let it wait with music and ring the longest idle agent, who answers at once; they talk for a
second, without sound. Ours matches skills and keeps a journal. Two engines are up; rounds are interleaved. Then the
rate rises until a side does not route it any more; ours has no limit until then. Last, twice a limit (``admission``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import admission
from bench.centre import HOME, Open, Size, opened
from bench.children import Child
from bench.ground import Ground, grounded
from bench.measure import Figure, Goal, Meter, Sample, Side, compare, percentiles
from bench.run import Run
from bench.telephones import CARRIER
from telephony.asterisk.local import LocalAsterisk

PROFILE = Path(__file__).resolve().parent / "queue_engine"
SECRET = "bench"  # noqa: S105 - of phones that live for a minute on loopback


MOST_PER_MINUTE = 60_000
ENOUGH = 0.98
"""A side routes a rate when so much of it reaches an agent."""


class NothingRouted(RuntimeError):
    """An engine routed no call at all."""


@dataclass
class Seen:
    """What one side did at one rate, all rounds together."""

    offered: int = 0
    refused: int = 0
    unfinished: int = 0
    took: list[float] = field(default_factory=list)


async def run(given: Run) -> None:
    """Compare and print."""
    size = Size(given.count(10, 2), given.count(20, 4), per_minute=MOST_PER_MINUTE)
    given.tell(f"    {size.queues} queues of {size.agents} agents, 1 s of talk, no sound")
    async with (
        grounded(given.folder, 0, given.say) as ground,
        _queue_engine(ground, size) as queue,
        opened(HOME, ground, size) as ours,
        Child("bench.telephones") as outside,
    ):
        given.say("phones register, agents sign in")
        await outside.ask("open", engine="queue", server=[queue.bind, queue.sip_port])
        await outside.ask("register", engine="queue", phones=[[f"o-{seat}", SECRET] for seat in size.seats])
        await ours.begin(outside)
        stage = Stage(outside, ground, queue, ours, size)
        await _compare(given, stage)
        await _largest(given, stage)
        limit = given.count(25, 4)
        await ours.limit(ground, size, limit * 60)
        await admission.measure(given, ours, outside, size, limit)


@asynccontextmanager
async def _queue_engine(ground: Ground, size: Size) -> AsyncIterator[LocalAsterisk]:
    """Start the peer: the same Asterisk with fixed endpoints and app_queue."""
    endpoints = "\n".join(_endpoint(f"o-{seat}") for seat in size.seats)
    values = {"carrier_address": CARRIER, "endpoints": endpoints, "queues": _queues(size)}
    engine = LocalAsterisk(HOME, ground.folder / "queue", profile=str(PROFILE), values=values)
    await engine.start()
    try:
        said = await engine.console("module load app_queue.so")
        if "Loaded" not in said:
            raise NothingRouted(f"app_queue was not loaded: {said}")
        yield engine
    finally:
        await engine.stop()


def _endpoint(name: str) -> str:
    return f"""[{name}]
type = endpoint
context = from-agent
disallow = all
allow = ulaw,alaw
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
allow_transfer = no
aors = {name}
auth = {name}
[{name}]
type = aor
max_contacts = 2
remove_existing = yes
[{name}]
type = auth
auth_type = userpass
username = {name}
password = {SECRET}
"""


def _queues(size: Size) -> str:
    """Write queues.conf: longest idle first, no wrap-up, an agent who talks is not rung."""
    parts = []
    for number in range(size.queues):
        code = f"q{number:04}"
        members = "\n".join(f"member => PJSIP/o-{seat}" for seat in size.seats if size.queue_of(seat) == code)
        settings = "strategy = leastrecent\ntimeout = 15\nretry = 1\nwrapuptime = 0\nringinuse = no\njoinempty = yes"
        parts.append(f"[{code}]\n{settings}\n{members}\n")
    return "\n".join(parts)


class Stage:
    """Both engines and the outside world."""

    def __init__(self, outside: Child, ground: Ground, queue: LocalAsterisk, ours: Open, size: Size) -> None:
        self._outside, self._ground = outside, ground
        self._size = size
        switchboard = ours.process.pid
        self._groups: dict[str, dict[str, Callable[[], Iterable[int]]]] = {
            "queue": {"asterisk": lambda: [queue.pid], "switchboard": list},
            "ours": {
                "asterisk": lambda: [ours.asterisk.pid],
                "switchboard": lambda: [] if switchboard is None else [switchboard],
            },
        }
        self.seen: dict[str, Seen] = {}

    def side(self, engine: str, rate: int, seconds: float) -> Side:
        """Return a side: so many calls per second for some seconds."""
        name = f"{engine} {rate}"

        async def once() -> Sample:
            meter = Meter(**self._groups[engine], postgres=self._ground.backends)
            told = await self._outside.ask(
                "offer", engine=engine, rate=rate, seconds=seconds, numbers=self._size.numbers
            )  # fmt: skip
            if not told["took"]:
                raise NothingRouted(f"{name}: {told}")
            sample = meter.sample(len(told["took"]))
            seen = self.seen.setdefault(name, Seen())
            seen.offered += told["offered"]
            seen.refused += told["refused"]
            seen.unfinished += told["unfinished"]
            seen.took += told["took"]
            both = sample.cost["asterisk"] + sample.cost["switchboard"]
            return Sample(sample.operations, sample.wall_s, {**sample.cost, "asterisk and switchboard": both})

        return Side(name, once)


async def _compare(given: Run, stage: Stage) -> None:
    seconds = given.count(6, 1)
    rates = [given.count(10, 2), given.count(50, 4)]
    for engine in ("queue", "ours"):  # caches, codecs, connections
        await stage.side(engine, rates[0], given.count(2, 1)).run()
    stage.seen.clear()
    sides = [stage.side(engine, rate, seconds) for rate in rates for engine in ("queue", "ours")]
    rounds = await compare(sides, given.rounds)
    for rate in rates:
        figure = Figure(
            "T9", f"routed calls at {rate}/s, our switchboard to Queue()", f"ours {rate}", f"queue {rate}",
            Goal("x1", 1.0), "asterisk and switchboard", paced=True, also=("asterisk", "switchboard", "postgres"),
        )  # fmt: skip
        given.figures(rounds, figure)
        for engine in ("ours", "queue"):
            given.tell(_latency(f"{engine} {rate}", rate, stage.seen[f"{engine} {rate}"]))


async def _largest(given: Run, stage: Stage) -> None:
    """Raise the rate on both sides in turn, each until it does not route it any more."""
    stage.seen.clear()
    best = {"ours": 0.0, "queue": 0.0}
    rising = list(best)
    for rate in range(60, 241, 20) if not given.quick else [6]:
        for engine in tuple(rising):
            await stage.side(engine, rate, given.count(5, 1)).run()
            seen = stage.seen[f"{engine} {rate}"]
            share = len(seen.took) / seen.offered
            best[engine] = max(best[engine], rate * share)
            given.say(_latency(f"{engine} {rate}", rate, seen))
            if share < ENOUGH:
                rising.remove(engine)
    verdict = "met" if best["ours"] >= best["queue"] else "MISSED"
    given.tell(
        f"T9r largest rate that was routed: ours {best['ours']:.0f}/s, Queue() {best['queue']:.0f}/s"
        f"{', and still rising' if rising else ''} | target: at least Queue()'s: {verdict}"
    )


def _latency(name: str, rate: int, seen: Seen) -> str:
    p50, p95, p99 = (value * 1000 for value in percentiles(seen.took, 0.5, 0.95, 0.99))
    return (
        f"    {name}/s: routed {rate * len(seen.took) / seen.offered:.1f}/s ({len(seen.took)} of {seen.offered}),"
        f" INVITE to agent INVITE p50 {p50:.1f} / p95 {p95:.1f} / p99 {p99:.1f} ms, refused {seen.refused},"
        f" unfinished {seen.unfinished} | target at 50/s: p50 8, p99 40 ms"
    )
