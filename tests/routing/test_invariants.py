"""Random scripts of a floor: decisions equal the naive scan's, and the invariants of routing.md section 8 hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from routing.core.floor import Floor
from routing.core.needs import ANYONE, AllOf, AnyOf, AtLeast
from routing.core.offers import Outcome
from routing.core.values import Agent, Offer, Queue, Step, Waiting
from tests.routing.naive import NaiveFloor, Person, Place

T0 = datetime(2026, 3, 2, 1, tzinfo=UTC)
TENANTS = ("acme", "bolt", "coral")
AGENTS = tuple(f"agent-{number}" for number in range(6))
QUEUES = (
    Queue("acme-care", "acme"),
    Queue("acme-tech", "acme", AtLeast("tech", 2)),
    Queue("bolt-care", "bolt"),
    Queue("coral-care", "coral", AnyOf((AtLeast("care"), AtLeast("tech", 4)))),
)
STEP_LISTS = (
    (),
    (Step(AtLeast("tech", 4), timedelta(seconds=10)), Step(AtLeast("tech", 2), timedelta(seconds=20))),
    (Step(AtLeast("tech", 3), timedelta(seconds=7)),),
    (Step(AllOf((AtLeast("vip"), AtLeast("care"))), timedelta(seconds=15)), Step(ANYONE, timedelta(seconds=15))),
)
levels = st.dictionaries(st.sampled_from(["tech", "care", "vip"]), st.integers(1, 5), min_size=1, max_size=3)
agents = st.builds(
    Agent,
    st.sampled_from(AGENTS),
    st.sampled_from([frozenset(TENANTS), frozenset(TENANTS), frozenset(TENANTS[:2]), frozenset(TENANTS[1:2])]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(TENANTS, levels)),
    st.sampled_from([None, None, None, frozenset({"acme-care", "bolt-care"})]),
)


class FloorMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.floor, self.twin, self.naive = Floor(), Floor(), NaiveFloor()
        self.now = T0
        self.count = 0
        self.offers: dict[object, Offer] = {}
        for queue in QUEUES:
            self.floor.set_queue(queue)
            self.twin.set_queue(queue)
            self.naive.queues[queue.id] = queue

    @property
    def floors(self) -> tuple[Floor, Floor]:
        return self.floor, self.twin

    def state(self, agent: str) -> str:
        person = self.naive.people.get(agent)
        return person.state if person else "unknown"

    @initialize(data=st.data())
    def a_working_floor(self, data: st.DataObject) -> None:
        for name in AGENTS:
            self.sign_in_or_change(replace(data.draw(agents), id=name))
            self.become_available(name, data.draw(st.integers(0, 9)))
        for _ in range(data.draw(st.integers(0, 12))):
            queue = data.draw(st.sampled_from(QUEUES))
            self.call(queue, data.draw(st.sampled_from(STEP_LISTS)), data.draw(st.sampled_from([0, 30, -30])), 0)

    # --------------------------------------------------------------------------------------------- the world

    @rule(seconds=st.sampled_from([0.5, 1, 3, 10, 60, 130]))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.decide()

    @rule(agent=agents)
    def sign_in_or_change(self, agent: Agent) -> None:
        for floor in self.floors:
            floor.add_agent(agent)
        known = self.naive.people.get(agent.id)
        if len(agent.tenants) > 1:
            for tenant in sorted(map(str, agent.tenants)):
                self.naive.account(tenant)
        if known is None:
            self.naive.people[agent.id] = Person(agent)
        else:
            known.agent = agent
        self.decide()

    @rule(tenant=st.sampled_from(TENANTS), seats=st.integers(1, 7))
    def rent(self, tenant: str, seats: int) -> None:
        for floor in self.floors:
            floor.set_share(tenant, seats)
        self.naive.account(tenant).weight = seats

    @rule(agent=st.sampled_from(AGENTS), idle_s=st.sampled_from([0, 0, 0, 5, 100]))
    def become_available(self, agent: str, idle_s: int) -> None:
        if self.state(agent) in {"unknown", "offered"}:
            return
        since = self.now - timedelta(seconds=idle_s)
        for floor in self.floors:
            floor.available(agent, since, self.now)
        person = self.naive.people[agent]
        self.naive.end(person, self.now)
        person.state, person.idle_since = "idle", since
        self.decide()

    @rule(agent=st.sampled_from(AGENTS))
    def go_on_break(self, agent: str) -> None:
        if self.state(agent) in {"unknown", "offered"}:
            return
        for floor in self.floors:
            floor.unavailable(agent, self.now)
        self.naive.end(self.naive.people[agent], self.now)
        self.naive.people[agent].state = "away"
        self.decide()

    @rule(agent=st.sampled_from(AGENTS))
    def sign_out(self, agent: str) -> None:
        if self.state(agent) == "offered":
            return
        for floor in self.floors:
            floor.remove_agent(agent, self.now)
        if agent in self.naive.people:
            self.naive.end(self.naive.people.pop(agent), self.now)
        self.decide()

    @rule(
        queue=st.sampled_from(QUEUES),
        steps=st.sampled_from(STEP_LISTS),
        head_start=st.sampled_from([0, 0, 30, -30]),
        earlier=st.sampled_from([0, 0, 0, 12]),
    )
    def call(self, queue: Queue, steps: tuple[Step, ...], head_start: int, earlier: int) -> None:
        self.count += 1
        waiting = Waiting(
            f"call-{self.count:04}",
            queue.tenant,
            queue.id,
            self.now - timedelta(seconds=earlier),
            timedelta(seconds=head_start),
            steps,
            activated_at=self.now if earlier else None,
        )
        for floor in self.floors:
            floor.enqueue(waiting)
        self.naive.put_waiting(Place(waiting))
        self.floor.enqueue(waiting)
        self.decide()

    @precondition(lambda self: any(not place.offered for place in self.naive.places.values()))
    @rule(data=st.data())
    def hang_up_while_waiting(self, data: st.DataObject) -> None:
        waiting = [name for name, place in self.naive.places.items() if not place.offered]
        name = data.draw(st.sampled_from(waiting))
        assert [floor.leave(name) for floor in self.floors] == [True, True]
        del self.naive.places[name]
        assert not self.floor.leave(name)

    @precondition(lambda self: any(not place.offered for place in self.naive.places.values()))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS), seconds=st.integers(1, 60))
    def exclude(self, data: st.DataObject, agent: str, seconds: int) -> None:
        waiting = [name for name, place in self.naive.places.items() if not place.offered]
        name = data.draw(st.sampled_from(waiting))
        until = self.now + timedelta(seconds=seconds)
        for floor in self.floors:
            floor.exclude(name, agent, until)
        self.naive.places[name].excluded[agent] = until
        self.decide()

    @precondition(lambda self: bool(self.offers))
    @rule(data=st.data(), seconds=st.integers(1, 100))
    def handle_a_call(self, data: st.DataObject, seconds: int) -> None:
        offer = data.draw(st.sampled_from(list(self.offers.values())))
        self.finish(offer, Outcome.ANSWERED)
        self.now += timedelta(seconds=seconds)
        self.become_available(str(offer.agent), 0)

    @precondition(lambda self: bool(self.offers))
    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def end_an_offer(self, data: st.DataObject, outcome: Outcome) -> None:
        self.finish(data.draw(st.sampled_from(list(self.offers.values()))), outcome)
        self.decide()

    def finish(self, offer: Offer, outcome: Outcome) -> None:
        stale = replace(offer, expires_at=offer.expires_at + timedelta(hours=1))
        assert self.floor.end_offer(stale, outcome, self.now) is None
        for floor in self.floors:
            assert floor.end_offer(offer, outcome, self.now) is not None
        self.naive.end_offer(offer, outcome, self.now)
        del self.offers[offer.interaction]
        assert self.floor.end_offer(offer, outcome, self.now) is None

    # -------------------------------------------------------------------------------------------- the checks

    def decide(self) -> None:
        decision = self.floor.decide(self.now)
        assert decision == self.twin.decide(self.now), "determinism"
        said, wake_at = self.naive.decide(self.now)
        assert [(o.interaction, o.agent, o.because.candidates, o.because.step) for o in decision.offers] == said
        assert decision.wake_at == wake_at
        for offer in decision.offers:
            agent = self.naive.people[offer.agent].agent
            assert offer.tenant in agent.tenants, "allow-list"
            assert offer.expires_at == self.now + timedelta(seconds=15)
            assert offer.interaction not in self.offers, "at most one live offer"
            self.offers[offer.interaction] = offer
        assert self.floor.decide(self.now).offers == (), "idempotence"

    @invariant()
    def nobody_is_booked_twice(self) -> None:
        agents = [offer.agent for offer in self.offers.values()]
        assert len(agents) == len(set(agents))
        assert all(self.state(str(agent)) == "offered" for agent in agents)

    @invariant()
    def the_counts_agree(self) -> None:
        for queue in QUEUES:
            waiting = [p for p in self.naive.places.values() if not p.offered and p.waiting.queue == queue.id]
            assert self.floor.waiting_in(queue.id) == len(waiting)
            at_work = [
                person
                for person in self.naive.people.values()
                if person.state != "away" and self.naive.is_member(person.agent, queue)
            ]
            assert self.floor.at_work(queue.id) == len(at_work)


FloorMachine.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
)
TestFloor = FloorMachine.TestCase
