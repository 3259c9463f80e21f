"""What the floor works from: tenants, queues, flows, numbers, agents and phones. Replaced whole when it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from ivr.core.compile import Program
from ivr.core.flow import Queueing
from ivr.core.values import Opening, PromptRef
from routing.core.needs import Id, Levels
from switchboard.core.aliases import Aliases
from switchboard.core.trunks import TrunkPlan, ordered
from switchboard.core.ways import PLAIN, Way, made_flow
from telephony.port import Endpoint, Sound, Trunk
from tenants.core.callbacks import Callbacks
from tenants.core.controls import Act
from tenants.core.directory import Person
from tenants.core.recording import Recording
from tenants.core.supervision import Supervision
from tenants.core.trunks import is_a_clients

NOBODY = Aliases()
ENGINES_MUSIC = "default"
"""The engine's own; a flow that says so leaves the choice to its queue."""
CALLS_PER_MINUTE = 3000
"""The limit of an engine of which the centre file says nothing; what it can really do is found out (core.admission)."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something to be said. ``whose``: the tenant's id as text, whose sounds lie apart; empty: the centre's own.

    ``recorded``: the digest of the tenant's own recording of it; empty: it is spoken.
    """

    text: str
    locale: str
    whose: str = ""
    recorded: str = ""


def _at_once(at: datetime) -> datetime | None:
    return at


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue. ``needs``: skill code to level (1 to 5); ``wrap_up_ends``: by itself, after ``wrap_up``."""

    id: UUID
    tenant: UUID
    code: str
    name: str
    needs: Levels = field(default_factory=dict)
    ring: timedelta = timedelta(seconds=15)
    max_wait: timedelta = timedelta(seconds=300)
    wrap_up: timedelta = timedelta(seconds=30)
    dispositions: frozenset[str] = frozenset()
    music: str = ""
    """What the client chose for those who wait here (:class:`telephony.port.Wait`); empty: what everybody hears."""
    wrap_up_ends: bool = True
    outcome_required: bool = False
    guests_wrap_up: bool = False

    def wrapped_up_at(self, talk_ended_at: datetime) -> datetime | None:
        """Return when the wrap-up of a talk ends by itself; None: the agent ends it."""
        return talk_ended_at + self.wrap_up if self.wrap_up_ends else None


@dataclass(frozen=True, slots=True)
class Beyond:
    """How many new calls a minute a tenant's numbers take (None: any), and what the others get.

    Those walk through the flow ``flow`` (code, version), or hear ``said``, or find the number busy.
    """

    per_minute: int | None = None
    said: Text | None = None
    flow: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """One of the floor's phone engines. A ``drained`` one takes no new calls; one that is ``gone`` was given up.

    ``by``: who drained it or gave it up, ``user:ID`` or a word for what did it; ``why`` of the latter.
    """

    calls_per_minute: int = CALLS_PER_MINUTE
    drained: bool = False
    gone: bool = False
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class TenantPlan:
    """A tenant of the floor. ``flows``: by code and version; ``opening`` asks one of its calendars."""

    id: UUID
    code: str
    name: str
    flows: Mapping[tuple[str, int], Program]
    queues: Mapping[str, QueuePlan]
    opening: Callable[[str, datetime], Opening]
    prompts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Stored prompts: the text by (code, language)."""
    sounds: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Stored prompts that were recorded: the digest by (code, language)."""
    shared_seats: int = 1
    recording: Recording = field(default_factory=Recording)
    supervision: Supervision = field(default_factory=Supervision)
    people: Mapping[str, Person] = field(default_factory=dict)
    """The client's own people, to whom calls are handed, by code."""
    callbacks: Callbacks = field(default_factory=Callbacks)
    calling: Callable[[datetime], datetime | None] = _at_once
    """The first moment, not before the given one, when contacts may be called; None: there is none."""
    short_abandon: timedelta = timedelta()
    beyond: Beyond = field(default_factory=Beyond)
    music: Mapping[str, str] = field(default_factory=dict)
    """The client's own music by code, as an engine is told of it (:class:`telephony.port.Wait`)."""
    hold_music: str = ENGINES_MUSIC
    """What is heard during a hold, and while waiting where the queue has nothing of its own."""
    languages: tuple[str, ...] = ("en",)
    acts: tuple[Act, ...] = ()
    """What the client changed for a time; which of it is in force is a question of the moment."""

    def music_of(self, queue: QueuePlan, wanted: str) -> str:
        """Return what is heard while waiting: what the flow wants, the queue's own, or what everybody hears."""
        if wanted != ENGINES_MUSIC:
            return self.music.get(wanted, wanted)
        return queue.music or self.hold_music

    def texts(self, prompts: tuple[PromptRef, ...]) -> tuple[Text, ...]:
        """Return what prompts say; one that is not stored is left out, so that the call goes on."""
        found = (self._text(prompt) for prompt in prompts)
        return tuple(text for text in found if text.text.strip())

    def program(self, flow: str, version: int) -> Program:
        """Return a flow. Raises ``KeyError`` for one that is not in force and that no call is in."""
        return made_flow(flow, self.languages) or self.flows[flow, version]

    def way_to(self, queue: str, first: tuple[str, int]) -> Way:
        """Return the node that leads to a queue, of the flow ``first`` or another; a plain one where none does."""
        for flow, version in (first, *(each for each in self.flows if each != first)):
            program = self.flows.get((flow, version))
            for node in () if program is None else program.flow.nodes.values():
                if isinstance(node, Queueing) and node.queue == queue:
                    return Way(flow, version, node.id)
        return Way(PLAIN + queue, 0, "queue")

    def way_into(self, flow: str) -> Way | None:
        """Return the beginning of a flow, in its newest version in force."""
        version = max((number for code, number in self.flows if code == flow), default=None)
        return None if version is None else Way(flow, version, self.flows[flow, version].flow.entry)

    def announced(self, act: Act) -> dict[str, Text]:
        """Return what an announcement says, by language."""
        return {
            language: Text(text, language, str(self.id), act.sounds.get(language, "").removeprefix("sha256:"))
            for language in self.languages
            if (text := act.texts.get(language, "")) or language in act.sounds
        }

    def _text(self, prompt: PromptRef) -> Text:
        whose = str(self.id)
        if prompt.asset is None:
            return Text(prompt.text or "", prompt.locale, whose)
        stored = (prompt.asset, prompt.locale)
        return Text(
            self.prompts.get(stored, ""), prompt.locale, whose, self.sounds.get(stored, "").removeprefix("sha256:")
        )


@dataclass(frozen=True, slots=True)
class Route:
    """Where a dialled number leads."""

    number: str
    tenant: UUID
    flow: str
    flow_version: int


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """An agent, its seat, where it sits (None: nowhere), the ``phone`` that it chose. ``skills``: by tenant.

    ``needs_desk``: it is offered nothing while its desk page cannot be reached.
    """

    id: UUID
    seat: str
    skills: Mapping[Id, Levels]
    desk: str | None
    phone: str = ""
    needs_desk: bool = True


Listener: TypeAlias = tuple[UUID, UUID | None]
"""Somebody who may take part in calls: the user, and the tenant whose own person it is (None: the outsourcer's)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A floor's whole configuration. ``routes`` are keyed by :func:`digits_of` the number."""

    floor: UUID
    tenants: Mapping[UUID, TenantPlan]
    routes: Mapping[str, Route]
    agents: Mapping[UUID, AgentPlan]
    endpoints: tuple[Endpoint, ...] = ()
    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of each place's phones, the preferred (browser) first."""
    listeners: Mapping[Listener, tuple[str, ...]] = field(default_factory=dict)
    """The phones of those who listen, the browser phone first."""
    trunks: tuple[Trunk, ...] = ()
    trunk_owners: Mapping[str, UUID] = field(default_factory=dict)
    """Trunks that belong to one tenant: its numbers only."""
    trunk_plans: Mapping[str, TrunkPlan] = field(default_factory=dict)
    caller_ids: Mapping[tuple[UUID, str], str] = field(default_factory=dict)
    """What is shown to those who are called, by tenant and queue; of no queue: the tenant's own."""
    spoken: Mapping[Text, Sound] = field(default_factory=dict)
    """Texts that lie ready as sounds; any other is spoken when it is needed."""
    aliases: Aliases = NOBODY
    """What the tenants call the agents."""
    closed: frozenset[str] = frozenset()
    """Digits of the numbers whose tenant's database is away since before this process began: calls find it busy."""
    engines: Mapping[str, EnginePlan] = field(default_factory=dict)
    """What the centre file says of the phone engines, by name."""
    unknown_number: Text | None = None
    """What somebody hears who called a number of nobody; when it is not ready the call is refused."""

    def route(self, number: str, trunk: str) -> Route | None:
        """Where a dialled number leads; ``None`` when nobody owns it, or the trunk is another tenant's.

        A client's trunk that is not there any more brings nobody's calls: the engine may know it for a moment longer.
        """
        route = self.routes.get(digits_of(number))
        owner = self.trunk_owners.get(trunk)
        if route is None or (owner is None and is_a_clients(trunk)):
            return None
        return route if owner is None or owner == route.tenant else None

    def lines_of(self, tenant: UUID) -> tuple[TrunkPlan, ...]:
        """Return the trunks over which a tenant's calls go out: its own by priority, then the outsourcer's."""
        plans = [self.trunk_plans.get(trunk.name, TrunkPlan(trunk.name)) for trunk in self.trunks]
        owned = ordered((each for each in plans if self.trunk_owners.get(each.name) == tenant), {})
        shared = ordered((each for each in plans if each.name not in self.trunk_owners), {})
        after = max((each.priority for each in owned), default=0)
        return (*owned, *(replace(each, priority=each.priority + after) for each in shared))

    def caller_id(self, tenant: UUID, queue: str = "", dialled: str = "") -> str:
        """Return the number that is shown to whom a tenant calls: chosen for the queue, or for the tenant.

        Otherwise the one that the contact ``dialled``, or the tenant's first; empty: it has none.
        """
        chosen = self.caller_ids.get((tenant, queue)) or self.caller_ids.get((tenant, "")) or dialled
        return chosen or min((route.number for route in self.routes.values() if route.tenant == tenant), default="")

    def trunks_of(self, tenant: UUID) -> tuple[str, ...]:
        """Return the names of :meth:`lines_of`, the preferred first."""
        return tuple(line.name for line in self.lines_of(tenant))

    @property
    def drained(self) -> frozenset[str]:
        """The engines that take no new calls."""
        return frozenset(name for name, engine in self.engines.items() if engine.drained)

    @property
    def gone(self) -> frozenset[str]:
        """The engines that were given up."""
        return frozenset(name for name, engine in self.engines.items() if engine.gone)

    def calls_per_minute(self, node: str) -> int:
        """How many new calls a phone engine may take at most."""
        return self.engines[node].calls_per_minute if node in self.engines else CALLS_PER_MINUTE

    def phones_of(self, desk: str | None) -> tuple[str, ...]:
        """Return the names of the phones where somebody sits."""
        return () if desk is None else self.phones.get(desk, (desk_phone(desk),))


def digits_of(number: str) -> str:
    """Return the digits of a number: carriers send it with or without ``+``."""
    return "".join(each for each in number if each.isdigit())


def desk_phone(desk: str) -> str:
    """Return the name of the phone that stands at a place."""
    return f"o-{desk}"
