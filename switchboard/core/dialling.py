"""A call that we begin: the agent's phone rings first, then the contact's, through one of the client's trunks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from interactions.callbacks.facts import ContactRung
from interactions.facts import InteractionConnected
from switchboard.core.call import Call, CallState, Change, Offered, Playing, move, require, waited_ms
from switchboard.core.effects import Arm, Disarm, Do, Effect
from switchboard.core.talk import music_of, still_held
from telephony.port import Bridge, CloseCall, Dial, HangUp, Open, Play, Ring, Sound, SoundKind, StopPlay

AGENT_TIMER, CONTACT_TIMER = "dial_agent", "dial_contact"
AGENT_RINGS, CONTACT_RINGS = timedelta(seconds=20), timedelta(seconds=40)
"""So long each phone rings at most."""
RINGING = Sound(SoundKind.SIGNAL, "ring")


def ring_agent(call: Call, offered: Offered, ring: Ring, at: datetime) -> Change:
    """Make the call, and ring the agent who begins it."""
    at = call.moment(at)
    # In the call's lane, not the phone's own: an engine rings nobody for a call that it has not opened yet.
    effects = (call.do(Open(call.name)), Do(call.name, ring), Arm(call.id, AGENT_TIMER, at + AGENT_RINGS))
    return move(call, CallState.DIALLING, at, offer=offered), effects


def ring_contact(call: Call, dial: Dial, at: datetime, epoch: int) -> Change:
    """Ring the contact, over the first trunk or another; the agent hears that it rings."""
    require(call, CallState.DIALLING)
    at = call.moment(at)
    effects: list[Effect] = [Disarm(call.id, AGENT_TIMER)]
    playing = call.playing
    if playing is None and call.offer is not None:
        playing = Playing(f"{call.name}.{epoch}.{call.played + 1}", "ring")
        effects += [call.do(Bridge(call.name, call.offer.leg)), call.do(Play(call.name, playing.playback, (RINGING,)))]
    else:
        effects.append(call.do(HangUp(call.leg)))
    told = ContactRung(agent_id=str(_agent(call)), attempt=call.turn, line=len(call.lines) + 1)
    effects += [call.do(dial), call.tell(told, at), Arm(call.id, CONTACT_TIMER, at + CONTACT_RINGS)]
    rung = replace(
        call, leg=dial.leg, dialled_at=call.dialled_at or at, lines=(*call.lines, dial.trunk), touched_at=at,
        playing=playing, played=call.played + 1,
    )  # fmt: skip
    return rung, tuple(effects)


def connect(call: Call, at: datetime) -> Change:
    """Let agent and contact talk."""
    at = call.moment(at)
    if call.offer is None or call.waited is None:
        raise AssertionError(f"call {call.id} is dialled without an agent or a queue")
    told = InteractionConnected(
        agent_id=str(call.offer.agent), queue_id=str(call.waited.queue_id), offer_id=str(call.offer.id),
        wait_ms=waited_ms(call, at),
    )  # fmt: skip
    effects: list[Effect] = [
        Disarm(call.id, CONTACT_TIMER),
        *(() if call.playing is None else (call.do(StopPlay(call.playing.playback)),)),
        call.do(Bridge(call.name, call.leg)),
        call.tell(told, at),
    ]
    talking = move(call, CallState.TALKING, at, playing=None, connected_at=at, was_answered=True)
    talking, held = still_held(talking, at)
    return talking, (*effects, *music_of(call, talking), *held)


def arm(call: Call) -> tuple[Effect, ...]:
    """Set the timer of a try anew, after a restart."""
    if call.dialled_at is not None:
        return (Arm(call.id, CONTACT_TIMER, call.touched_at + CONTACT_RINGS),)
    return (Arm(call.id, AGENT_TIMER, call.touched_at + AGENT_RINGS),)


def _agent(call: Call) -> UUID:
    if call.offer is None:
        raise AssertionError(f"call {call.id} is dialled by nobody")
    return call.offer.agent


def take_down(call: Call) -> tuple[Effect, ...]:
    """End every leg of a try that came to nothing; the interaction itself may go on."""
    return Disarm(call.id), call.do(CloseCall(call.name))
