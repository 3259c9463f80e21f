"""What the switchboard needs to know of a floor, in one value. Durations end in ``_s``: whole seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tenants.core.calendar import Calendar
from tenants.core.callbacks import Callbacks
from tenants.core.controls import Act
from tenants.core.directory import Person
from tenants.core.recording import Recording
from tenants.core.service_level import Formula
from tenants.core.supervision import Supervision

_NOW_KNOWN = datetime.min.replace(tzinfo=UTC)
"""In place of a moment, where nobody asks for one."""


@dataclass(frozen=True, slots=True)
class FlowConfiguration:
    """The newest version of a flow that no number leads to."""

    code: str
    version: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NumberConfiguration:
    """A dialled number and the newest version of the flow that it leads to."""

    number: str
    flow: str
    flow_version: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QueueConfiguration:
    """Where interactions wait. ``needs``: skill code to level; ``dispositions``: (code, names) to choose from."""

    id: UUID
    code: str
    name: str
    needs: Mapping[str, int]
    ring_s: int
    max_wait_s: int
    wrap_up_s: int
    dispositions: tuple[tuple[str, str], ...]
    wrap_up_ends: bool = True
    """Whether the wrap-up ends by itself, after ``wrap_up_s``."""
    outcome_required: bool = False
    """Whether no wrap-up is left without an outcome."""
    guests_wrap_up: bool = False
    """Whether agents who were only called in wrap up as well."""


@dataclass(frozen=True, slots=True)
class AdmissionConfiguration:
    """How many new calls a minute are taken (None: any), and what the others get: a prompt, a flow, or busy."""

    calls_per_minute: int | None = None
    prompt: str | None = None
    flow: FlowConfiguration | None = None


@dataclass(frozen=True, slots=True)
class TenantConfiguration:
    """One tenant of the floor. ``version``: of its blueprint; ``prompts``: code to {language: text}.

    ``sounds``: code to {language: ``sha256:..``}, the uploaded recordings that are played instead of the text.
    """

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
    caller_ids: Mapping[str, str] = field(default_factory=dict)
    """What is shown to those who are called, by queue; that of no queue is the client's own."""
    sounds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    supervision: Supervision = field(default_factory=Supervision)
    people: tuple[Person, ...] = ()
    """The client's own people, to whom calls are handed."""
    admission: AdmissionConfiguration = field(default_factory=AdmissionConfiguration)
    callbacks: Callbacks = field(default_factory=Callbacks)
    music: Mapping[str, str] = field(default_factory=dict)
    """Its pieces of music by code, each an uploaded recording (``sha256:..``)."""
    waiting_music: Mapping[str, str] = field(default_factory=dict)
    """Which piece is heard in which queue; that of no queue is for every other, and during a hold."""
    acts: tuple[Act, ...] = ()
    """What the client changed for a time, and the flows that this leads to."""
    acts_flows: tuple[FlowConfiguration, ...] = ()


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

    ``desk`` is None while somebody else sits at the agent's seat; then it has no phone. ``phone``: the one that it
    chose to talk with, browser or desk; empty: it has not chosen, and whichever is there rings.
    ``needs_desk``: it is offered nothing while its desk page cannot be reached.
    """

    agent_id: UUID
    user_id: UUID
    name: str
    seat: str
    desk: str | None
    places: tuple[Place, ...] = ()
    phone: str = ""
    needs_desk: bool = True


def browser_phone_name(desk: str, turn: int) -> str:
    """Return the name of a place's browser phone: another one whenever somebody else sits down there.

    So the phone of whoever sat there before is unknown at once, whatever it is still registered as.
    """
    return f"o-{desk}-{turn}-web" if turn else f"o-{desk}-web"


def listening_phone_name(phone: UUID, turn: int, tenant: UUID | None) -> str:
    """Return the name of a supervisor's browser phone (``s-..``), or of a client's listener's (``c-..``)."""
    return f"{'s' if tenant is None else 'c'}-{phone.hex[-12:]}-{turn}-web"


@dataclass(frozen=True, slots=True)
class ListenerConfiguration:
    """Who listens: a supervisor, or a tenant's person in that tenant alone; ``desk``: a place that rings, too."""

    user_id: UUID
    tenant_id: UUID | None
    phone: str
    secret: str = field(repr=False)
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class DeskConfiguration:
    """A seat as a place with phones: the desk phone's password, the browser phone's name and password."""

    id: str
    secret: str = field(repr=False)
    browser: str
    browser_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AliasConfiguration:
    """What one tenant calls an agent and its seat; kept for ever."""

    tenant_id: UUID
    agent_id: UUID
    id: UUID
    seat: str


@dataclass(frozen=True, slots=True)
class TrunkConfiguration:
    """A trunk by its engine's name, and how it is reached (``tenants.trunk_parts.LinePart``).

    ``tenant_id`` is None for the outsourcer's; ``secret`` is that of its login, sealed (``tenants.service.trunks``).
    """

    name: str
    content: Mapping[str, Any]
    tenant_id: UUID | None = None
    secret: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class EngineConfiguration:
    """A phone engine of the floor: how many new calls it may take, and whether it takes none at all now.

    ``gone``: it was given up. ``by``: who drained it or gave it up last, ``why`` only for the latter.
    """

    name: str
    calls_per_minute: int
    drained: bool
    gone: bool = False
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was known of a tenant at a moment: its part of the configuration, and who served it, by our own ids."""

    at: datetime
    tenant: TenantConfiguration
    places: tuple[tuple[UUID, Place], ...]


@dataclass(frozen=True, slots=True)
class FloorConfiguration:
    """Everything of one floor, as it was when it was read.

    ``missing``: numbers by tenant of who could not be read. ``apart``: who lives in a database of its own.
    ``rentals``: tenant, and its own id of an agent whose rent is in force. ``remembered``: who is not there and is
    served as it was at that moment.
    """

    floor_id: str
    tenants: tuple[TenantConfiguration, ...]
    agents: tuple[AgentConfiguration, ...]
    trunks: tuple[TrunkConfiguration, ...]
    desks: tuple[DeskConfiguration, ...] = ()
    aliases: tuple[AliasConfiguration, ...] = ()
    missing: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    apart: frozenset[UUID] = frozenset()
    rentals: frozenset[tuple[UUID, UUID]] = frozenset()
    remembered: Mapping[UUID, datetime] = field(default_factory=dict)
    engines: tuple[EngineConfiguration, ...] = ()
    listeners: tuple[ListenerConfiguration, ...] = ()

    @property
    def present(self) -> tuple[UUID, ...]:
        """The tenants whose database was there."""
        return tuple(tenant.id for tenant in self.tenants if tenant.id not in self.remembered)

    @property
    def absent(self) -> frozenset[UUID]:
        """The tenants whose database was not there."""
        return frozenset(self.missing) | frozenset(self.remembered)

    def phone_password(self, desk: str) -> str:
        """Return the password of a desk's phones. Raises ``StopIteration`` for a desk that is not there."""
        return next(each.secret for each in self.desks if each.id == desk)

    def memory_of(self, tenant: TenantConfiguration, at: datetime) -> Remembered:
        """Return what is to be remembered of a tenant."""
        places = ((agent.agent_id, place) for agent in self.agents for place in agent.places)
        return Remembered(at, tenant, tuple((agent, place) for agent, place in places if place.tenant_id == tenant.id))

    def remembering(self, memories: Iterable[Remembered]) -> FloorConfiguration:
        """Return it with tenants that could not be read as they are remembered.

        Numbers and rents are of today. A number that memory does not know stays ``missing``: its calls hear busy.
        """
        known = {memory.tenant.id: memory for memory in memories if memory.tenant.id in self.missing}
        if not known:
            return self
        tenants = tuple(
            replace(m.tenant, numbers=tuple(n for n in m.tenant.numbers if n.number in self.missing[key]))
            for key, m in known.items()
        )
        routed = {number.number for tenant in tenants for number in tenant.numbers}
        missing = {key: tuple(n for n in numbers if n not in routed) for key, numbers in self.missing.items()}
        places = [pair for memory in known.values() for pair in memory.places]
        agents = tuple(
            replace(a, places=(*a.places, *(p for agent, p in places if agent == a.agent_id and self._rented(p))))
            for a in self.agents
        )
        return replace(
            self, tenants=(*self.tenants, *tenants), agents=agents,
            missing={key: numbers for key, numbers in missing.items() if numbers or key not in known},
            remembered={key: memory.at for key, memory in known.items()},
        )  # fmt: skip

    def filled_from(self, before: FloorConfiguration) -> FloorConfiguration:
        """Return it with the tenants that could not be read as they were before; who was not there stays missing."""
        known = [before.memory_of(tenant, _NOW_KNOWN) for tenant in before.tenants]
        filled = self.remembering(known)
        return replace(filled, remembered={key: at for key, at in before.remembered.items() if key in self.missing})

    def _rented(self, place: Place) -> bool:
        return (place.tenant_id, place.agent_id) in self.rentals

    def number(self, dialled: str) -> tuple[TenantConfiguration, NumberConfiguration] | None:
        """Return whose number this is, and where it leads; None: unknown."""
        for tenant in self.tenants:
            for number in tenant.numbers:
                if number.number == dialled:
                    return tenant, number
        return None
