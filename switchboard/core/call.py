"""A call: where it is, and the one table that says where it can go from there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from ivr.core.values import State as Position
from ivr.core.values import StepNeeds
from journal.core.facts import SYSTEM, Actor, NewFact, Payload
from switchboard.core.effects import Do, Effect, Tell
from switchboard.core.party import Party
from switchboard.core.tape import NOT_TOLD, Consent, Tape
from telephony.port import Command, Dial, Ring, StopRing

MILLISECOND = timedelta(milliseconds=1)
_RINGING = (Ring, Dial, StopRing)


class CallState(StrEnum):
    """Where a call is in its life."""

    ARRIVING = "arriving"
    IN_FLOW = "in_flow"
    QUEUED = "queued"
    OFFERED = "offered"
    TALKING = "talking"
    DIALLING = "dialling"
    HANDED_OVER = "handed_over"
    VOICEMAIL = "voicemail"
    ENDED = "ended"


TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.ARRIVING: frozenset({CallState.IN_FLOW, CallState.DIALLING}),
    CallState.DIALLING: frozenset({CallState.TALKING, CallState.ENDED}),
    CallState.IN_FLOW: frozenset({CallState.QUEUED, CallState.VOICEMAIL, CallState.ENDED}),
    CallState.QUEUED: frozenset({CallState.OFFERED, CallState.IN_FLOW, CallState.ENDED}),
    CallState.OFFERED: frozenset({CallState.QUEUED, CallState.TALKING, CallState.ENDED}),
    CallState.TALKING: frozenset({CallState.IN_FLOW, CallState.HANDED_OVER, CallState.ENDED}),
    CallState.HANDED_OVER: frozenset({CallState.IN_FLOW, CallState.TALKING, CallState.ENDED}),
    CallState.VOICEMAIL: frozenset({CallState.IN_FLOW, CallState.ENDED}),
    CallState.ENDED: frozenset(),
}


class ImpossibleTransition(Exception):
    """A call or an agent was sent where the table does not lead: our bug, contained to that call."""


@dataclass(frozen=True, slots=True)
class Playing:
    """What plays now: the engine's name of it, and the flow's."""

    playback: str
    name: str


@dataclass(frozen=True, slots=True)
class Waited:
    """One stay in a queue. ``place_at`` is the first queueing of the interaction and never changes (routing.md 1)."""

    queue_id: UUID
    queue: str
    queued_at: datetime
    place_at: datetime
    expires_at: datetime
    head_start_s: int = 0
    steps: tuple[StepNeeds, ...] = ()
    music: str = "default"


@dataclass(frozen=True, slots=True)
class Offered:
    """The agent who is rung or talks: the offer's id is also the name of the agent's leg.

    ``silent``: the phone has not said yet that it rings. One that never does is not there: never mind its registration.
    """

    id: UUID
    agent: UUID
    endpoint: str
    expires_at: datetime
    silent: bool = False

    @property
    def leg(self) -> str:
        """The agent's leg."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Call:
    """One contact's call; the call's and the bridge's name is the interaction's id.

    ``caller`` is the raw number. ``touched_at`` is the newest moment of this call: its moments never go back.
    ``side`` is the room beside the call in which the agent is (empty: in the call). ``aside_at``: since when contact
    and agent are held from each other, ``held_by`` the desk or a phone; ``held_ms``: how long they were before.
    ``connected_at`` is of this agent, ``talked_ms`` what was talked with the agents before.
    """

    id: UUID
    tenant: UUID
    leg: str
    number: str
    caller: str
    contact: str
    flow: str
    flow_version: int
    touched_at: datetime
    state: CallState = CallState.ARRIVING
    position: Position = field(default_factory=Position)
    playing: Playing | None = None
    played: int = 0
    waited: Waited | None = None
    first_queued_at: datetime | None = None
    offer: Offered | None = None
    connected_at: datetime | None = None
    recording: str | None = None
    parties: tuple[Party, ...] = ()
    side: str = ""
    rooms: int = 0
    aside_at: datetime | None = None
    held_by: str = ""
    phone_holds: frozenset[str] = frozenset()
    """The legs whose parties hold by their own phones' buttons."""
    music: str = "default"
    """What is heard during a hold (:class:`telephony.port.Wait`)."""
    held_ms: int = 0
    talked_ms: int = 0
    is_muted: bool = False
    is_lost: bool = False
    """Whether the agent's leg is gone and its phone is rung again."""
    was_answered: bool = False
    """Whether any agent has talked to the contact."""
    missed_by: UUID | None = None
    """The agent who handed it to people of the client's, none of whom answered."""
    node: str = ""
    """The phone engine that holds it, where there are several."""
    help_at: datetime | None = None
    """Since when the agent asks for help with it."""
    tape: Tape | None = None
    """The recording of the conversation, which ``recording`` names."""
    consent: Consent = NOT_TOLD
    dialled_at: datetime | None = None
    """Since when the contact's phone rings, of a call that we begin; before, the agent's does."""
    turn: int = 0
    """Which try of ours it is: each has a bridge of its own."""
    announced: tuple[str, ...] = ()
    """The announcements of the client's that the contact has heard, by the id of the act."""
    lines: tuple[str, ...] = ()
    """The trunks that have been tried for the contact, the present one last."""

    @property
    def name(self) -> str:
        """The engine's name of the call and its bridge: begins with the interaction's id."""
        return f"{self.id}-{self.turn}" if self.turn else str(self.id)

    @property
    def recording_paused(self) -> bool:
        """Whether what is said now must not be heard by others: card data is given."""
        return self.tape is not None and self.tape.paused_at is not None

    @property
    def is_alone(self) -> bool:
        """Whether the contact talks to nobody although it has been connected: it hears music or a ring."""
        if any(party.is_heard for party in self.parties):
            return False
        return self.state is CallState.HANDED_OVER or (
            self.state is CallState.TALKING and (bool(self.side) or self.is_lost)
        )

    @property
    def legs(self) -> tuple[str, ...]:
        """Every leg of it that the engine may hold: the contact's, the agent's, everybody else's."""
        agent = () if self.offer is None else (self.offer.leg,)
        contact = () if self.state is CallState.DIALLING and self.dialled_at is None else (self.leg,)
        return (*contact, *agent, *(party.leg for party in self.parties))

    @property
    def is_held_by_phone(self) -> bool:
        """Whether the contact or the agent who has it holds by its own phone's button."""
        return self.leg in self.phone_holds or (self.offer is not None and self.offer.leg in self.phone_holds)

    @property
    def hears_music(self) -> bool:
        """Whether music plays in the call: for a contact who is alone, or of two because one of them holds."""
        has_agent = self.state is CallState.TALKING and not self.side and not self.is_lost
        agent = (self.offer.leg,) if has_agent and self.offer is not None else ()
        inside = (self.leg, *agent, *(party.leg for party in self.parties if party.is_heard))
        holds = len(inside) == 2 and not self.phone_holds.isdisjoint(inside)  # noqa: PLR2004 - in a conference none does
        return self.is_alone or (holds and self.state in {CallState.TALKING, CallState.HANDED_OVER})

    def party(self, leg: str) -> Party | None:
        """Return the party of a leg."""
        return next((party for party in self.parties if party.leg == leg), None)

    def with_party(self, party: Party) -> Call:
        """Take a new or changed party; the order is that of their coming."""
        if self.party(party.leg) is None:
            return replace(self, parties=(*self.parties, party))
        return replace(self, parties=tuple(party if each.leg == party.leg else each for each in self.parties))

    def without_party(self, leg: str) -> Call:
        """Forget a party."""
        return replace(self, parties=tuple(each for each in self.parties if each.leg != leg))

    def moment(self, at: datetime) -> datetime:
        """Return the same moment, or the newest one of this call, if that is later."""
        return max(at, self.touched_at)

    def do(self, command: Command) -> Do:
        """Put a command into this call's lane; a phone is rung in its own, because it waits for nothing else."""
        return Do(command.leg if isinstance(command, _RINGING) else self.name, command)

    def tell(self, payload: Payload, at: datetime, actor: Actor = SYSTEM) -> Tell:
        """State a fact about this interaction."""
        return Tell(self.tenant, NewFact(payload, self.id, at, actor))


Change: TypeAlias = tuple[Call, tuple[Effect, ...]]


def move(call: Call, state: CallState, at: datetime, **changes: Any) -> Call:  # noqa: ANN401 - fields of Call
    """Change a call's state: the only place where that happens. Raises :class:`ImpossibleTransition`."""
    if state not in TRANSITIONS[call.state]:
        raise ImpossibleTransition(f"call {call.id}: {call.state} to {state}")
    return replace(call, state=state, touched_at=call.moment(at), **changes)


def require(call: Call, *states: CallState) -> None:
    """Raise :class:`ImpossibleTransition` unless the call is in one of these states."""
    if call.state not in states:
        raise ImpossibleTransition(f"call {call.id} is {call.state}")


def waited_ms(call: Call, at: datetime) -> int:
    """How long the contact has waited in the present queue, in milliseconds; 0 without one."""
    return 0 if call.waited is None else max(0, (at - call.waited.queued_at) // MILLISECOND)
