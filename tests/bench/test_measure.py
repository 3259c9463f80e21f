from __future__ import annotations

import os
import time

import pytest

from bench.measure import Figure, Goal, Meter, Rounds, Sample, Side, compare, percentiles


def sample(cost: float, wall: float = 1.0) -> Sample:
    return Sample(10, wall, {"process": cost})


def test_a_ratio_is_the_median_of_the_rounds_ratios_not_of_the_costs() -> None:
    rounds = Rounds({"ours": [sample(10), sample(20), sample(10)], "theirs": [sample(30), sample(30), sample(20)]})
    ratio = rounds.ratio("ours", "theirs", "process")
    assert (ratio.middle, ratio.low, ratio.high) == pytest.approx((2.0, 1.5, 3.0))


def test_a_reference_that_spreads_over_twice_gives_no_result() -> None:
    rounds = Rounds({"ours": [sample(1), sample(1)], "theirs": [sample(1), sample(2.1)]})
    assert "no result" in str(rounds.ratio("ours", "theirs", "process"))
    line = Figure("X1", "this", "ours", "theirs", Goal("x1", 1)).line(rounds)
    assert line.endswith("target x1: open")


def test_a_goal_may_be_a_ceiling() -> None:
    assert Goal("", 2, most=True).verdict(1.9) == "met"
    assert Goal("", 2).verdict(1.9) == "MISSED"


def test_the_inverse_prints_our_cost_over_the_references() -> None:
    rounds = Rounds({"ours": [sample(3), sample(3)], "theirs": [sample(2), sample(2)]})
    assert "x1.50" in Figure("X1", "this", "ours", "theirs", inverse=True).line(rounds)


async def test_every_side_runs_once_in_every_round() -> None:
    seen: list[str] = []

    def side(name: str) -> Side:
        async def run() -> Sample:
            seen.append(name)
            return sample(1)

        return Side(name, run)

    rounds = await compare([side("a"), side("b"), side("c")], 4)
    assert all(len(samples) == 4 for samples in rounds.samples.values())
    assert all(sorted(seen[at : at + 3]) == ["a", "b", "c"] for at in range(0, 12, 3))
    assert len({tuple(seen[at : at + 3]) for at in range(0, 12, 3)}) > 1


def test_the_meter_sees_the_cpu_of_a_process_and_not_its_sleep() -> None:
    meter = Meter(process=lambda: [os.getpid()])
    time.sleep(0.05)
    idle = meter.sample(1).cost["process"]
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert meter.sample(1).cost["process"] >= 0.05 > idle


def test_percentiles_of_nothing_are_zero() -> None:
    assert percentiles([], 0.5, 0.99) == [0.0, 0.0]
    assert percentiles(range(100), 0.5, 0.99) == [50, 99]
