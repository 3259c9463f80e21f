"""The facts of supervision: who took part in a conversation, how, why and when; all in the client's own journal.

``user_id``, ``name`` and ``role`` are of whoever takes part, as the client knows the call centre's people. Where there
is no other word, the subject is the interaction. ``offset_ms`` counts from the moment in which contact and agent were
connected, which is where the recording of the conversation begins.
"""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class SupervisionStarted(Payload):
    """Somebody takes part in the conversation. ``mode``: listen, whisper (to the agent alone) or barge (all hear)."""

    supervision_id: str
    user_id: str
    name: str
    role: str
    agent_id: str
    mode: str
    reason: str
    offset_ms: int


@fact_kind()
class SupervisionChanged(Payload):
    """Who takes part does it in another way from now on."""

    supervision_id: str
    user_id: str
    name: str
    role: str
    agent_id: str
    mode: str
    before: str
    reason: str
    offset_ms: int


@fact_kind()
class SupervisionEnded(Payload):
    """It is over. ``why``: released, hung_up, call_over, agent_left, card_data, taken_over, phone_lost, engine_gap."""

    supervision_id: str
    user_id: str
    name: str
    role: str
    agent_id: str
    mode: str
    why: str
    lasted_ms: int
    offset_ms: int


@fact_kind()
class InteractionTakenOver(Payload):
    """A supervisor goes on with the contact in the agent's place; the agent wraps up."""

    supervision_id: str
    user_id: str
    name: str
    role: str
    agent_id: str
    reason: str
    offset_ms: int


@fact_kind()
class TakenCallChanged(Payload):
    """Who took the contact over did something. ``change``: held, retrieved, keys, back (phone was lost), away or left.

    ``away``: its page is gone, the contact hears music; ``left``: it did not come back, the contact goes to its queue.
    """

    user_id: str
    name: str
    role: str
    change: str


@fact_kind()
class TakenCallGiven(Payload):
    """Who took the contact over gave it away, ``to`` an agent, a queue (its code) or a number (masked) outside."""

    user_id: str
    name: str
    role: str
    to: str
    target: str
    target_agent_id: str | None


@fact_kind()
class TakenCallConcluded(Payload):
    """The supervisor who took the conversation over said what came of it; the last word counts, whoever says it."""

    user_id: str
    name: str
    role: str
    code: str


@fact_kind()
class InteractionForcedEnd(Payload):
    """A supervisor ended the conversation for everybody."""

    user_id: str
    name: str
    role: str
    agent_id: str | None
    reason: str
    offset_ms: int


@fact_kind()
class AgentForced(Payload):
    """A supervisor put an agent into a state; the subject is the agent. ``break_reason``: of a break.

    Whoever works finishes first. ``signed_out``: its browsers were signed out as well.
    """

    user_id: str
    name: str
    role: str
    agent_id: str
    state: str
    break_reason: str | None
    signed_out: bool
    reason: str


@fact_kind()
class HelpAsked(Payload):
    """The agent asks for help with the conversation."""

    agent_id: str
    offset_ms: int


@fact_kind()
class HelpWithdrawn(Payload):
    """The agent needs no help any more, or the work is over."""

    agent_id: str
    offset_ms: int


@fact_kind()
class HelpAnswered(Payload):
    """A supervisor takes care of it."""

    user_id: str
    name: str
    role: str
    agent_id: str
    offset_ms: int


@fact_kind()
class LineStateChanged(Payload):
    """A line to a carrier can be used again, or not any more; the subject is the floor.

    Told to its owner: a client, or the installation. ``registered`` is None where we do not register.
    """

    trunk: str
    usable: bool
    reachable: bool
    registered: bool | None


@fact_kind()
class LineFailed(Payload):
    """A line brought no connection to an outside number, and ``next_trunk`` is tried (empty: no other is left).

    The subject is the interaction; ``cause`` is as in LegEnded, ``sip`` and ``q850`` are the network's codes or 0.
    ``address`` and ``next_address``: which of the line's addresses, from 1; 0: none.
    """

    trunk: str
    next_trunk: str
    cause: str
    sip: int
    q850: int
    address: int = 1
    next_address: int = 0


@fact_kind()
class ArrivalLimited(Payload):
    """A call beyond a ``limit`` (engine, drained, tenant or trunk) came; it got ``answer``: busy, prompt or flow.

    ``answer`` is congestion where the carrier may try elsewhere. The subject is the interaction's id where a flow takes
    the call, otherwise a new one.
    """

    number: str
    contact: str
    limit: str
    answer: str


@fact_kind()
class DiscrepancyRepaired(Payload):
    """Engine, rows, boards and floor did not agree, twice, and were made to; the subject is what it was about.

    ``what``: leg_gone, leg_unknown, leg_astray, call_unknown, recording_open, recording_gone, phone_wrong, unrouted,
    overdue, agent_stuck, row_open, agent_row or board_row.
    """

    what: str


@fact_kind()
class PhoneEngineChanged(Payload):
    """One of several phone engines was ``lost``, is ``back``, takes no new calls (``drained``) or takes them again.

    The subject is the floor's id; ``change`` is ``undrained`` in the last case, ``empty`` when no call is left, and
    ``given_up`` when people said that it never returns, with their ``reason``; the actor says who.
    """

    node: str
    change: str
    reason: str = ""


@fact_kind()
class CallToPausedNumber(Payload):
    """A contact called a number that the client had paused, by ``act_id``; the subject is the interaction.

    ``answer``: what it heard instead, a prompt or another flow.
    """

    number: str
    act_id: str
    answer: str


@fact_kind()
class AnnouncementHeard(Payload):
    """A contact heard to its end what its client announces, the act ``act_id``; the subject is the interaction.

    ``locale``: in which language; empty before the flow begins, where it is said in each.
    """

    act_id: str
    locale: str
