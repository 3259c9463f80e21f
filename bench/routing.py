"""Decisions per second of ``routing.core`` against a naive scan that must decide the same, and how it scales.

5 000 agents, 200 queues of 20 tenants, 20 skills; each agent serves two tenants, so fair shares are at work. In the
measured cycle an agent becomes free, gets the interaction that is first, answers, and a new contact joins a queue.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.measure import Figure, Goal, Sample, Side, compare, percentiles
from bench.naive import Scan
from bench.run import Run
from routing.core.floor import Floor
from routing.core.needs import AtLeast, Id, Levels
from routing.core.offers import Outcome
from routing.core.values import Agent, Queue, Waiting

TENANTS, QUEUES, SKILLS = 20, 200, 20
EPOCH = datetime(2026, 1, 5, tzinfo=UTC)
STEP = timedelta(milliseconds=1)
Pair = tuple[object, object]


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is, drawn from a seed."""

    agents: list[Agent]
    queues: list[Queue]
    draw: random.Random

    def waiting(self, number: int) -> Waiting:
        """Draw the next contact."""
        queue = self.draw.choice(self.queues)
        return Waiting(f"i{number:08}", queue.tenant, queue.id, EPOCH + number * STEP)


def world(agents: int, seed: int) -> World:
    """Draw a world: skill profiles repeat, as they do in a centre."""
    draw = random.Random(seed)
    needs = [AtLeast(f"s{(n // TENANTS + n) % SKILLS:02}") for n in range(QUEUES)]
    queues = [Queue(f"q{n:03}", f"t{n % TENANTS:02}", need) for n, need in enumerate(needs)]
    profiles: list[dict[Id, Levels]] = []
    for number in range(100):
        served: list[Id] = [f"t{number % TENANTS:02}", f"t{draw.randrange(TENANTS):02}"]
        profiles.append({tenant: {f"s{n:02}": 3 for n in draw.sample(range(SKILLS), 8)} for tenant in served})
    made = []
    for number in range(agents):
        skills = profiles[number % len(profiles)]
        made.append(Agent(f"a{number:06}", frozenset(skills), skills))
    return World(made, queues, draw)


class Cycle:
    """A floor or a scan in the measured state: everybody at work, ``backlog`` contacts waiting."""

    def __init__(self, floor: Floor | Scan, made: World, backlog: int) -> None:
        self.floor, self.world, self.decided = floor, made, 0
        self.pairs: list[Pair] = []
        self._free = random.Random(5)
        self._next = backlog
        for queue in made.queues:
            floor.set_queue(queue)
        for agent in made.agents:
            floor.add_agent(agent)
            floor.occupied(agent.id, min(agent.tenants, key=str), EPOCH, EPOCH)
        for number in range(backlog):
            floor.enqueue(made.waiting(number))
        floor.decide(EPOCH)

    def turn(self) -> None:
        """Free one agent, decide, answer, let one more contact wait."""
        now = EPOCH + self._next * STEP
        self.floor.available(self._free.choice(self.world.agents).id, now, now)
        for offer in self.floor.decide(now).offers:
            self.pairs.append((offer.interaction, offer.agent))
            self.floor.end_offer(offer, Outcome.ANSWERED, now)
            self.floor.enqueue(self.world.waiting(self._next))
            self._next += 1
            self.decided += 1


def decisions(cycle: Cycle, turns: int) -> Sample:
    """Measure so many turns."""
    before = cycle.decided
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(turns):
        cycle.turn()
    used, took = time.process_time() - cpu, time.perf_counter() - wall
    return Sample(max(1, cycle.decided - before), took, {"process": used})


def _side(name: str, cycle: Cycle, turns: int) -> Side:
    async def run() -> Sample:
        return decisions(cycle, turns)

    return Side(name, run)


async def run(given: Run) -> None:
    """Compare and print."""
    agents, backlog = given.count(5_000, 200), given.count(20_000, 400)
    turns = given.count(5_000, 200)
    given.say(f"routing: {agents} agents, {backlog} waiting")
    core, scan = (Cycle(make(), world(agents, 3), backlog) for make in (Floor, Scan))
    rounds = await compare([_side("core", core, turns), _side("scan", scan, given.count(100, 20))], given.rounds)
    common = min(len(core.pairs), len(scan.pairs))
    same = core.pairs[:common] == scan.pairs[:common]
    given.figures(rounds, Figure("R2", "routing core to a naive scan", "core", "scan", Goal("x100", 100)))
    given.tell(f"    equal decisions: {common} of {common}" if same else "    DECISIONS DIFFER")
    await _scaling(given)
    _latency(given)


async def _scaling(given: Run) -> None:
    """R4: the rate with 20 000 agents over the rate with 500, four contacts waiting for each agent."""
    small, large = given.count(500, 50), given.count(20_000, 500)
    turns = given.count(15_000, 200)
    sides = [_side(name, Cycle(Floor(), world(n, 3), 4 * n), turns) for name, n in (("500", small), ("20000", large))]
    for side in sides:
        await side.run()
    figure = Figure("R4", f"routing with {large} agents to {small}", "20000", "500", Goal("0.7", 0.7))
    given.figures(await compare(sides, given.rounds), figure)


def _latency(given: Run) -> None:
    """R5: single decisions with 50 000 waiting."""
    cycle = Cycle(Floor(), world(given.count(5_000, 200), 3), given.count(50_000, 400))
    took = [_timed(cycle.turn) for _ in range(given.count(20_000, 200))]
    used = [value * 1e6 for value in percentiles((cpu for cpu, _ in took), 0.5, 0.99, 0.999)]
    wall = [value * 1e6 for value in percentiles((wall for _, wall in took), 0.5, 0.99, 0.999)]
    verdict = Goal("", 1000, most=True).verdict(used[1])
    given.tell(
        f"R5  one turn (free, decide, answer, enqueue), {given.count(50_000, 400)} waiting, p50 / p99 / p99.9:"
        f" {_slashed(used)} us of CPU | {_slashed(wall)} us by wall"
        f" | target p99 1 ms on the whole path: {verdict}, core only"
    )


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    cpu, wall = time.thread_time(), time.perf_counter()
    work()
    return time.thread_time() - cpu, time.perf_counter() - wall


def _slashed(values: list[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in values)
