from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.core.errors import (
    AgentIsOffered,
    AgentUnknown,
    InteractionDiffers,
    InteractionIsOffered,
    QueueUnknown,
)
from routing.core.floor import Floor
from routing.core.idle import IdleLine
from routing.core.needs import AtLeast, Id, needs_of
from routing.core.offers import AgentNext, InteractionNext, Outcome
from routing.core.values import Agent, Because, Queue, Rule, Step, TieBreak, Waiting

T0 = datetime(2026, 3, 2, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def floor_of(*agents: str, **skills: int) -> Floor:
    """A floor of one tenant and one queue; everybody has these levels and becomes free one second after the other."""
    floor = Floor()
    levels: dict[Id, int] = dict(skills.items())
    floor.set_queue(Queue("care", "acme"))
    for number, name in enumerate(agents):
        floor.add_agent(Agent(name, frozenset({"acme"}), {"acme": levels}))
        floor.available(name, after(number - 100), T0)
    return floor


def call(name: str, at: float = 0, head_start: float = 0, steps: tuple[Step, ...] = ()) -> Waiting:
    return Waiting(name, "acme", "care", after(at), timedelta(seconds=head_start), steps)


def served(floor: Floor, at: float = 0) -> list[tuple[Id, Id]]:
    return [(offer.interaction, offer.agent) for offer in floor.decide(after(at)).offers]


def test_the_longest_idle_gets_the_longest_waiting() -> None:
    floor = floor_of("ann", "bob")
    floor.enqueue(call("second", 1))
    floor.enqueue(call("first", 0))
    assert served(floor, 1) == [("first", "ann"), ("second", "bob")]


def test_an_offer_says_why() -> None:
    floor = floor_of("ann", "bob")
    floor.enqueue(call("c"))
    offer = floor.decide(T0).offers[0]
    assert offer.because == Because(2, 0, Rule.LONGEST_IDLE, TieBreak.NONE)
    assert offer.expires_at == after(15)


def test_equal_idleness_is_settled_by_the_least_flexible_then_by_id() -> None:
    floor = Floor()
    for queue in ("care", "tech"):
        floor.set_queue(Queue(queue, "acme", needs_of({"tech": 1}) if queue == "tech" else needs_of({})))
    skilled: dict[Id, int] = {"tech": 3}
    for name, levels in (("a-both", skilled), ("b-care", {}), ("c-care", {})):
        floor.add_agent(Agent(name, frozenset({"acme"}), {"acme": levels}))
        floor.available(name, T0, T0)
    reasons = []
    for number in range(3):
        floor.enqueue(call(f"c{number}"))
        offer = floor.decide(T0).offers[0]
        reasons.append((offer.agent, offer.because.tie_break))
    assert reasons == [("b-care", TieBreak.ID), ("c-care", TieBreak.LEAST_FLEXIBLE), ("a-both", TieBreak.NONE)]


def test_a_head_start_is_worth_its_seconds_and_not_more() -> None:
    floor = floor_of("ann")
    floor.enqueue(call("vip", 40, head_start=30))
    floor.enqueue(call("normal", 0))
    assert served(floor, 40) == [("normal", "ann")]


def test_skills_relax_with_time_and_the_decision_asks_to_be_woken() -> None:
    floor = floor_of("ann", tech=2)
    steps = (Step(AtLeast("tech", 4), timedelta(seconds=10)), Step(AtLeast("tech", 2), timedelta(seconds=10)))
    floor.enqueue(call("c", steps=steps))
    assert floor.decide(T0).wake_at == after(10)
    assert served(floor, 9.999) == []
    offer = floor.decide(after(10)).offers[0]
    assert offer.because == Because(1, 1, Rule.ONLY_CANDIDATE, TieBreak.NONE)


def test_after_the_last_step_any_member_will_do() -> None:
    floor = floor_of("ann")
    floor.enqueue(call("c", steps=(Step(AtLeast("tech", 4), timedelta(seconds=10)),)))
    assert served(floor, 9) == []
    assert served(floor, 10) == [("c", "ann")]


def test_the_better_match_goes_before_the_longer_idle() -> None:
    floor = floor_of("ann", tech=2)
    floor.add_agent(Agent("expert", frozenset({"acme"}), {"acme": {"tech": 5}}))
    floor.unavailable("ann", T0)
    steps = (Step(AtLeast("tech", 4), timedelta(seconds=10)), Step(AtLeast("tech", 1), timedelta(seconds=60)))
    floor.enqueue(call("c", steps=steps))
    floor.available("ann", after(0), after(20))
    floor.available("expert", after(19), after(20))
    offer = floor.decide(after(20)).offers[0]
    assert (offer.agent, offer.because.rule, offer.because.candidates) == ("expert", Rule.BEST_MATCH, 2)


def test_ring_no_answer_keeps_the_place_and_excludes_the_agent() -> None:
    floor = floor_of("ann", "bob")
    floor.unavailable("bob", T0)
    floor.enqueue(call("c"))
    offer = floor.decide(T0).offers[0]
    result = floor.end_offer(offer, Outcome.EXPIRED, after(15))
    assert result is not None
    assert (result.agent, result.interaction) == (AgentNext.NOT_RESPONDING, InteractionNext.WAITING)
    assert (result.idle_since, result.excluded_until) == (after(15), after(135))
    floor.enqueue(call("later", 10))
    floor.available("bob", after(15), after(15))
    assert served(floor, 15) == [("c", "bob")]


def test_an_excluded_agent_waits_until_the_exclusion_ends() -> None:
    floor = floor_of("ann", "bob")
    floor.occupied("bob", "acme", T0, T0)
    floor.enqueue(call("c"))
    floor.exclude("c", "ann", after(120))
    assert floor.decide(after(1)).wake_at == after(120)
    assert served(floor, 119) == []
    assert served(floor, 120) == [("c", "ann")]


def test_when_all_eligible_agents_are_excluded_the_exclusions_are_cleared() -> None:
    floor = floor_of("ann")
    floor.enqueue(call("c"))
    floor.end_offer(floor.decide(T0).offers[0], Outcome.REJECTED, after(3))
    assert served(floor, 3) == []
    floor.available("ann", after(5), after(5))
    assert served(floor, 5) == [("c", "ann")]


@pytest.mark.parametrize("outcome", [Outcome.CONTACT_LEFT, Outcome.WITHDRAWN])
def test_an_offer_that_the_agent_did_not_miss_costs_no_idle_time(outcome: Outcome) -> None:
    floor = floor_of("ann", "bob")
    floor.enqueue(call("c"))
    result = floor.end_offer(floor.decide(T0).offers[0], outcome, after(5))
    assert result is not None
    assert (result.agent, result.idle_since) == (AgentNext.AVAILABLE, after(-100))
    floor.enqueue(call("d", 6))
    assert served(floor, 6) == [("d", "ann")]


def test_an_offer_ends_once() -> None:
    floor = floor_of("ann")
    floor.enqueue(call("c"))
    offer = floor.decide(T0).offers[0]
    assert floor.end_offer(offer, Outcome.ANSWERED, after(2)) is not None
    assert floor.end_offer(offer, Outcome.EXPIRED, after(15)) is None
    assert floor.offer_of("c") is None


def test_nobody_gets_a_tenant_outside_the_allow_list() -> None:
    floor = floor_of()
    floor.add_agent(Agent("bob", frozenset({"bolt"}), {"acme": {"tech": 5}}))
    floor.available("bob", T0, T0)
    floor.enqueue(call("c"))
    assert served(floor) == []


def test_new_skills_count_at_once() -> None:
    floor = floor_of("ann")
    floor.set_queue(Queue("care", "acme", AtLeast("tech", 3)))
    floor.enqueue(call("c"))
    assert served(floor) == []
    floor.change_agent(Agent("ann", frozenset({"acme"}), {"acme": {"tech": 3}}))
    assert served(floor) == [("c", "ann")]


def test_a_queue_that_needs_less_serves_at_once() -> None:
    floor = floor_of("ann")
    floor.set_queue(Queue("care", "acme", AtLeast("tech", 3)))
    floor.enqueue(call("c"))
    assert served(floor) == []
    floor.set_queue(Queue("care", "acme"))
    assert served(floor) == [("c", "ann")]


def test_ids_may_be_uuids() -> None:
    queue, tenant, agent, interaction = (UUID(int=number) for number in range(4))
    floor = Floor()
    floor.set_queue(Queue(queue, tenant))
    floor.add_agent(Agent(agent, frozenset({tenant})))
    floor.available(agent, T0, T0)
    floor.enqueue(Waiting(interaction, tenant, queue, T0))
    assert served(floor) == [(interaction, agent)]


def test_the_impossible_raises() -> None:
    floor = floor_of("ann")
    with pytest.raises(QueueUnknown):
        floor.enqueue(Waiting("c", "acme", "nowhere", T0))
    with pytest.raises(QueueUnknown):
        floor.enqueue(Waiting("c", "bolt", "care", T0))
    with pytest.raises(AgentUnknown):
        floor.available("nobody", T0, T0)
    floor.enqueue(call("c"))
    with pytest.raises(InteractionDiffers):
        floor.enqueue(call("c", 5))
    floor.decide(T0)
    with pytest.raises(AgentIsOffered):
        floor.available("ann", T0, T0)
    with pytest.raises(AgentIsOffered):
        floor.remove_agent("ann", T0)
    with pytest.raises(InteractionIsOffered):
        floor.leave("c")
    with pytest.raises(InteractionIsOffered):
        floor.remove_queue("care")


def test_a_removed_queue_is_unknown() -> None:
    floor = floor_of("ann")
    floor.enqueue(call("c"))
    floor.leave("c")
    floor.remove_queue("care")
    with pytest.raises(QueueUnknown):
        floor.at_work("care")
    assert floor.decide(T0).offers == ()


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=60))
def test_the_idle_line_is_always_in_order(script: list[tuple[int, int]]) -> None:
    line = IdleLine()
    expected: dict[Id, datetime] = {}
    for seconds, number in script:
        name = f"agent-{number}"
        if name in line:
            del line[name]
            del expected[name]
        else:
            line.add(name, after(seconds))
            expected[name] = after(seconds)
        assert [(since, agent) for agent, since in line.items()] == sorted(
            (since, agent) for agent, since in expected.items()
        )


def test_a_moved_queue_goes_first_among_its_tenants_and_takes_nothing_of_another() -> None:
    """Two tenants share two agents: which tenant is served when is the same, whatever one of them moved."""

    def served_with(forward: int) -> tuple[list[str], list[str], Because]:
        floor = Floor()
        for queue, tenant in (("care", "acme"), ("sales", "acme"), ("desk", "beta")):
            floor.set_queue(Queue(queue, tenant))
            floor.set_share(tenant, 2)
        for name in ("ann", "bob"):
            floor.add_agent(Agent(name, frozenset({"acme", "beta"})))
        for n in range(12):
            for queue, tenant in (("care", "acme"), ("sales", "acme"), ("desk", "beta")):
                floor.enqueue(Waiting(f"{queue}{n:02}", tenant, queue, after(n - 100)))
        floor.move("sales", timedelta(seconds=forward))
        tenants, order, because = [], [], Because(0, 0, Rule.ONLY_CANDIDATE, TieBreak.NONE)
        for turn in range(16):
            for name in ("ann", "bob"):
                floor.available(name, after(turn), after(turn))
            for offer in floor.decide(after(turn)).offers:
                tenants.append(str(offer.tenant))
                order += [str(offer.interaction)] if offer.tenant == "acme" else []
                because = offer.because if offer.queue == "sales" else because
                floor.end_offer(offer, Outcome.ANSWERED, after(turn))
        return tenants, order, because

    plain, order, because = served_with(0)
    moved, first, why = served_with(300)
    assert plain == moved
    assert first[:12] == [f"sales{n:02}" for n in range(12)] != order[:12]
    assert (because.moved, why.moved) == (timedelta(), timedelta(seconds=300))
    back, last, _ = served_with(-300)
    assert (plain == back, last[:12]) == (True, [f"care{n:02}" for n in range(12)])


def test_who_waits_is_moved_and_moved_back() -> None:
    floor = floor_of("ann")
    floor.set_queue(Queue("sales", "acme"))
    floor.enqueue(call("c", 0))
    floor.enqueue(Waiting("s", "acme", "sales", after(5)))
    floor.exclude("s", "bob", after(900))
    floor.move("sales", timedelta(seconds=60))
    floor.move("sales", timedelta())
    floor.move("sales", timedelta(seconds=60))
    assert served(floor, 6) == [("s", "ann")]
