"""The floor: who is free, who waits, and the decision who gets whom (routing.md sections 1 to 4 and 7).

After every decision no free agent is eligible for anybody who waits. So only what happened since can make a pair: the
profiles with a newly free agent and the lines with a new head are *fresh*, and a decision looks at nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import TypeAlias

from routing.core.choice import choose
from routing.core.desks import Desks
from routing.core.errors import InteractionDiffers, InteractionIsOffered, QueueUnknown
from routing.core.index import Index
from routing.core.line import Entry, Line, take_first
from routing.core.moved import Moved
from routing.core.needs import Id
from routing.core.offers import Consequence, InteractionNext, Outcome, consequence
from routing.core.shares import FIRST_ESTIMATE, FairShares
from routing.core.values import Agent, Decision, Offer, Queue, Waiting

# when, interaction, the step that ends (or EXCLUSION)
Boundary: TypeAlias = tuple[datetime, Id, int]
EXCLUSION = -1


class Floor:
    """A set of agents and the interactions that wait for them. Deterministic: same calls, same decisions."""

    def __init__(self) -> None:
        self._index = Index()
        self._shares = FairShares()
        self._desks = Desks(self._index, self._shares)
        self._entries: dict[Id, Entry] = {}
        self._waiting_of: dict[Id, int] = {}
        self._boundaries: list[Boundary] = []
        self._apart: dict[Id, Entry] = {}
        self._fresh_lines: dict[Line, None] = {}
        self._moved = Moved()

    # ------------------------------------------------------------------------------------------- configuration

    def set_queue(self, queue: Queue) -> None:
        """Add a queue or change its needs; a queue never changes its tenant."""
        for line in self._index.set_queue(queue):
            self._fresh_lines[line] = None

    def remove_queue(self, queue: Id) -> None:
        """Forget a queue. Whoever waits or is offered there keeps it: raises ``InteractionIsOffered`` then."""
        if any(entry.waiting.queue == queue for entry in self._entries.values()):
            raise InteractionIsOffered(queue)
        for line in self._index.lines_of(queue):
            self._fresh_lines.pop(line, None)
        self._index.remove_queue(queue)

    def move(self, queue: Id, forward: timedelta) -> None:
        """Move a queue forward among its tenant's (below zero: back); which tenant is next is chosen without it."""
        turned = self._moved.turn(queue, forward)
        for entry in [each for each in self._entries.values() if turned and each.waiting.queue == queue]:
            line = entry.line
            if line is not None:
                line.remove(entry)
            entry.place = self._moved.place(entry.waiting)
            if line is not None:
                self._rejoin(entry, line)

    def set_share(self, tenant: Id, seats: int, estimate: timedelta = FIRST_ESTIMATE) -> None:
        """Set the shared seats that a tenant rents now (default 1) and, when new, its expected handle time."""
        self._shares.set_weight(tenant, seats, estimate)

    def add_agent(self, agent: Agent) -> None:
        """Let an agent sign in; the agent is not available yet. Adding the same agent again changes it."""
        self._desks.put(agent)

    def change_agent(self, agent: Agent) -> None:
        """Change skills, tenants or queues of an agent, in whatever state; live offers stand."""
        self._desks.change(agent)

    def remove_agent(self, agent: Id, now: datetime) -> None:
        """Let an agent sign out; raises ``AgentIsOffered``. Unknown agents are gone already."""
        self._desks.remove(agent, now)

    # -------------------------------------------------------------------------------------------------- agents

    def available(self, agent: Id, idle_since: datetime, now: datetime) -> None:
        """Let an agent be offered work, and end the charge of the last one.

        Raises ``AgentIsOffered``, ``AgentUnknown``.
        """
        self._desks.make_idle(self._desks.unoffered(agent), idle_since, now)

    def unavailable(self, agent: Id, now: datetime) -> None:
        """Let an agent be on a break or offline, and end the charge of the last work. Raises like :meth:`available`."""
        self._desks.make_away(self._desks.unoffered(agent), now)

    def occupied(self, agent: Id, tenant: Id, since: datetime, now: datetime) -> None:
        """Let an agent work for a tenant without an offer of ours: found after a restart, or a transfer."""
        self._desks.make_busy(self._desks.unoffered(agent), tenant, since, now)

    # -------------------------------------------------------------------------------------------- interactions

    def enqueue(self, waiting: Waiting) -> None:
        """Let an interaction wait; again the same is harmless. Raises ``QueueUnknown``, ``InteractionDiffers``."""
        known = self._entries.get(waiting.id)
        if known is not None:
            if known.waiting != waiting:
                raise InteractionDiffers(waiting.id)
            return
        queue = self._index.queues.get(waiting.queue)
        if queue is None or queue.tenant != waiting.tenant:
            raise QueueUnknown(waiting.queue)
        entry = self._entries[waiting.id] = Entry(waiting, self._moved.place(waiting))
        self._wait(entry)
        self._note_step_end(entry)

    def leave(self, interaction: Id) -> bool:
        """Take an interaction out of its queue; ``False`` when it is not there. Raises ``InteractionIsOffered``."""
        entry = self._entries.get(interaction)
        if entry is None:
            return False
        if entry.offer is not None:
            raise InteractionIsOffered(interaction)
        self._unwait(entry)
        del self._entries[interaction]
        return True

    def exclude(self, interaction: Id, agent: Id, until: datetime) -> None:
        """Do not offer a waiting interaction to this agent before ``until``."""
        entry = self._entries.get(interaction)
        if entry is None:
            return
        line = entry.line
        if line is not None:
            line.remove(entry)
        entry.excluded[agent] = until
        heappush(self._boundaries, (until, interaction, EXCLUSION))
        if line is not None:
            self._rejoin(entry, line)

    # -------------------------------------------------------------------------------------------------- offers

    def end_offer(self, offer: Offer, outcome: Outcome, now: datetime) -> Consequence | None:
        """End a live offer and apply what follows; ``None`` when it is not live (late or repeated events)."""
        entry = self._entries.get(offer.interaction)
        if entry is None or entry.offer != offer:
            return None
        entry.offer = None
        desk = self._desks.offered(offer.agent)
        result = consequence(offer, outcome, desk.idle_since, now)
        self._desks.end_offer(desk, result, now)
        if result.interaction is InteractionNext.WAITING:
            self._wait(entry)
            self.exclude(offer.interaction, offer.agent, result.excluded_until or now)
        else:
            del self._entries[offer.interaction]
        return result

    def decide(self, now: datetime) -> Decision:
        """Make every offer that can be made now. A clock that went back undoes no relaxation."""
        self._pass_boundaries(now)
        self._clear_hopeless_exclusions()
        offers: list[Offer] = []
        while heads := self._heads():
            places = {tenant: entry.own_place for tenant, entry in heads.items()}
            tenant = self._shares.pick(places, self._desks.shared)
            offers.append(self._offer(heads[tenant], now))
        return Decision(tuple(offers), self._wake_at())

    # ----------------------------------------------------------------------------------------------- questions

    def waiting_in(self, queue: Id) -> int:
        """How many wait in a queue (not the offered ones)."""
        return sum(len(line) for line in self._index.lines_of(queue))

    def at_work(self, queue: Id) -> int:
        """How many members of a queue are at work: free, offered or busy, but neither on a break nor offline."""
        return self._index.at_work(queue)

    def expected_wait(self, queue: Id) -> timedelta:
        """About how long somebody who joins a queue now waits: ``(ahead + 1) / (n mu)`` (routing.md section 6).

        Nobody at work counts as one; where nobody waits and somebody is free it is nothing.
        """
        ahead, staffed = self.waiting_in(queue), self._index.at_work(queue)
        if ahead == 0 and self._index.is_free(queue):
            return timedelta()
        return self._shares.estimate(self._index.queues[queue].tenant) * (ahead + 1) / max(1, staffed)

    def offer_of(self, interaction: Id) -> Offer | None:
        """Return the live offer of an interaction."""
        entry = self._entries.get(interaction)
        return entry.offer if entry else None

    def knows(self, interaction: Id) -> bool:
        """Whether an interaction waits or is offered here."""
        return interaction in self._entries

    def is_free(self, agent: Id) -> bool:
        """Whether an agent may be offered work now."""
        return self._desks.is_idle(agent)

    # ------------------------------------------------------------------------------------------------ privately

    def _wait(self, entry: Entry) -> None:
        waiting = entry.waiting
        before = self._waiting_of.get(waiting.tenant, 0)
        if before == 0:
            self._shares.begin_backlog(waiting.tenant)
        self._waiting_of[waiting.tenant] = before + 1
        self._rejoin(entry, self._index.line(waiting.queue, waiting.steps, entry.step))

    def _unwait(self, entry: Entry) -> None:
        if entry.line is not None:
            entry.line.remove(entry)
        self._apart.pop(entry.waiting.id, None)
        self._waiting_of[entry.waiting.tenant] -= 1

    def _rejoin(self, entry: Entry, line: Line) -> None:
        line.add(entry)
        self._fresh_lines[line] = None
        if entry.excluded:
            self._apart[entry.waiting.id] = entry
        else:
            self._apart.pop(entry.waiting.id, None)

    def _note_step_end(self, entry: Entry) -> None:
        ends_at = entry.step_ends_at()
        if ends_at is not None:
            heappush(self._boundaries, (ends_at, entry.waiting.id, entry.step))

    def _live(self, boundary: Boundary) -> Entry | None:
        """Find the interaction of a boundary that still stands."""
        at, interaction, step = boundary
        entry = self._entries.get(interaction)
        if entry is None:
            return None
        if step == EXCLUSION:
            return entry if at in entry.excluded.values() else None
        return entry if entry.step == step and entry.step_ends_at() == at else None

    def _pass_boundaries(self, now: datetime) -> None:
        while self._boundaries and self._boundaries[0][0] <= now:
            boundary = heappop(self._boundaries)
            entry = self._live(boundary)
            if entry is None:
                continue
            line = entry.line
            if line is not None:
                line.remove(entry)
            if boundary[2] == EXCLUSION:
                entry.excluded = {agent: until for agent, until in entry.excluded.items() if until > now}
            else:
                entry.step += 1
                self._note_step_end(entry)
            if line is not None:
                self._rejoin(entry, self._index.line(entry.waiting.queue, entry.waiting.steps, entry.step))

    def _clear_hopeless_exclusions(self) -> None:
        """If all eligible agents at work are excluded, clear the exclusions (else starvation)."""
        for entry in list(self._apart.values()):
            line = entry.line
            if line is None:
                continue
            at_work = [profile.at_work for profile in line.ranks if profile.at_work]
            if at_work and all(agents <= entry.excluded.keys() for agents in at_work):
                line.remove(entry)
                entry.excluded = {}
                self._rejoin(entry, line)

    def _heads(self) -> dict[Id, Entry]:
        """Find, for every tenant with an eligible pair, who is first; forget what is not fresh any more."""
        heads: dict[Id, Entry] = {}
        for line in list(self._fresh_lines):
            if not take_first(heads, line, line.ranks.keys()):
                del self._fresh_lines[line]
        fresh_profiles = self._desks.fresh
        for profile in list(fresh_profiles):
            taken = sum(take_first(heads, line, (profile,)) for line in profile.lines) if profile.idle else 0
            if taken == 0:
                del fresh_profiles[profile]
        return heads

    def _offer(self, entry: Entry, now: datetime) -> Offer:
        waiting, line = entry.waiting, entry.line
        if line is None:
            raise InteractionIsOffered(waiting.id)
        choice = choose(line, entry.excluded.keys(), self._moved.of(waiting.queue))
        offer = Offer(waiting.id, choice.agent, waiting.queue, waiting.tenant, now + waiting.ring, choice.because)
        self._unwait(entry)
        entry.offer = offer
        self._desks.make_offered(choice.agent, waiting.tenant, now)
        return offer

    def _wake_at(self) -> datetime | None:
        while self._boundaries and self._live(self._boundaries[0]) is None:
            heappop(self._boundaries)
        return self._boundaries[0][0] if self._boundaries else None
