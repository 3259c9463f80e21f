"""The state machine against the page that describes it, and against arbitrary walks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workorders.core.states import REOPEN_WINDOW, TERMINAL, TRANSITIONS, Position, Side, Status, check, takes
from workorders.errors import TransitionNotAllowed, TransitionWrongSide

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SIDES, STATUSES = st.sampled_from(Side), st.sampled_from(Status)
S = Status

ESCALATION = {  # workorders.md, section 4, read for an escalation: requester = outsourcer, resolver = tenant
    (S.SUBMITTED, Side.TENANT): {S.ACKNOWLEDGED, S.REJECTED, S.IN_PROGRESS},
    (S.SUBMITTED, Side.OUTSOURCER): {S.CANCELLED},
    (S.ACKNOWLEDGED, Side.TENANT): {S.IN_PROGRESS, S.PENDING, S.HELD, S.RESOLVED, S.REJECTED},
    (S.ACKNOWLEDGED, Side.OUTSOURCER): {S.CANCELLED},
    (S.IN_PROGRESS, Side.TENANT): {S.PENDING, S.HELD, S.RESOLVED},
    (S.PENDING, Side.TENANT): {S.IN_PROGRESS, S.HELD, S.RESOLVED},
    (S.PENDING, Side.OUTSOURCER): {S.IN_PROGRESS},
    (S.HELD, Side.TENANT): {S.IN_PROGRESS, S.PENDING, S.RESOLVED},
    (S.RESOLVED, Side.OUTSOURCER): {S.CLOSED, S.IN_PROGRESS},
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("side", list(Side))
def test_the_table_is_the_page_and_its_mirror(status: Status, side: Side) -> None:
    escalation = Position(status, Side.OUTSOURCER, NOW)
    assert set(takes(escalation, side, NOW)) == ESCALATION.get((status, side), set())
    mirrored = Position(status, Side.TENANT, NOW)
    assert takes(mirrored, side.other, NOW) == takes(escalation, side, NOW)


@given(STATUSES, STATUSES, SIDES, SIDES)
def test_check_allows_exactly_what_takes_lists(status: Status, to: Status, requester: Side, side: Side) -> None:
    position = Position(status, requester, NOW)
    listed = takes(position, side, NOW)
    if to in listed or to is status:
        assert check(position, to, side, NOW) is (to is not status)
        return
    others = to in takes(position, side.other, NOW)
    with pytest.raises(TransitionWrongSide if others else TransitionNotAllowed) as refused:
        check(position, to, side, NOW)
    assert refused.value.data["allowed"] == listed


@given(st.lists(st.tuples(STATUSES, SIDES), max_size=30), SIDES)
def test_no_walk_leaves_the_end_or_skips_the_resolver(walk: list[tuple[Status, Side]], requester: Side) -> None:
    position, movers = Position(Status.SUBMITTED, requester), {requester}
    for to, side in walk:
        before = position.status
        try:
            changed = check(position, to, side, NOW)
        except (TransitionNotAllowed, TransitionWrongSide):
            continue
        if changed:
            assert before not in TERMINAL
            movers.add(side)
            position = Position(to, requester, NOW)
    if position.status in {Status.RESOLVED, Status.CLOSED, Status.REJECTED}:
        assert requester.other in movers


def test_every_status_can_be_reached_and_only_the_ends_cannot_be_left() -> None:
    reachable = {Status.SUBMITTED} | {to for _, to in TRANSITIONS}
    assert reachable == set(Status)
    assert {source for source, _ in TRANSITIONS} == set(Status) - TERMINAL


def test_reopening_ends_with_its_window() -> None:
    position = Position(Status.RESOLVED, Side.OUTSOURCER, NOW)
    assert check(position, Status.IN_PROGRESS, Side.OUTSOURCER, NOW + REOPEN_WINDOW)
    with pytest.raises(TransitionNotAllowed) as refused:
        check(position, Status.IN_PROGRESS, Side.OUTSOURCER, NOW + REOPEN_WINDOW + timedelta(seconds=1))
    assert refused.value.data["allowed"] == ["closed"]
