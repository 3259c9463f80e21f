"""Sides of a comparison, rounds that are interleaved and shuffled, ratios per round, and the one line that is printed.

A figure is the median of the ratios of the rounds, with the smallest and the largest. CPU time per operation is the
gate, wall time stands beside it. A reference that spreads over x2 by itself says nothing, and so do we.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROUNDS, QUICK_ROUNDS = 5, 1
TOO_WIDE = 2.0
"""A reference whose largest cost is more than so many times its smallest gives no result."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one side did in one round. ``cost`` names seconds of CPU: of the ``process``, of ``postgres`` and so on."""

    operations: int
    wall_s: float
    cost: Mapping[str, float]

    def per_operation(self, what: str) -> float:
        """Return seconds per operation, of ``wall`` or of a named cost."""
        seconds = self.wall_s if what == "wall" else self.cost[what]
        return seconds / self.operations


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are compared."""

    name: str
    run: Callable[[], Awaitable[Sample]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of performance.md or telephony.md; ``most`` when the ratio may not be larger, else not smaller."""

    text: str
    value: float
    most: bool = False

    def verdict(self, reached: float) -> str:
        """Say whether it is met."""
        return "met" if (reached <= self.value if self.most else reached >= self.value) else "MISSED"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median with its range; ``reason`` says why there is none."""

    middle: float = 0.0
    low: float = 0.0
    high: float = 0.0
    reason: str = ""

    def __str__(self) -> str:
        """Write it as a figure."""
        if self.reason:
            return f"no result ({self.reason})"
        return f"x{_short(self.middle)} ({_short(self.low)} to {_short(self.high)})"


@dataclass(frozen=True, slots=True)
class Rounds:
    """The samples of every side, round by round."""

    samples: Mapping[str, Sequence[Sample]]

    def ratio(self, ours: str, reference: str, what: str) -> Ratio:
        """How many of our operations cost as much as one of the reference's: above 1 we are cheaper."""
        costs = [sample.per_operation(what) for sample in self.samples[reference]]
        if min(costs) <= 0 or max(costs) / min(costs) > TOO_WIDE:
            return Ratio(reason=f"the reference spreads over x{max(costs) / max(min(costs), 1e-12):.1f}")
        mine = [sample.per_operation(what) for sample in self.samples[ours]]
        ratios = [theirs / own for theirs, own in zip(costs, mine, strict=True)]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios))

    def median(self, side: str, what: str) -> float:
        """Return the median of a side's seconds per operation."""
        return statistics.median(sample.per_operation(what) for sample in self.samples[side])


async def compare(sides: Sequence[Side], rounds: int, seed: int = 1) -> Rounds:
    """Run every side once per round, each round in another order."""
    order = random.Random(seed)
    samples: dict[str, list[Sample]] = {side.name: [] for side in sides}
    for _ in range(rounds):
        for side in order.sample(list(sides), len(sides)):
            samples[side.name].append(await side.run())
    return Rounds(samples)


@dataclass(frozen=True, slots=True)
class Figure:
    """What is printed of a comparison: its number in the pages, what it means, and its goal if there is one."""

    number: str
    title: str
    ours: str
    reference: str
    goal: Goal | None = None
    gate: str = "process"
    inverse: bool = False
    """Print our cost over the reference's (performance.md A3), not the other way round."""
    paced: bool = False
    """The load sets the pace, so wall time means nothing."""
    also: tuple[str, ...] = field(default=())
    """Costs whose medians stand beside, in microseconds for ours and the reference."""

    def line(self, rounds: Rounds) -> str:
        """Return the line."""
        pair = (self.reference, self.ours) if self.inverse else (self.ours, self.reference)
        gate = rounds.ratio(*pair, self.gate)
        beside_it = [f"{rounds.ratio(*pair, 'wall')} by wall"] if self.gate != "wall" and not self.paced else []
        beside = [
            f"{_micro(own)} against {_micro(theirs)} us each of {what}"
            for what in (self.gate, *self.also)
            for own, theirs in [(rounds.median(self.ours, what), rounds.median(self.reference, what))]
        ]
        by = "wall" if self.gate == "wall" else f"CPU of {self.gate}"
        parts = [f"{self.number:<4}{self.title}: {gate} by {by}", *beside_it, *beside]
        if self.goal is not None:
            verdict = "open" if gate.reason else self.goal.verdict(gate.middle)
            parts.append(f"target {self.goal.text}: {verdict}")
        return " | ".join(parts)


def percentiles(values: Iterable[float], *shares: float) -> list[float]:
    """Return the values below which these shares (0 to 1) lie; zeros when there are none."""
    ordered = sorted(values)
    return [ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0 for share in shares]


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process and its threads have used (clock_getcpuclockid(3))."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


class Meter:
    """CPU of named groups of processes between two moments; a process that began in between counts from its start."""

    def __init__(self, **groups: Callable[[], Iterable[int]]) -> None:
        """Take for each name how to find its process ids now, and begin."""
        self._groups = groups
        self._before = self._read()
        self._began = time.perf_counter()

    def sample(self, operations: int, wall_s: float | None = None) -> Sample:
        """Return what was used since the beginning for so many operations."""
        wall = time.perf_counter() - self._began if wall_s is None else wall_s
        cost = {
            name: sum(used - self._before[name].get(pid, 0.0) for pid, used in now.items())
            for name, now in self._read().items()
        }
        return Sample(operations, wall, cost)

    def _read(self) -> dict[str, dict[int, float]]:
        return {name: {pid: cpu_of(pid) for pid in find()} for name, find in self._groups.items()}


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _micro(seconds: float) -> str:
    micro = seconds * 1e6
    return f"{micro:,.0f}" if micro >= 100 else f"{micro:.1f}"
