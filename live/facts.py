"""The facts of watching: somebody took care of an alert, wrote to an agent, and was read and answered."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class AlertAcknowledged(Payload):
    """Somebody takes care of an ``alert``, ``after_ms`` from its beginning; the subject is what it is about.

    ``kind``: help_asked, waits_long, talks_long, wraps_up_long, breaks_long, phone_lost or line_down.
    """

    alert: str
    kind: str
    user_id: str
    name: str
    role: str
    after_ms: int


@fact_kind()
class AgentMessaged(Payload):
    """A supervisor wrote to an agent (the subject is the message); what it wrote is in no fact.

    ``audience``: to whom it went: agent, queue, client or all. ``batch_id``: the same for all who got it.
    """

    agent_id: str
    batch_id: str
    audience: str
    user_id: str
    name: str
    role: str
    length: int


@fact_kind()
class AgentMessageRead(Payload):
    """The agent has seen a message, ``after_ms`` from its sending; the subject is the message."""

    agent_id: str
    after_ms: int


@fact_kind()
class AgentMessageAnswered(Payload):
    """The agent answered a message; what it wrote is in no fact. The subject is the message."""

    agent_id: str
    after_ms: int
    length: int


@fact_kind()
class BoardRewound(Payload):
    """Somebody saw the board of a quarter hour of the past, from ``since_at`` on; the subject is the tenant."""

    since_at: str
    until_at: str


@fact_kind()
class BoardDiffered(Payload):
    """The live board was not what the journal says, and was made anew from it; the subject is the tenant.

    ``source``: what was wrong: keyframe (a stored board), figures (as the database counts them), rows (interactions as
    they are recorded) or feed (a watched one). ``seq``: after which fact. ``differing``: names of the figures and rows,
    at most 20.
    """

    source: str
    seq: int
    differing: list[str]


@fact_kind()
class BoardAgreed(Payload):
    """The live board is what the journal says again, as of the fact ``seq``; the subject is the tenant."""

    seq: int


@fact_kind()
class SupervisorMessaged(Payload):
    """Somebody of the client wrote to the supervisors (the subject is the message); what it wrote is in no fact."""

    user_id: str
    name: str
    role: str
    length: int


@fact_kind()
class SupervisorMessageRead(Payload):
    """A supervisor has seen a message of the client, ``after_ms`` from its sending; the subject is the message."""

    user_id: str
    name: str
    after_ms: int


@fact_kind()
class SupervisorMessageAnswered(Payload):
    """A supervisor answered a message of the client; what it wrote is in no fact. The subject is the message."""

    user_id: str
    name: str
    after_ms: int
    length: int


@fact_kind()
class ListeningAsked(Payload):
    """Somebody of the client asks to listen to an agent's conversation, or to the next one of a queue.

    The subject is the request. ``agent_id`` or ``queue_id`` is empty.
    """

    agent_id: str
    queue_id: str
    user_id: str
    name: str
    role: str
    reason: str


@fact_kind()
class ListeningDecided(Payload):
    """A request to listen was granted, declined, or nobody decided in time (``expired``); the subject is the request.

    ``user_id`` and ``name`` are the supervisor's; ``reason``: what it said.
    """

    decision: str
    user_id: str
    name: str
    reason: str
    after_ms: int
