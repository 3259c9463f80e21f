"""The two clocks of the simulated network."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta

import pytest

from telephony.simulator.clock import TurnableClock, WallClock
from tests.telephony.world import seconds


async def test_timers_fire_in_the_order_of_their_instants_then_of_their_making() -> None:
    clock, fired = TurnableClock(), list[str]()
    for name, delay in (("late", 3), ("early", 1), ("first of two", 2), ("second of two", 2)):
        clock.call_later(seconds(delay), lambda name=name: fired.append(name))  # type: ignore[misc]
    await clock.advance(seconds(2))
    assert fired == ["early", "first of two", "second of two"]
    await clock.advance(seconds(1))
    assert fired[-1] == "late"


async def test_tasks_act_between_the_instants_and_what_they_plan_in_time_fires() -> None:
    clock, seen = TurnableClock(), list[timedelta]()
    start, woken = clock.now(), asyncio.Event()

    async def plan_more() -> None:
        await woken.wait()
        clock.call_later(seconds(1), lambda: seen.append(clock.now() - start))

    task = asyncio.create_task(plan_more())
    clock.call_later(seconds(1), woken.set)
    await clock.advance(seconds(10))
    await task
    assert seen == [seconds(2)]
    assert clock.now() - start == seconds(10)


def test_a_clock_may_be_turned_without_a_loop() -> None:
    clock, fired = TurnableClock(), list[int]()

    def plan_more() -> None:
        clock.call_later(seconds(1), lambda: fired.append(1))

    clock.call_later(seconds(1), plan_more)
    clock.turn(seconds(2))
    assert fired == [1]


def test_a_cancelled_timer_never_fires() -> None:
    clock, fired = TurnableClock(), list[int]()
    clock.call_later(seconds(1), lambda: fired.append(1)).cancel()
    clock.turn(seconds(2))
    assert not fired


async def test_waiting_gives_up_when_the_clock_was_turned_past_it() -> None:
    clock = TurnableClock()
    waiting = asyncio.create_task(clock.wait(asyncio.get_running_loop().create_future(), seconds(60)))
    await clock.advance(seconds(59))
    assert not waiting.done()
    await clock.advance(seconds(1))
    with pytest.raises(TimeoutError):
        await waiting


async def test_waiting_on_a_clock_that_nobody_turns_gives_up_in_real_time() -> None:
    with pytest.raises(TimeoutError):
        await TurnableClock().wait(asyncio.get_running_loop().create_future(), seconds(0.05))


async def test_a_cancelled_wait_is_cancelled_and_not_late() -> None:
    waiting = asyncio.create_task(TurnableClock().wait(asyncio.get_running_loop().create_future(), seconds(60)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_the_wall_clock_runs_by_itself() -> None:
    clock, fired = WallClock(), asyncio.Event()
    before = clock.now()
    assert before.tzinfo is UTC
    clock.call_later(seconds(0.02), fired.set)
    await clock.wait(fired.wait(), seconds(5))
    await clock.linger(seconds(0.01))
    assert clock.now() - before >= seconds(0.025)
    with pytest.raises(TimeoutError):
        await clock.wait(asyncio.sleep(5), seconds(0.01))
