"""The end of a call, at whatever stage: what the journal says, and what is left to do in the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from interactions.facts import InteractionAbandoned, InteractionDequeued, InteractionEnded
from journal.core.facts import SYSTEM, Actor
from switchboard.core.call import MILLISECOND, Call, CallState, Change, move, waited_ms
from switchboard.core.effects import Disarm, Effect
from switchboard.core.taping import over
from switchboard.core.waiting import end_of_offer
from telephony.port import CloseCall, StopRecord


class By(StrEnum):
    """Who ended a conversation."""

    CONTACT = "contact"
    AGENT = "agent"
    PERSON = "person"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended. ``at``: the true moment as far as it is known; ``told_at``: when we learned of it."""

    by: By
    cause: str
    at: datetime
    told_at: datetime
    actor: Actor = SYSTEM
    q850: int = 0
    sip: int = 0


STAGES = {
    CallState.IN_FLOW: "flow",
    CallState.QUEUED: "waiting",
    CallState.OFFERED: "ringing",
    CallState.TALKING: "talking",
    CallState.HANDED_OVER: "handed_over",
    CallState.VOICEMAIL: "voicemail",
    CallState.DIALLING: "dialling",
}


def end(call: Call, ending: Ending) -> Change:
    """End a call: facts by stage, its recording, its timers and its bridge."""
    at = call.moment(ending.told_at)
    truly = min(at, call.moment(ending.at))
    _, gap = over(call, "ended", truly)
    effects = (
        *gap,
        *_left(call, ending, truly),
        call.tell(_ended(call, ending, truly), truly, ending.actor),
        Disarm(call.id),
        *(() if call.recording is None or _is_apart(call) else (call.do(StopRecord(call.recording)),)),
        call.do(CloseCall(call.name)),
    )
    return move(call, CallState.ENDED, at), effects


def _is_apart(call: Call) -> bool:
    """Whether each voice is recorded alone: then that ends with its leg."""
    return call.tape is not None and call.tape.apart


def hold_ms(call: Call, at: datetime) -> int:
    """How long the present agent was aside while the contact waited, in milliseconds."""
    return call.held_ms + (0 if call.aside_at is None else max(0, (at - call.aside_at) // MILLISECOND))


def talk_ms(call: Call, at: datetime) -> int:
    """How long contact and present agent have talked, in milliseconds, holds left out."""
    if call.connected_at is None:
        return 0
    return max(0, (at - call.connected_at) // MILLISECOND - hold_ms(call, at))


def _left(call: Call, ending: Ending, at: datetime) -> tuple[Effect, ...]:
    """Say what comes before the end itself: the offer's end, and how the contact left queue or flow."""
    by_contact = ending.by is By.CONTACT
    stage = STAGES[call.state]
    offer = end_of_offer(call, "contact_left" if by_contact else "withdrawn", at) if stage == "ringing" else ()
    if stage in {"waiting", "ringing"} and call.waited is not None:
        queue_id, wait_ms = str(call.waited.queue_id), waited_ms(call, at)
        if by_contact:
            return *offer, call.tell(InteractionAbandoned(queue_id=queue_id, wait_ms=wait_ms, stage=stage), at)
        dequeued = InteractionDequeued(queue_id=queue_id, wait_ms=wait_ms, reason="system_failure")
        return *offer, call.tell(dequeued, at)
    if stage == "flow" and by_contact:
        return (call.tell(InteractionAbandoned(queue_id=None, wait_ms=0, stage=stage), at),)
    return ()


def _ended(call: Call, ending: Ending, at: datetime) -> InteractionEnded:
    talking = call.state in {CallState.TALKING, CallState.DIALLING} and call.offer is not None
    own = talk_ms(call, at)
    ended = InteractionEnded(
        ended_by=ending.by.value, cause=ending.cause, stage=STAGES[call.state], talk_ms=call.talked_ms + own,
        agent_id=None, q850=ending.q850, sip=ending.sip,
    )  # fmt: skip
    if not talking or call.offer is None:
        return ended
    return replace(ended, agent_id=str(call.offer.agent), agent_talk_ms=own, agent_hold_ms=hold_ms(call, at))
