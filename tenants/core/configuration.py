"""What the switchboard needs to know of a floor, in one value. Durations end in ``_s``: whole seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from tenants.core.calendar import Calendar
from tenants.core.recording import Recording
from tenants.core.service_level import Formula


@dataclass(frozen=True, slots=True)
class NumberConfiguration:
    """A dialled number and the newest version of the flow that it leads to."""

    number: str
    flow: str
    flow_version: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QueueConfiguration:
    """Where interactions wait. ``needs``: skill code to level; ``dispositions``: (code, name)."""

    id: UUID
    code: str
    name: str
    needs: Mapping[str, int]
    ring_s: int
    max_wait_s: int
    wrap_up_s: int
    dispositions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TenantConfiguration:
    """One tenant of the floor. ``version``: of its blueprint; ``prompts``: code to {language: text}."""

    id: UUID
    code: str
    name: str
    zone: str
    languages: tuple[str, ...]
    version: int
    numbers: tuple[NumberConfiguration, ...]
    queues: tuple[QueueConfiguration, ...]
    calendars: Mapping[str, Calendar]
    prompts: Mapping[str, Mapping[str, str]]
    recording: Recording
    service_level: Formula


@dataclass(frozen=True, slots=True)
class Place:
    """An agent in one tenant: alias, kind of rent, and skill levels. ``agent_id`` is the tenant's own id for it."""

    tenant_id: UUID
    agent_id: UUID
    alias: str
    kind: str
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AgentConfiguration:
    """An agent, its seat, the desk where it sits now, and the tenants that it serves.

    ``desk`` is None while somebody else sits at the agent's seat; then it has no phone.
    """

    agent_id: UUID
    user_id: UUID
    name: str
    seat: str
    desk: str | None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskConfiguration:
    """A seat as a place with phones, and their password."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AliasConfiguration:
    """What one tenant calls an agent and its seat; kept for ever."""

    tenant_id: UUID
    agent_id: UUID
    id: UUID
    seat: str


@dataclass(frozen=True, slots=True)
class TrunkConfiguration:
    """A connection to a carrier."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class FloorConfiguration:
    """Everything of one floor, as it was when it was read. ``missing``: who could not be read, with its numbers."""

    floor_id: str
    tenants: tuple[TenantConfiguration, ...]
    agents: tuple[AgentConfiguration, ...]
    trunks: tuple[TrunkConfiguration, ...]
    desks: tuple[DeskConfiguration, ...] = ()
    aliases: tuple[AliasConfiguration, ...] = ()
    missing: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)

    def phone_password(self, desk: str) -> str:
        """Return the password of a desk's phones. Raises ``StopIteration`` for a desk that is not there."""
        return next(each.secret for each in self.desks if each.id == desk)

    def filled_from(self, before: FloorConfiguration) -> FloorConfiguration:
        """Return it with the tenants that could not be read as they were before; who was not there stays missing."""
        again = tuple(tenant for tenant in before.tenants if tenant.id in self.missing)
        kept = {tenant.id for tenant in again}
        places = {agent.agent_id: [p for p in agent.places if p.tenant_id in kept] for agent in before.agents}
        agents = tuple(replace(a, places=(*a.places, *places.get(a.agent_id, ()))) for a in self.agents)
        missing = {tenant: numbers for tenant, numbers in self.missing.items() if tenant not in kept}
        return replace(self, tenants=(*self.tenants, *again), agents=agents, missing=missing)

    def number(self, dialled: str) -> tuple[TenantConfiguration, NumberConfiguration] | None:
        """Return whose number this is, and where it leads; None: unknown."""
        for tenant in self.tenants:
            for number in tenant.numbers:
                if number.number == dialled:
                    return tenant, number
        return None
