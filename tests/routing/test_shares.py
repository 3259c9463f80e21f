"""Fair shares: the unit cases of routing.md section 7, and the bound under permanent backlog."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.core.floor import Floor
from routing.core.needs import Id
from routing.core.offers import Outcome
from routing.core.shares import FairShares, Place
from routing.core.values import Agent, Queue, Waiting

T0 = datetime(2026, 3, 2, tzinfo=UTC)
HEADS: dict[Id, Place] = {"A": (T0, "1"), "B": (T0, "2")}


def backlog(agents: int, tenants: dict[str, tuple[int, int]], starts: int) -> list[tuple[str, datetime]]:
    """Serve tenants (weight, handle time in seconds) that never run out of calls; returns who started when."""
    floor = Floor()
    for tenant, (weight, handle_s) in tenants.items():
        floor.set_queue(Queue(tenant, tenant))
        floor.set_share(tenant, weight, timedelta(seconds=handle_s))
    for number in range(agents):
        floor.add_agent(Agent(f"{number:03}", frozenset(tenants)))
        floor.available(f"{number:03}", T0, T0)
    for number in range(starts):
        for tenant in tenants:
            floor.enqueue(Waiting(f"{tenant}-{number:05}", tenant, tenant, T0))
    started: list[tuple[str, datetime]] = []
    ends: list[tuple[datetime, int, str]] = []
    now = T0
    while True:
        for offer in floor.decide(now).offers:
            floor.end_offer(offer, Outcome.ANSWERED, now)
            started.append((str(offer.tenant), now))
            ends.append((now + timedelta(seconds=tenants[str(offer.tenant)][1]), len(started), str(offer.agent)))
        if len(started) >= starts:
            return started[:starts]
        ends.sort()
        now, _, agent = ends.pop(0)
        floor.available(agent, now, now)


@pytest.mark.parametrize(
    ("agents", "tenants", "sequence"),
    [
        (1, {"A": (2, 60), "B": (1, 60)}, "ABAABAABAABAABAA"),
        (1, {"A": (1, 60), "B": (1, 180)}, "ABAAABAAABAAABAA"),
        (3, {"A": (2, 60), "B": (1, 60)}, "ABAABAABAABA"),
        (6, {"A": (3, 60), "B": (2, 60), "C": (1, 60)}, "ABCABAABCABAABCABA"),
    ],
)
def test_the_unit_cases(agents: int, tenants: dict[str, tuple[int, int]], sequence: str) -> None:
    assert "".join(tenant for tenant, _ in backlog(agents, tenants, len(sequence))) == sequence


@pytest.mark.parametrize(
    ("agents", "tenants"),
    [
        (1, {"A": (2, 60), "B": (1, 60)}),
        (1, {"A": (1, 60), "B": (1, 180)}),
        (6, {"A": (3, 60), "B": (2, 60), "C": (1, 60)}),
    ],
)
def test_the_long_run_shares_of_time(agents: int, tenants: dict[str, tuple[int, int]]) -> None:
    seconds = Counter[str]()
    for tenant, _ in backlog(agents, tenants, 1200):
        seconds[tenant] += tenants[tenant][1]
    weights = sum(weight for weight, _ in tenants.values())
    for tenant, (weight, _) in tenants.items():
        assert abs(seconds[tenant] / seconds.total() - weight / weights) < 0.01


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 7),
    st.dictionaries(st.sampled_from("ABCD"), st.tuples(st.integers(1, 9), st.integers(10, 300)), min_size=2),
)
def test_backlogged_tenants_never_drift_apart(agents: int, tenants: dict[str, tuple[int, int]]) -> None:
    """The bound of section 7: ``max |sec_f/w_f - sec_g/w_g| <= 2 max(L/w)``, L being the longest handle time of all."""
    longest = Fraction(max(handle_s for _, handle_s in tenants.values()), min(weight for weight, _ in tenants.values()))
    started = backlog(agents, tenants, 100)
    for _, now in started:
        served = dict.fromkeys(tenants, Fraction(0))
        for tenant, at in started:
            weight, handle_s = tenants[tenant]
            passed = max(0, (now - at) // timedelta(seconds=1))
            served[tenant] += Fraction(min(passed, handle_s), weight)
        assert max(served.values()) - min(served.values()) <= 2 * longest


def test_an_idle_tenant_saves_no_credit() -> None:
    shares = FairShares()
    for tenant in "AB":
        shares.set_weight(tenant, 1)
    now = T0
    for _ in range(10):
        shares.end(shares.start("A", now), now + timedelta(seconds=180), handled=True)
        now += timedelta(seconds=180)
    shares.begin_backlog("B")
    order = []
    for _ in range(4):
        first = shares.pick(HEADS, 0)
        order.append(first)
        shares.end(shares.start(first, now), now + timedelta(seconds=180), handled=True)
    assert Counter(order) == {"A": 2, "B": 2}


def test_a_long_call_is_paid_at_its_end() -> None:
    shares = FairShares()
    for tenant in "AB":
        shares.set_weight(tenant, 1)
    shares.end(shares.start("A", T0), T0 + timedelta(hours=1), handled=True)
    turns = 0
    while shares.pick(HEADS, 0) == "B":
        shares.end(shares.start("B", T0), T0 + timedelta(seconds=180), handled=True)
        turns += 1
    assert turns == 20


def test_below_its_entitlement_a_tenant_goes_first_however_much_it_had() -> None:
    shares = FairShares()
    shares.set_weight("A", 1)
    shares.set_weight("B", 1)
    shares.end(shares.start("A", T0), T0 + timedelta(hours=1), handled=True)
    shares.start("B", T0)
    assert shares.pick(HEADS, staffed=2) == "A"


def test_a_weight_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one seat"):
        FairShares().set_weight("A", 0)


def test_a_flood_of_one_tenant_does_not_drown_another() -> None:
    floor = Floor()
    for tenant in ("flood", "small"):
        floor.set_queue(Queue(tenant, tenant))
    floor.add_agent(Agent("only", frozenset({"flood", "small"})))
    for number in range(100):
        floor.enqueue(Waiting(f"flood-{number:03}", "flood", "flood", T0))
    now, served = T0, []
    for number in range(10):
        floor.enqueue(Waiting(f"small-{number:03}", "small", "small", now))
        floor.available("only", now, now)
        offer = floor.decide(now).offers[0]
        floor.end_offer(offer, Outcome.ANSWERED, now)
        served.append(offer.tenant)
        now += timedelta(seconds=180)
    assert Counter(served) == {"flood": 5, "small": 5}
