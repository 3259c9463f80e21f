"""What a call does while it walks through its flow: answered, spoken to, and speaking a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from interactions.facts import FlowStepped, InteractionStarted
from ivr.core.values import Stepped
from switchboard.core.call import Call, CallState, Change, Playing, move, require
from switchboard.core.effects import Arm, Disarm, Effect
from telephony.port import Answer, Play, Record, Sound, SoundKind, StopPlay, StopRecord, StopWait, Wait

BEEP = Sound(SoundKind.TONE, "1000")
BEEP_LASTS = timedelta(milliseconds=400)
BEEP_TIMER, MESSAGE_TIMER = "beep", "message"
SPOKEN_TO = frozenset({CallState.IN_FLOW, CallState.QUEUED, CallState.OFFERED})
"""Where a flow may speak to the contact."""


def answer(call: Call, at: datetime, *, already: bool = False) -> Change:
    """Take the call; ``already``: the engine holds it answered in its bridge, from before a restart."""
    at = call.moment(at)
    fact = InteractionStarted(
        number=call.number, contact=call.contact, channel="voice", direction="inbound", flow=call.flow,
        flow_version=call.flow_version,
    )  # fmt: skip
    effects: tuple[Effect, ...] = (call.tell(fact, at),)
    if not already:
        effects = (call.do(Answer(call.name, call.leg)), *effects)
    return move(call, CallState.IN_FLOW, at), effects


def stepped(call: Call, step: Stepped, at: datetime) -> Change:
    """Say that a node was left."""
    at = call.moment(at)
    fact = FlowStepped(node=step.node, type=step.type, exit=step.exit, digits=step.digits)
    return replace(call, touched_at=at), (call.tell(fact, at),)


def say(call: Call, name: str, sounds: tuple[Sound, ...], epoch: int) -> Change:
    """Play to the contact, who may be waiting (then the music pauses). ``epoch`` keeps names new after a restart."""
    require(call, *SPOKEN_TO)
    playing = Playing(f"{call.name}.{epoch}.{call.played + 1}", name)
    effects: list[Effect] = [] if call.playing is None else [call.do(StopPlay(call.playing.playback))]
    if call.state is not CallState.IN_FLOW:
        effects.append(call.do(StopWait(call.name)))
    effects.append(call.do(Play(call.name, playing.playback, sounds)))
    return replace(call, playing=playing, played=call.played + 1), tuple(effects)


def stop_saying(call: Call, name: str) -> Change:
    """Stop a playback of the flow; harmless when it is over."""
    if call.playing is None or call.playing.name != name:
        return call, ()
    return _silent(call, (call.do(StopPlay(call.playing.playback)),))


def said(call: Call, playback: str) -> Change:
    """Note that a playback is over; whoever waits hears music again."""
    if call.playing is None or call.playing.playback != playback:
        return call, ()
    return _silent(call, ())


def _silent(call: Call, effects: tuple[Effect, ...]) -> Change:
    if call.waited is not None and call.state in {CallState.QUEUED, CallState.OFFERED}:
        effects = (*effects, call.do(Wait(call.name, call.waited.music, call.waited.queued_at)))
    return replace(call, playing=None), effects


def beep(call: Call, max_s: int, at: datetime, epoch: int) -> Change:
    """Begin a message: a beep first. The timer of the whole message runs from here."""
    playback = f"{call.name}.{epoch}.{call.played + 1}"
    effects: tuple[Effect, ...] = (
        _beeps(call, playback),
        Arm(call.id, BEEP_TIMER, at + BEEP_LASTS),
        Arm(call.id, MESSAGE_TIMER, at + BEEP_LASTS + timedelta(seconds=max_s)),
    )
    playing = Playing(playback, BEEP_TIMER)
    return move(call, CallState.VOICEMAIL, at, playing=playing, played=call.played + 1), effects


def _beeps(call: Call, playback: str) -> Effect:
    return call.do(Play(call.name, playback, (BEEP,)))


def spoken_already(call: Call, recording: str, effects: Sequence[Effect]) -> tuple[Call, list[Effect]]:
    """Take it that the message is being recorded, and return what is left of what was to be done: no second beep."""
    beep = None if call.playing is None else _beeps(call, call.playing.playback)
    left = [each for each in effects if each != beep]
    return replace(call, playing=None, recording=recording), [*left, Disarm(call.id, BEEP_TIMER)]


def record_message(call: Call, recording: str) -> Change:
    """Stop the beep and record."""
    require(call, CallState.VOICEMAIL)
    effects: list[Effect] = [] if call.playing is None else [call.do(StopPlay(call.playing.playback))]
    effects.append(call.do(Record(call.name, recording)))
    return replace(call, playing=None, recording=recording), tuple(effects)


def message_over(call: Call, at: datetime) -> Change:
    """End the message (limit or ``#``) and go back to the flow."""
    effects: list[Effect] = [Disarm(call.id, BEEP_TIMER), Disarm(call.id, MESSAGE_TIMER)]
    if call.playing is not None:
        effects.append(call.do(StopPlay(call.playing.playback)))
    if call.recording is not None:
        effects.append(call.do(StopRecord(call.recording)))
    return move(call, CallState.IN_FLOW, at, playing=None, recording=None), tuple(effects)
