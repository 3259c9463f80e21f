"""Routing as a scan over all who wait: what a straightforward switchboard does for each agent who becomes free.

It looks eligibility up, as anybody would, but keeps no order, neither of those who wait nor of those who are free. It
has the index's questions and answers (fair shares included, by the same accounts), so that decisions can be compared
one by one. Only what the measured cycle needs is here: no steps, no exclusions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from routing.core.needs import Id, meets
from routing.core.offers import Outcome
from routing.core.shares import Charge, FairShares, Place
from routing.core.values import Agent, Because, Decision, Offer, Queue, Rule, TieBreak, Waiting

_BECAUSE = Because(1, 0, Rule.LONGEST_IDLE, TieBreak.NONE)


@dataclass(slots=True)
class _Person:
    agent: Agent
    idle_since: datetime | None = None
    charge: Charge | None = None
    handled: bool = False
    queues: frozenset[Id] = frozenset()


class Scan:
    """A floor that looks at everything."""

    def __init__(self) -> None:
        self._queues: dict[Id, Queue] = {}
        self._people: dict[Id, _Person] = {}
        self._waiting: dict[Id, tuple[Place, Waiting]] = {}
        self._backlog: dict[Id, int] = {}
        self._shares = FairShares()
        self._free: dict[Id, _Person] = {}
        self._shared = 0

    def set_queue(self, queue: Queue) -> None:
        """Add a queue."""
        self._queues[queue.id] = queue

    def add_agent(self, agent: Agent) -> None:
        """Add an agent."""
        for tenant in sorted(agent.tenants, key=str) if len(agent.tenants) > 1 else ():
            self._shares.join(tenant)
        serves = frozenset(queue.id for queue in self._queues.values() if _serves(agent, queue))
        self._people[agent.id] = _Person(agent, queues=serves)
        self._shared += len(agent.tenants) > 1

    def occupied(self, agent: Id, tenant: Id, since: datetime, now: datetime) -> None:
        """Let an agent work."""
        person = self._people[agent]
        self._end(person, now)
        if len(person.agent.tenants) > 1:
            person.charge = self._shares.start(tenant, since)
        person.handled = True

    def available(self, agent: Id, idle_since: datetime, now: datetime) -> None:
        """Free an agent."""
        person = self._people[agent]
        self._end(person, now)
        person.idle_since = idle_since
        self._free[agent] = person

    def enqueue(self, waiting: Waiting) -> None:
        """Let a contact wait."""
        before = self._backlog.get(waiting.tenant, 0)
        if before == 0:
            self._shares.begin_backlog(waiting.tenant)
        self._backlog[waiting.tenant] = before + 1
        self._waiting[waiting.id] = ((waiting.place_at, waiting.id), waiting)

    def decide(self, now: datetime) -> Decision:
        """Look at everybody who waits for every pair that can be made."""
        offers = []
        while heads := self._heads():
            tenant = self._shares.pick({t: place for t, (place, _) in heads.items()}, self._shared)
            offers.append(self._offer(heads[tenant][1], now))
        return Decision(tuple(offers), None)

    def end_offer(self, offer: Offer, outcome: Outcome, now: datetime) -> None:  # noqa: ARG002 - the index's signature
        """Take an answer: the cycle has no other outcome."""
        self._people[offer.agent].handled = True

    def _heads(self) -> dict[Id, tuple[Place, Waiting]]:
        heads: dict[Id, tuple[Place, Waiting]] = {}
        if not self._free:
            return heads
        able = frozenset[Id]().union(*(person.queues for person in self._free.values()))
        for entry in self._waiting.values():
            place, waiting = entry
            if waiting.queue in able and (waiting.tenant not in heads or place < heads[waiting.tenant][0]):
                heads[waiting.tenant] = entry
        return heads

    def _offer(self, waiting: Waiting, now: datetime) -> Offer:
        able = [person for person in self._free.values() if waiting.queue in person.queues]
        chosen = min(able, key=lambda person: (person.idle_since, len(person.queues), person.agent.id))
        del self._free[chosen.agent.id]
        del self._waiting[waiting.id]
        self._backlog[waiting.tenant] -= 1
        if len(chosen.agent.tenants) > 1:
            chosen.charge = self._shares.start(waiting.tenant, now)
        return Offer(waiting.id, chosen.agent.id, waiting.queue, waiting.tenant, now + waiting.ring, _BECAUSE)

    def _end(self, person: _Person, now: datetime) -> None:
        if person.charge is not None:
            self._shares.end(person.charge, now, handled=person.handled)
        person.charge, person.handled = None, False


def _serves(agent: Agent, queue: Queue) -> bool:
    return queue.tenant in agent.tenants and meets(agent.skills.get(queue.tenant, {}), queue.needs)
