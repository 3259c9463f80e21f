"""What happens to work without a waiting contact, and to calls that we begin. The subject is the interaction's id.

Ids are UUIDs as text, instants ISO 8601, durations whole milliseconds. No number stands in any of them.
"""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class CallbackRequested(Payload):
    """A contact asked to be called instead of waiting (the subject is its call).

    ``interaction_id``: the callback; ``place_at``: the place in the queue that it keeps; ``other_number``: the contact
    keyed in another number than its own; ``again``: it had asked before, and that callback stands.
    """

    queue: str
    queue_id: str
    interaction_id: str
    place_at: str
    other_number: bool
    again: bool


@fact_kind()
class TaskOpened(Payload):
    """An interaction began in which no contact waits. ``task``: callback, message, missed, not_reached, person, call.

    ``not_reached``: lost, because none of the client's people to whom it was handed answered.
    ``person``: one of them wants something of the agent who handed them a call.
    ``origin_id``: the interaction that it came of; ``due_at``: when it should be done; ``agent_id``: whose it is first.
    """

    task: str
    queue: str
    queue_id: str
    place_at: str
    origin_id: str | None
    due_at: str | None
    agent_id: str | None


@fact_kind()
class TaskPostponed(Payload):
    """It waits for a later moment. ``reason``: hours, no_answer, busy, skipped, and other results of a try."""

    until: str
    reason: str
    tries: int


@fact_kind()
class TaskAccepted(Payload):
    """An agent works on it. ``offer_id`` is absent when the agent began it; ``wait_ms``: since it was queued."""

    agent_id: str
    queue_id: str
    offer_id: str | None
    wait_ms: int


@fact_kind()
class TaskAssigned(Payload):
    """A supervisor keeps it for one agent, until ``until``; then it is anybody's of the queue again."""

    agent_id: str
    until: str
    reason: str


@fact_kind()
class TaskCancelled(Payload):
    """Somebody took it back before an agent had it in hand; ``reason``: why, as that person wrote it."""

    reason: str


@fact_kind()
class DialStarted(Payload):
    """The phone of the agent who calls a contact rings. ``caller_id``: the client's number that the contact sees."""

    agent_id: str
    attempt: int
    caller_id: str


@fact_kind()
class ContactRung(Payload):
    """The agent's phone is answered and the contact's rings, over the client's first line or (``line``) a later one."""

    agent_id: str
    attempt: int
    line: int


@fact_kind()
class DialEnded(Payload):
    """What came of a try; ``sip`` and ``q850`` are the network's own words, 0 without.

    ``result``: answered, busy, no_answer, rejected, unallocated, unreachable, congestion, cancelled (by the agent),
    agent_no_answer or failed.
    """

    agent_id: str
    attempt: int
    result: str
    ring_ms: int
    sip: int
    q850: int
