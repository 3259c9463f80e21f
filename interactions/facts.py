"""What happens to interactions and agents: every kind of fact that the switchboard and this room write.

The subject is the interaction's id unless a kind says otherwise. Ids are UUIDs as text, durations whole milliseconds.
"""

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
    """``outcome``: answered, expired, rejected, contact_left, withdrawn or unreachable."""

    offer_id: str
    agent_id: str
    outcome: str


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
    """The conversation is over. ``ended_by``: contact, agent or system. ``stage``: where it was then."""

    ended_by: str
    cause: str
    stage: str
    talk_ms: int
    agent_id: str | None


@fact_kind()
class InteractionHandled(Payload):
    """The agent has finished with it, wrap-up included."""

    agent_id: str
    queue_id: str
    talk_ms: int
    hold_ms: int
    wrap_ms: int


@fact_kind()
class DispositionChosen(Payload):
    """The agent said what came of it; the last one counts."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)

    agent_id: str
    code: str
    note: str


@fact_kind()
class RecordingStored(Payload):
    """A recording lies under ``key`` in the recordings folder. ``kind``: call or voicemail."""

    recording_id: str
    key: str
    sha256: str
    duration_ms: int
    kind: str
    bytes: int


@fact_kind()
class RecordingPlayed(Payload):
    """Somebody listened to a recording. ``by``: the user's id."""

    recording_id: str
    by: str


@fact_kind()
class AgentStateChanged(Payload):
    """Where an agent is, as one tenant may see it; the subject is the agent's id.

    While the agent works for another tenant, ``state`` is on_break, ``reason`` elsewhere and there is no interaction.
    """

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
