"""The sample-path oracle of routing.md section 9: one first-come pool is Kiefer and Wolfowitz's recursion, exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush, heapreplace

import pytest

from routing.core.floor import Floor
from routing.core.offers import Outcome
from routing.core.values import Agent, Queue, Waiting

T0 = datetime(2026, 3, 2, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
Call = tuple[int, int, int | None]


def calls(number: int, arrivals: float, services: float, impatience: float) -> list[Call]:
    """Draw calls as (arrival, service, patience) in microseconds; a unit of time is a minute."""
    draw = random.Random(7)
    unit = 60_000_000
    at = 0.0
    made: list[Call] = []
    for _ in range(number):
        at += draw.expovariate(arrivals)
        patience = int(draw.expovariate(impatience) * unit) + 1 if impatience else None
        made.append((int(at * unit), int(draw.expovariate(services) * unit) + 1, patience))
    return made


def recursion(servers: int, given: list[Call]) -> list[int | None]:
    """Return every call's wait, ``None`` when it was abandoned."""
    free = [0] * servers
    waits: list[int | None] = []
    for arrival, service, patience in given:
        wait = max(0, free[0] - arrival)
        if patience is not None and wait > patience:
            waits.append(None)
            continue
        heapreplace(free, arrival + wait + service)
        waits.append(wait)
    return waits


def engine(servers: int, given: list[Call]) -> list[int | None]:
    """Let the floor decide the same calls."""
    floor = Floor()
    floor.set_queue(Queue("q", "t"))
    for number in range(servers):
        floor.add_agent(Agent(f"{number:03}", frozenset({"t"})))
        floor.available(f"{number:03}", T0, T0)
    waits: list[int | None] = [None] * len(given)
    events: list[tuple[int, int, int, str]] = [(call[0], 1, index, "arrives") for index, call in enumerate(given)]
    agents: dict[int, str] = {}
    while events:
        at, _, index, what = heappop(events)
        now = T0 + at * MICROSECOND
        if what == "arrives":
            floor.enqueue(Waiting(f"{index:07}", "t", "q", now))
            patience = given[index][2]
            if patience is not None:
                heappush(events, (at + patience, 2, index, "leaves"))
        elif what == "leaves":
            floor.leave(f"{index:07}")
        else:
            floor.available(agents.pop(index), now, now)
        for answered in _answer(floor, now):
            number = int(str(answered[0]))
            agents[number] = answered[1]
            waits[number] = at - given[number][0]
            heappush(events, (at + given[number][1], 0, number, "ends"))
    return waits


def _answer(floor: Floor, now: datetime) -> Iterator[tuple[str, str]]:
    for offer in floor.decide(now).offers:
        floor.end_offer(offer, Outcome.ANSWERED, now)
        yield str(offer.interaction), str(offer.agent)


@pytest.mark.parametrize(
    ("servers", "arrivals", "services", "impatience"),
    [(10, 9.5, 1, 0), (10, 12, 1, 0.5), (50, 48, 1, 0.5)],
)
def test_the_floor_reproduces_the_recursion_exactly(
    servers: int, arrivals: float, services: float, impatience: float
) -> None:
    given = calls(12_000, arrivals, services, impatience)
    expected = recursion(servers, given)
    assert engine(servers, given) == expected
    assert sum(wait is not None and wait > 0 for wait in expected) > 1000
