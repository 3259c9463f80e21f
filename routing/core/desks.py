"""The agents of a floor: where each one is, and whose account pays for the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from routing.core.errors import AgentIsOffered, AgentUnknown
from routing.core.offers import AgentNext, Consequence

if TYPE_CHECKING:
    from routing.core.index import Index
    from routing.core.line import Profile
    from routing.core.needs import Id
    from routing.core.shares import Charge, FairShares
    from routing.core.values import Agent

NEVER = datetime.min.replace(tzinfo=UTC)


class Where(StrEnum):
    """Where an agent is, as far as routing is concerned."""

    AWAY = "away"
    IDLE = "idle"
    OFFERED = "offered"
    BUSY = "busy"


@dataclass(slots=True)
class Desk:
    """One agent. ``idle_since`` is kept while offered, so that a contact who leaves costs the agent nothing."""

    agent: Agent
    profile: Profile
    where: Where = Where.AWAY
    idle_since: datetime = NEVER
    charge: Charge | None = None
    handled: bool = False


class Desks:
    """All agents. ``fresh``: profiles with a newly free agent. ``shared``: how many shared agents are at work."""

    def __init__(self, index: Index, shares: FairShares) -> None:
        self._index = index
        self._shares = shares
        self._desks: dict[Id, Desk] = {}
        self.fresh: dict[Profile, None] = {}
        self.shared = 0

    def put(self, agent: Agent) -> None:
        """Add an agent who is away, or change a known one."""
        desk = self._desks.get(agent.id)
        if desk is not None:
            self._change(desk, agent)
            return
        self._join(agent)
        self._desks[agent.id] = Desk(agent, self._index.profile(agent))

    def change(self, agent: Agent) -> None:
        """Change a known agent; raises ``AgentUnknown``."""
        self._change(self._desk(agent.id), agent)

    def remove(self, agent: Id, now: datetime) -> None:
        """Forget an agent who has no live offer."""
        if agent not in self._desks:
            return
        desk = self.unoffered(agent)
        self.make_away(desk, now)
        self._index.leave_profile(desk.profile, agent)
        self._forget_unused(desk.profile)
        del self._desks[agent]

    def unoffered(self, agent: Id) -> Desk:
        """Find the desk of an agent; raises ``AgentIsOffered``, ``AgentUnknown``."""
        desk = self._desk(agent)
        if desk.where is Where.OFFERED:
            raise AgentIsOffered(agent)
        return desk

    def offered(self, agent: Id) -> Desk:
        """Find the desk of an agent who has a live offer."""
        return self._desks[agent]

    def is_idle(self, agent: Id) -> bool:
        """Whether an agent is free; false for one that nobody knows."""
        desk = self._desks.get(agent)
        return desk is not None and desk.where is Where.IDLE

    def make_idle(self, desk: Desk, idle_since: datetime, now: datetime) -> None:
        """Free from now on, for longest-idle since ``idle_since``."""
        if desk.where is Where.IDLE and desk.idle_since == idle_since:
            return
        self._end_charge(desk, now)
        self._move(desk, Where.AWAY)
        desk.idle_since = idle_since
        self._move(desk, Where.IDLE)

    def make_away(self, desk: Desk, now: datetime) -> None:
        """On a break or offline."""
        self._end_charge(desk, now)
        self._move(desk, Where.AWAY)

    def make_busy(self, desk: Desk, tenant: Id, since: datetime, now: datetime) -> None:
        """At work for a tenant since a moment in the past."""
        self._end_charge(desk, now)
        self._start_charge(desk, tenant, since)
        desk.handled = True
        self._move(desk, Where.BUSY)

    def make_offered(self, agent: Id, tenant: Id, now: datetime) -> None:
        """Hold a free agent for an offer; the time is charged from here."""
        desk = self._desks[agent]
        self._start_charge(desk, tenant, now)
        self._move(desk, Where.OFFERED)

    def end_offer(self, desk: Desk, result: Consequence, now: datetime) -> None:
        """Apply what follows from the end of an offer."""
        if result.agent is AgentNext.TALKING:
            desk.handled = True
            self._move(desk, Where.BUSY)
            return
        self._end_charge(desk, now)
        desk.idle_since = result.idle_since
        self._move(desk, Where.IDLE if result.agent is AgentNext.AVAILABLE else Where.AWAY)

    def _desk(self, agent: Id) -> Desk:
        desk = self._desks.get(agent)
        if desk is None:
            raise AgentUnknown(agent)
        return desk

    def _join(self, agent: Agent) -> None:
        if len(agent.tenants) > 1:
            for tenant in sorted(agent.tenants, key=str):
                self._shares.join(tenant)

    def _change(self, desk: Desk, agent: Agent) -> None:
        if desk.agent == agent:
            return
        where = desk.where
        self._move(desk, Where.AWAY)
        self._index.leave_profile(desk.profile, agent.id)
        self._forget_unused(desk.profile)
        self._join(agent)
        desk.agent, desk.profile = agent, self._index.profile(agent)
        self._move(desk, where)

    def _forget_unused(self, profile: Profile) -> None:
        if not profile.agents:
            self.fresh.pop(profile, None)

    def _move(self, desk: Desk, where: Where) -> None:
        """Change an agent's whereabouts; nothing else does."""
        agent, profile = desk.agent.id, desk.profile
        if desk.where is Where.IDLE:
            del profile.idle[agent]
        if where is Where.IDLE:
            profile.idle.add(agent, desk.idle_since)
            self.fresh[profile] = None
        was_away, is_away = desk.where is Where.AWAY, where is Where.AWAY
        if was_away and not is_away:
            profile.at_work.add(agent)
            self.shared += profile.is_shared
        elif is_away and not was_away:
            profile.at_work.discard(agent)
            self.shared -= profile.is_shared
        desk.where = where

    def _start_charge(self, desk: Desk, tenant: Id, at: datetime) -> None:
        if desk.profile.is_shared:
            desk.charge = self._shares.start(tenant, at)

    def _end_charge(self, desk: Desk, now: datetime) -> None:
        if desk.charge is not None:
            self._shares.end(desk.charge, now, handled=desk.handled)
        desk.charge = None
        desk.handled = False
