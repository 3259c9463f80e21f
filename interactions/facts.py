"""Facts of interactions (the subject, unless a kind says otherwise) and agents. Ids: UUIDs; durations: milliseconds."""

from __future__ import annotations

from typing import Any, ClassVar

from journal.core.facts import Payload, fact_kind


@fact_kind()
class InteractionStarted(Payload):
    """A contact arrived on a number. ``contact`` is masked; the raw number is in no fact."""

    number: str
    contact: str
    channel: str
    direction: str
    flow: str
    flow_version: int


@fact_kind()
class FlowStepped(Payload):
    """A node of the flow was left. ``digits``: what was pressed there, never of a secure node."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("digits",)

    node: str
    type: str
    exit: str
    digits: str | None = None


@fact_kind()
class InteractionQueued(Payload):
    """The contact began to wait. ``head_start_s`` is worth waited time (routing.md section 2)."""

    queue: str
    queue_id: str
    head_start_s: int


@fact_kind()
class OfferMade(Payload):
    """The interaction is presented to one agent. ``expires_at``: ISO 8601; ``because``: why this agent."""

    offer_id: str
    agent_id: str
    queue_id: str
    expires_at: str
    because: dict[str, Any]


@fact_kind()
class OfferEnded(Payload):
    """``outcome``: answered, expired, rejected, contact_left, withdrawn, unreachable; the rest: how a phone refused."""

    offer_id: str
    agent_id: str
    outcome: str
    cause: str = ""
    q850: int = 0
    sip: int = 0


@fact_kind()
class InteractionConnected(Payload):
    """Contact and agent talk. ``wait_ms``: from the queueing, ringing included (metrics.md section 1)."""

    agent_id: str
    queue_id: str
    offer_id: str
    wait_ms: int


@fact_kind()
class InteractionAbandoned(Payload):
    """The contact left before an agent. ``stage``: flow (then no queue), waiting or ringing."""

    queue_id: str | None
    wait_ms: int
    stage: str


@fact_kind()
class InteractionDequeued(Payload):
    """The contact left a queue without an agent and without hanging up.

    ``reason``: timeout, voicemail, closed, no_agents or system_failure.
    """

    queue_id: str
    wait_ms: int
    reason: str


@fact_kind()
class InteractionEnded(Payload):
    """The conversation is over. ``ended_by``: contact, agent, person (outside) or system. ``stage``: where it was then.

    ``talk_ms``: with all agents, holds left out. ``q850`` (ITU-T Q.850) and ``sip``: the network's causes, 0 for none.
    ``agent_talk_ms`` and ``agent_hold_ms``: the part of ``agent_id``, a hold that was on at the end included.
    """

    ended_by: str
    cause: str
    stage: str
    talk_ms: int
    agent_id: str | None
    q850: int = 0
    sip: int = 0
    agent_talk_ms: int | None = None
    agent_hold_ms: int | None = None


@fact_kind()
class InteractionHandled(Payload):
    """The agent has finished with it, wrap-up included."""

    agent_id: str
    queue_id: str
    talk_ms: int
    hold_ms: int
    wrap_ms: int


@fact_kind()
class HoldStarted(Payload):
    """The agent stepped aside, or one of the two phones holds; who is alone hears music.

    ``by``: desk, phone (the button of the agent's), contact (of the contact's), or lost (the agent's phone is gone).
    """

    agent_id: str
    by: str = "desk"


@fact_kind()
class HoldEnded(Payload):
    """The agent and the contact are together again, or the agent has left for good. ``by``: how it began."""

    agent_id: str
    hold_ms: int
    by: str = "desk"


@fact_kind()
class MuteChanged(Payload):
    """Nobody hears the agent, or everybody again."""

    agent_id: str
    muted: bool


@fact_kind()
class DigitsSent(Payload):
    """The agent sent keys to the contact; which ones is in no fact."""

    agent_id: str
    count: int


@fact_kind()
class PartyInvited(Payload):
    """Somebody else is rung into the conversation.

    ``role``: agent, outside or supervisor. ``purpose``: consult, conference, transfer and others. ``target`` is a name,
    or a masked number; empty for an agent. ``agent_id``: who is rung, if it is an agent; ``by_agent_id``: who asked, if
    that was one.
    """

    party_id: str
    role: str
    purpose: str
    target: str
    agent_id: str | None
    by_agent_id: str | None


@fact_kind()
class PartyJoined(Payload):
    """Somebody answered, or moved. ``where``: aside (with the agent), call (with everybody) or supervising."""

    party_id: str
    role: str
    purpose: str
    where: str
    agent_id: str | None


@fact_kind()
class PartyLeft(Payload):
    """Somebody is not in the conversation any more, or was never reached (``joined`` is false).

    ``ended_by``: party, agent, contact or system; ``talk_ms``: since it answered.
    """

    party_id: str
    role: str
    purpose: str
    agent_id: str | None
    joined: bool
    ended_by: str
    cause: str
    talk_ms: int
    q850: int = 0
    sip: int = 0


@fact_kind()
class InteractionTransferred(Payload):
    """The agent gave the contact away. ``kind``: blind or attended. ``to``: agent, queue, flow, number or person.

    ``target_agent_id`` is the agent who shall have it, ``to_agent_id`` the one who has it at once.
    """

    agent_id: str
    kind: str
    to: str
    target: str
    target_agent_id: str | None
    to_agent_id: str | None
    talk_ms: int
    hold_ms: int


@fact_kind()
class InteractionTakenUp(Payload):
    """An agent to whom the contact was given answered, and has it from now on; ``party_id`` is its leg's."""

    agent_id: str
    party_id: str


@fact_kind()
class AgentLeft(Payload):
    """The agent left a conversation that goes on without it. ``to_agent_id``: who has it now, if anybody has."""

    agent_id: str
    cause: str
    to_agent_id: str | None
    talk_ms: int
    hold_ms: int


@fact_kind()
class DispositionChosen(Payload):
    """The agent said what came of it; the last one counts."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)

    agent_id: str
    code: str
    note: str


@fact_kind()
class AgentStateChanged(Payload):
    """Where an agent (the subject) is; while it works for another tenant: on_break, elsewhere, no interaction."""

    agent_id: str
    seat: str
    state: str
    reason: str | None
    interaction_id: str | None


@fact_kind()
class AgentPhoneChanged(Payload):
    """The first of an agent's phones registered, or the last one is gone; the subject is the agent's id."""

    agent_id: str
    seat: str
    endpoint: str
    registered: bool
    chosen: str = ""  # browser or desk, of which alone ``registered`` tells; empty: whichever is there rings
    other: bool = False  # one that does not ring is registered


@fact_kind()
class NumberUnknown(Payload):
    """Somebody called a number that no tenant owns (the installation's journal; the subject is a new id)."""

    number: str
    trunk: str


@fact_kind()
class EngineLost(Payload):
    """The phone engine cannot be reached; the subject is the floor's id."""

    reason: str


@fact_kind()
class EngineBack(Payload):
    """The phone engine is there again and everything was compared with it; the subject is the floor's id."""

    reason: str
