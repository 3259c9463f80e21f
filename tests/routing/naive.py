"""Routing as a scan over everything, straight from the pages: what the index must never differ from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from routing.core.needs import Id, meets
from routing.core.offers import Outcome
from routing.core.values import Agent, Offer, Queue, Waiting

Pair = tuple[Waiting, str]
Said = tuple[Id, Id, int, int]


@dataclass
class Account:
    weight: int = 1
    tag: Fraction = Fraction(0)
    estimate: int = 180_000
    busy: int = 0


@dataclass
class Person:
    agent: Agent
    state: str = "away"
    idle_since: datetime | None = None
    charge: tuple[Id, datetime, int] | None = None
    handled: bool = False


@dataclass
class Place:
    waiting: Waiting
    excluded: dict[Id, datetime] = field(default_factory=dict)
    offered: bool = False


class NaiveFloor:
    def __init__(self) -> None:
        self.queues: dict[Id, Queue] = {}
        self.people: dict[Id, Person] = {}
        self.places: dict[Id, Place] = {}
        self.accounts: dict[Id, Account] = {}
        self.virtual = Fraction(0)

    # ------------------------------------------------------------------------------------------- eligibility

    def step_of(self, waiting: Waiting, now: datetime) -> int:
        end = waiting.activated_at or waiting.enqueued_at
        for index, step in enumerate(waiting.steps):
            end += step.lasts
            if now < end:
                return index
        return len(waiting.steps)

    def is_member(self, agent: Agent, queue: Queue) -> bool:
        return (
            queue.tenant in agent.tenants
            and (agent.queues is None or queue.id in agent.queues)
            and meets(agent.skills.get(queue.tenant, {}), queue.needs)
        )

    def rank(self, waiting: Waiting, agent: Agent, now: datetime) -> int | None:
        if not self.is_member(agent, self.queues[waiting.queue]):
            return None
        current = self.step_of(waiting, now)
        levels = agent.skills.get(waiting.tenant, {})
        met = [index for index, step in enumerate(waiting.steps[: current + 1]) if meets(levels, step.needs)]
        if met:
            return met[0]
        return current if current == len(waiting.steps) else None

    def eligible(self, place: Place, now: datetime) -> list[Person]:
        return [
            person
            for person in self.people.values()
            if person.state == "idle"
            and person.agent.id not in place.excluded
            and self.rank(place.waiting, person.agent, now) is not None
        ]

    def flexibility(self, agent: Agent) -> int:
        return sum(self.is_member(agent, queue) for queue in self.queues.values())

    # ------------------------------------------------------------------------------------------------ shares

    def account(self, tenant: Id) -> Account:
        return self.accounts.setdefault(tenant, Account(tag=self.virtual))

    def start(self, person: Person, tenant: Id, at: datetime) -> None:
        if len(person.agent.tenants) < 2:
            return
        account = self.account(tenant)
        self.virtual = account.tag
        account.tag += Fraction(account.estimate, account.weight)
        account.busy += 1
        person.charge = (tenant, at, account.estimate)

    def end(self, person: Person, now: datetime) -> None:
        if person.charge is not None:
            tenant, began, estimate = person.charge
            account = self.account(tenant)
            actual = max(0, (now - began) // timedelta(milliseconds=1))
            account.tag += Fraction(actual - estimate, account.weight)
            account.busy -= 1
            if person.handled:
                account.estimate += (actual - account.estimate) // 20
        person.charge, person.handled = None, False

    def pick(self, heads: dict[Id, Waiting]) -> Id:
        staffed = sum(person.state != "away" and len(person.agent.tenants) > 1 for person in self.people.values())
        total = sum(account.weight for account in self.accounts.values())
        below = [
            tenant
            for tenant in heads
            if len(heads) > 1
            and Fraction(staffed * self.account(tenant).weight, total or 1) > self.account(tenant).busy
        ]
        return min(below or heads, key=lambda tenant: (self.account(tenant).tag, heads[tenant].place_at, tenant))

    # ---------------------------------------------------------------------------------------------- decisions

    def put_waiting(self, place: Place) -> None:
        tenant = place.waiting.tenant
        others = [p for p in self.places.values() if not p.offered and p.waiting.tenant == tenant and p is not place]
        if not others:
            self.account(tenant).tag = max(self.account(tenant).tag, self.virtual)
        place.offered = False
        self.places[place.waiting.id] = place

    def end_offer(self, offer: Offer, outcome: Outcome, now: datetime) -> None:
        person, place = self.people[offer.agent], self.places[offer.interaction]
        if outcome is Outcome.ANSWERED:
            person.state, person.handled = "busy", True
            del self.places[offer.interaction]
            return
        self.end(person, now)
        if outcome in {Outcome.CONTACT_LEFT, Outcome.WITHDRAWN}:
            person.state = "idle"
            del self.places[offer.interaction]
            return
        person.state, person.idle_since = "away", now
        self.put_waiting(place)
        place.excluded[offer.agent] = now + timedelta(seconds=120)

    def clear(self, now: datetime) -> None:
        for place in self.places.values():
            place.excluded = {agent: until for agent, until in place.excluded.items() if until > now}
            if place.offered or not place.excluded:
                continue
            able = {
                person.agent.id
                for person in self.people.values()
                if person.state != "away" and self.rank(place.waiting, person.agent, now) is not None
            }
            if able and able <= place.excluded.keys():
                place.excluded = {}

    def decide(self, now: datetime) -> tuple[list[Said], datetime | None]:
        self.clear(now)
        said: list[Said] = []
        while True:
            heads: dict[Id, Waiting] = {}
            for place in self.places.values():
                waiting = place.waiting
                if not place.offered and self.eligible(place, now):
                    known = heads.get(waiting.tenant)
                    if known is None or (waiting.place_at, waiting.id) < (known.place_at, known.id):
                        heads[waiting.tenant] = waiting
            if not heads:
                return said, self.wake_at(now)
            said.append(self.offer(self.places[heads[self.pick(heads)].id], now))

    def offer(self, place: Place, now: datetime) -> Said:
        waiting = place.waiting
        free = self.eligible(place, now)
        chosen = min(
            free,
            key=lambda p: (
                self.rank(waiting, p.agent, now),
                p.idle_since,
                self.flexibility(p.agent),
                p.agent.id,
            ),
        )
        place.offered = True
        self.start(chosen, waiting.tenant, now)
        chosen.state = "offered"
        return waiting.id, chosen.agent.id, len(free), self.step_of(waiting, now)

    def wake_at(self, now: datetime) -> datetime | None:
        ends: list[datetime] = []
        for place in self.places.values():
            ends.extend(place.excluded.values())
            end = place.waiting.activated_at or place.waiting.enqueued_at
            for step in place.waiting.steps:
                end += step.lasts
                if end > now:
                    ends.append(end)
                    break
        return min(ends, default=None)
