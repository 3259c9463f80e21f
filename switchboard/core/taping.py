"""Recording a conversation: beginning, leaving out what must not be kept, ending; and telling the contact before.

Each function takes a call and returns it changed, with what follows from that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from interactions.recordings.facts import (
    RecordingBegan,
    RecordingDeclined,
    RecordingPaused,
    RecordingResumed,
    RecordingStopped,
)
from journal.core.facts import SYSTEM, Actor
from switchboard.core.call import Call, Change, Playing
from switchboard.core.effects import Arm, Disarm, Effect
from switchboard.core.tape import Consent, Tape, Told
from telephony.port import KeepKeys, PauseRecord, Play, Record, ResumeRecord, Sound, StopPlay, StopRecord

ANNOUNCEMENT = "recording.announcement"
"""What a call calls the playback by which its contact is told."""
PAUSE_TIMER = "longest_pause"
NOTHING = "nothing"
TRIES = 2
"""So often an announcement that was not heard to its end is said."""


def id_of(recording: str | None) -> str | None:
    """Return the id that a recording's name ends with."""
    return None if recording is None else recording.rpartition("_")[2]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recording to begin. ``name``: the engine's; ``why``: policy or agent, who is ``agent``."""

    name: str
    why: str
    apart: bool = False
    agent: str | None = None


def begin(call: Call, wanted: Wanted, at: datetime) -> Change:
    """Record the conversation from now on; parties apart voice by voice (:mod:`switchboard.core.voices`)."""
    at = call.moment(at)
    fact = RecordingBegan(
        recording_id=str(id_of(wanted.name)), why=wanted.why, agent_id=wanted.agent,
        announced=call.consent.told is Told.KNOWS, apart=wanted.apart,
    )  # fmt: skip
    after = replace(call, recording=wanted.name, tape=Tape(at, wanted.why, apart=wanted.apart), touched_at=at)
    return after, (*_mixed(after, Record(call.name, wanted.name)), call.tell(fact, at, _actor(wanted.agent)))


def _mixed(call: Call, command: Record | PauseRecord | ResumeRecord | StopRecord) -> tuple[Effect, ...]:
    """Tell the engine, if it makes one recording of everybody; voices that are recorded alone begin and end."""
    return () if call.tape is not None and call.tape.apart else (call.do(command),)


def pause(call: Call, reason: str, longest: timedelta, at: datetime, agent: str) -> Change:
    """Leave out what is said from now on, and let nobody hear what keys the contact presses. Harmless when it is so."""
    if call.recording_paused:
        return call, ()
    at = call.moment(at)
    tape = call.tape or Tape(at, NOTHING)
    fact = RecordingPaused(
        recording_id=id_of(call.recording) or "", reason=reason, offset_ms=tape.offset_ms(at), agent_id=agent
    )
    effects: list[Effect] = [] if call.recording is None else [*_mixed(call, PauseRecord(call.recording))]
    effects += [call.do(KeepKeys(call.leg)), call.tell(fact, at, _actor(agent))]
    effects.append(Arm(call.id, PAUSE_TIMER, at + longest))
    return replace(call, tape=tape.paused(at, reason), touched_at=at), tuple(effects)


def resume(call: Call, ended_by: str, at: datetime, agent: str | None = None) -> Change:
    """Go on after a pause. Harmless when there is none."""
    at = call.moment(at)
    after, told = over(call, ended_by, at, agent)
    told = (*_keys_back(call), *told)
    if not told or after.tape is None or after.tape.why == NOTHING or call.recording is None:
        return replace(after, tape=None if call.recording is None else after.tape), told
    return after, (*_mixed(call, ResumeRecord(call.recording)), *told)


def over(call: Call, ended_by: str, at: datetime, agent: str | None = None) -> Change:
    """Count a pause that is over, if there is one; the engine is told nothing."""
    tape = call.tape
    if tape is None or tape.paused_at is None:
        return call, ()
    at = call.moment(at)
    fact = RecordingResumed(
        recording_id=id_of(call.recording) or "", reason=tape.reason, since=tape.paused_at.isoformat(),
        offset_ms=tape.offset_ms(at), missing_ms=tape.gap_ms(at), ended_by=ended_by, agent_id=agent,
    )  # fmt: skip
    after = replace(call, tape=tape.resumed(at), touched_at=at)
    return after, (Disarm(call.id, PAUSE_TIMER), call.tell(fact, at, _actor(agent)))


def stop(call: Call, why: str, at: datetime, agent: str | None = None) -> Change:
    """End the recording; the conversation goes on. Harmless when there is none."""
    if call.recording is None:
        return call, ()
    at = call.moment(at)
    closed, told = over(call, "stopped", at, agent)
    tape = closed.tape or Tape(at)
    fact = RecordingStopped(
        recording_id=id_of(call.recording) or "", why=why, offset_ms=tape.offset_ms(at), agent_id=agent
    )
    stopped = replace(closed, recording=None, tape=None, touched_at=at)
    ended = _mixed(closed, StopRecord(call.recording))
    return stopped, (*ended, *_keys_back(call), *told, call.tell(fact, at, _actor(agent)))


def lost(call: Call, at: datetime) -> Change:
    """Take it that the engine did not begin a recording."""
    at, tape = call.moment(at), call.tape or Tape(at)
    fact = RecordingStopped(
        recording_id=id_of(call.recording) or "", why="engine", offset_ms=tape.offset_ms(at), agent_id=None
    )
    return replace(call, recording=None, tape=None, touched_at=at), (*_keys_back(call), call.tell(fact, at))


def _keys_back(call: Call) -> tuple[Effect, ...]:
    """Let everybody receive what keys the contact presses from now on, after a pause."""
    return (call.do(KeepKeys(call.leg, kept=False)),) if call.recording_paused else ()


# ------------------------------------------------------------------------------------------------- telling the contact


def announce(call: Call, sounds: tuple[Sound, ...], consent: Consent, epoch: int) -> Change:
    """Let the contact hear that the conversation may be recorded."""
    playing = Playing(f"{call.name}.{epoch}.{call.played + 1}", ANNOUNCEMENT)
    effects: list[Effect] = [] if call.playing is None else [call.do(StopPlay(call.playing.playback))]
    effects.append(call.do(Play(call.name, playing.playback, sounds)))
    telling = replace(consent, told=Told.HEARS, tries=consent.tries + 1)
    return replace(call, playing=playing, played=call.played + 1, consent=telling), tuple(effects)


def decline(call: Call, why: str, at: datetime) -> Change:
    """Note that this conversation is not recorded, and why; an announcement that is heard just now ends."""
    at = call.moment(at)
    told = Told.REFUSED if why == "contact" else Told.FAILED
    after = replace(call, consent=replace(call.consent, told=told, said_by=""), touched_at=at)
    effects: list[Effect] = [call.tell(RecordingDeclined(why=why), at)]
    if call.playing is not None and call.playing.name == ANNOUNCEMENT:
        after = replace(after, playing=None)
        effects.insert(0, call.do(StopPlay(call.playing.playback)))
    return after, tuple(effects)


def _actor(agent: str | None) -> Actor:
    return SYSTEM if agent is None else Actor("agent", agent)
