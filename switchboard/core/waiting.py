"""From the queue to an agent: waiting, being offered, being connected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from interactions.facts import InteractionConnected, InteractionDequeued, InteractionQueued, OfferEnded, OfferMade
from switchboard.core.call import Call, CallState, Change, Offered, Waited, move, require, waited_ms
from switchboard.core.effects import Arm, Disarm, Effect
from switchboard.core.talk import music_of, still_held
from telephony.port import Bridge, Cause, Ring, StopPlay, StopRing, StopWait, Wait

QUEUE_TIMER, OFFER_TIMER, SILENT_TIMER = "queue", "offer", "silent"
RINGS_WITHIN = timedelta(seconds=6)
"""A phone that is there says within a second that it rings; a lost INVITE is sent again after 0.5, 1.5 and 3.5 s."""


def enqueue(call: Call, waited: Waited, at: datetime) -> Change:
    """Begin to wait, with music."""
    at = call.moment(at)
    fact = InteractionQueued(queue=waited.queue, queue_id=str(waited.queue_id), head_start_s=waited.head_start_s)
    effects: tuple[Effect, ...] = (
        call.tell(fact, at),
        call.do(Wait(call.name, waited.music, waited.queued_at)),
        Arm(call.id, QUEUE_TIMER, waited.expires_at),
    )
    return move(call, CallState.QUEUED, at, waited=waited, first_queued_at=waited.place_at), effects


def dequeue(call: Call, reason: str, at: datetime) -> Change:
    """Leave the queue for the flow."""
    require(call, CallState.QUEUED)
    at = call.moment(at)
    effects: list[Effect] = [_dequeued(call, reason, at), Disarm(call.id, QUEUE_TIMER)]
    if call.playing is not None:
        effects.append(call.do(StopPlay(call.playing.playback)))
    effects.append(call.do(StopWait(call.name)))
    return move(call, CallState.IN_FLOW, at, waited=None, playing=None), tuple(effects)


def _dequeued(call: Call, reason: str, at: datetime) -> Effect:
    queue_id = "" if call.waited is None else str(call.waited.queue_id)
    return call.tell(InteractionDequeued(queue_id=queue_id, wait_ms=waited_ms(call, at), reason=reason), at)


def offer(call: Call, offered: Offered, ring: Ring, because: Mapping[str, Any], at: datetime) -> Change:
    """Ring an agent. The offer's own timer names the ring-no-answer; the engine's is only a fuse."""
    require(call, CallState.QUEUED)
    at = call.moment(at)
    effects = (
        call.tell(_offer_made(call, offered, because), at),
        call.do(ring),
        Arm(call.id, OFFER_TIMER, offered.expires_at),
        Arm(call.id, SILENT_TIMER, min(at + RINGS_WITHIN, offered.expires_at)),
    )
    return move(call, CallState.OFFERED, at, offer=offered), effects


def offer_again(call: Call, offered: Offered, because: Mapping[str, Any], at: datetime) -> Change:
    """Note an offer whose fact was lost with an older process; the engine holds its leg."""
    at = call.moment(at)
    return move(call, CallState.OFFERED, at, offer=offered), (call.tell(_offer_made(call, offered, because), at),)


def _offer_made(call: Call, offered: Offered, because: Mapping[str, Any]) -> OfferMade:
    return OfferMade(
        offer_id=str(offered.id), agent_id=str(offered.agent), because=dict(because),
        queue_id="" if call.waited is None else str(call.waited.queue_id), expires_at=offered.expires_at.isoformat(),
    )  # fmt: skip


Refusal = tuple[str, int, int]
"""With what a phone refused: the port's cause, Q.850, SIP."""
NO_REFUSAL: Refusal = "", 0, 0


def offer_over(call: Call, outcome: str, at: datetime, refusal: Refusal = NO_REFUSAL) -> Change:
    """End the offer without an answer; the contact goes on waiting."""
    at = call.moment(at)
    return move(call, CallState.QUEUED, at, offer=None), end_of_offer(call, outcome, at, refusal)


def end_of_offer(call: Call, outcome: str, at: datetime, refusal: Refusal = NO_REFUSAL) -> tuple[Effect, ...]:
    """Say what the end of the live offer means for the phone and the journal."""
    if call.offer is None:
        return ()
    fact = OfferEnded(str(call.offer.id), str(call.offer.agent), outcome, *refusal)
    cause = Cause.NO_ANSWER if outcome == "expired" else Cause.NORMAL
    return (
        call.tell(fact, at),
        Disarm(call.id, OFFER_TIMER),
        Disarm(call.id, SILENT_TIMER),
        call.do(StopRing(call.offer.leg, cause)),
    )


def connect(call: Call, recording: str | None, at: datetime) -> Change:
    """Let contact and agent talk. ``recording``: the engine records it already under this name."""
    require(call, CallState.OFFERED)
    at = call.moment(at)
    offered = call.offer
    if offered is None or call.waited is None:
        raise AssertionError(f"call {call.id} is offered without an offer or a queue")
    connected = InteractionConnected(
        agent_id=str(offered.agent), queue_id=str(call.waited.queue_id), offer_id=str(offered.id),
        wait_ms=waited_ms(call, at),
    )  # fmt: skip
    effects: list[Effect] = [
        Disarm(call.id, OFFER_TIMER),
        Disarm(call.id, SILENT_TIMER),
        Disarm(call.id, QUEUE_TIMER),
        *(() if call.playing is None else (call.do(StopPlay(call.playing.playback)),)),
        call.do(StopWait(call.name)),
        call.do(Bridge(call.name, offered.leg)),
        call.tell(OfferEnded(offer_id=str(offered.id), agent_id=str(offered.agent), outcome="answered"), at),
        call.tell(connected, at),
    ]
    talking = move(
        call, CallState.TALKING, at, playing=None, connected_at=at, recording=recording, was_answered=True,
        missed_by=None,
    )  # fmt: skip
    talking, held = still_held(talking, at)
    return talking, (*effects, *music_of(call, talking), *held)
