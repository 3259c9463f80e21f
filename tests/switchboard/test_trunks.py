"""Which trunk a call takes, what is tried after a failure, and what the plan makes of the configuration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.core.trunks import (
    FIRST_REST,
    LONGEST_REST,
    MOST_TRIES,
    Ended,
    TrunkBook,
    TrunkPlan,
    choice,
    is_the_trunks_fault,
)
from telephony.port import Cause, TrunkState
from telephony.ways import trunk_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
A, B, C = TrunkPlan("a", 10), TrunkPlan("b", 20), TrunkPlan("c", 30)
BROKEN = Ended(Cause.CONGESTION, 503)


@pytest.mark.parametrize(
    ("ended", "fault"),
    [
        (Ended(Cause.CONGESTION, 503), True),
        (Ended(Cause.UNKNOWN, 500), True),
        (Ended(Cause.UNREACHABLE), True),
        (Ended(Cause.NO_ANSWER, 408), True),  # nobody said anything
        (Ended(Cause.REJECTED, 403), True),  # the carrier does not want us
        (Ended(Cause.CONGESTION, 503, rang=True), True),
        (Ended(Cause.NO_ANSWER, 408, rang=True), False),
        (Ended(Cause.UNREACHABLE, rang=True), False),
        (Ended(Cause.BUSY, 486), False),
        (Ended(Cause.REJECTED, 603), False),
        (Ended(Cause.UNALLOCATED, 404), False),
        (Ended(Cause.UNREACHABLE, 480), False),
        (Ended(Cause.NO_ANSWER), False),
        (Ended(Cause.NORMAL), False),
    ],
)
def test_only_what_the_line_did_is_tried_elsewhere(ended: Ended, *, fault: bool) -> None:
    assert is_the_trunks_fault(ended) is fault


def test_a_trunk_that_failed_rests_longer_each_time_and_is_the_last_resort() -> None:
    book = TrunkBook()
    assert choice((B, A, C), book.conditions, NOW) == "a"
    book.failed("a", BROKEN, NOW)
    assert choice((A, B), book.conditions, NOW) == "b"
    assert choice((A,), book.conditions, NOW) == "a"  # there is no other
    assert choice((A, B), book.conditions, NOW + FIRST_REST) == "a"
    book.failed("a", BROKEN, NOW)
    assert choice((A, B), book.conditions, NOW + FIRST_REST) == "b"
    for _ in range(20):
        book.failed("a", BROKEN, NOW)
    assert choice((A, B), book.conditions, NOW + LONGEST_REST) == "a"
    book.worked("a")
    assert choice((A, B), book.conditions, NOW) == "a"
    told = book.of("a").failure
    assert told is not None
    assert (told.sip, told.at) == (503, NOW)  # it is still shown


def test_one_that_is_away_or_full_is_left_out() -> None:
    book = TrunkBook()
    book.told(TrunkState("a", reachable=True, registered=False))
    book.told(TrunkState("b", reachable=False))
    assert choice((A, B, C), book.conditions, NOW) == "c"
    assert choice((A, B), book.conditions, NOW) == "a"
    full = TrunkPlan("c", 1, most_calls=2)
    for leg in ("1", "2", "2"):
        book.takes(leg, "c")
    assert choice((A, B, full), book.conditions, NOW) == "a"
    assert choice((full,), book.conditions, NOW) is None
    book.leaves("1")
    book.leaves("1")
    assert choice((A, B, full), book.conditions, NOW) == "c"


def test_each_address_of_a_trunk_is_a_way_of_its_own() -> None:
    book, two = TrunkBook(), TrunkPlan("a", 10, addresses=2)
    assert choice((two, B), book.conditions, NOW) == "a"
    assert choice((two, B), book.conditions, NOW, ["a"]) == "a#2"
    assert choice((two, B), book.conditions, NOW, ["a", "a#2"]) == "b"
    book.failed("a", BROKEN, NOW)
    assert choice((two, B), book.conditions, NOW) == "a#2", "the first address rests, not the line"
    assert book.last_failure(two)[1] is None
    book.failed("a#2", BROKEN, NOW + FIRST_REST / 2)
    failure, rests_until = book.last_failure(two)
    assert failure is not None
    assert (failure.at, rests_until) == (NOW + FIRST_REST / 2, NOW + FIRST_REST)
    assert choice((two, B), book.conditions, NOW + FIRST_REST / 2) == "b"
    book.told(TrunkState("a", reachable=True, silent=frozenset({"a"})))
    assert choice((two, B), book.conditions, NOW + FIRST_REST * 2) == "a#2"
    book.takes("leg", "a#2")
    assert book.of("a").calls == 1
    book.keep(["a"])
    assert book.of("a#2").failure is not None


def test_equal_trunks_take_turns_by_their_weight() -> None:
    book, trunks = TrunkBook(), (TrunkPlan("x", 10, 3), TrunkPlan("y", 10, 1), TrunkPlan("z", 20))
    taken = []
    for _ in range(8):
        name = choice(trunks, book.conditions, NOW)
        assert name is not None
        book.chosen(name)
        taken.append(name)
    assert (taken.count("x"), taken.count("y"), taken.count("z")) == (6, 2, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["fail", "work", "away", "back", "call", "full"]), st.integers(0, 4)), max_size=30
)


@given(STEPS, st.lists(st.integers(1, 3), min_size=1, max_size=5), st.integers(0, 400))
def test_no_trunk_is_tried_twice_and_none_is_forgotten(
    steps: list[tuple[str, int]], priorities: list[int], later: int
) -> None:
    trunks = [TrunkPlan(f"t{n}", priority, n + 1, 2, addresses=1 + n % 2) for n, priority in enumerate(priorities)]
    book, full = TrunkBook(), set[str]()
    for step, number in steps:
        name = f"t{number % len(trunks)}"
        match step:
            case "fail":
                book.failed(name, BROKEN, NOW)
            case "work":
                book.worked(name)
            case "away" | "back":
                book.told(TrunkState(name, reachable=step == "back"))
            case "call":
                book.chosen(name)
            case "full":
                full ^= {name}
                book.only({f"{each} {n}": each for each in full for n in (1, 2)})
    now, tried = NOW + timedelta(seconds=later), list[str]()
    while (chosen := choice(trunks, book.conditions, now, tried)) is not None:
        assert chosen not in tried
        assert trunk_of(chosen) not in full
        tried.append(chosen)
        book.failed(chosen, BROKEN, now)
    assert len(tried) == min(MOST_TRIES, sum(trunk.addresses for trunk in trunks if trunk.name not in full))
