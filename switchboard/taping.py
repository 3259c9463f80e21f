"""Whether a conversation is recorded, what its contact is told before, and what the agent may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from interactions.recordings.facts import RecordingAnnounced
from ivr.core.values import Enqueue, Event, PromptRef, StepNeeds
from switchboard import endings, queueing, recordings
from switchboard.core import taping, voices
from switchboard.core.agent import Agent
from switchboard.core.call import Call, CallState
from switchboard.core.effects import Do
from switchboard.core.party import Role
from switchboard.core.tape import Consent, Tape, Told
from switchboard.core.taping import ANNOUNCEMENT, PAUSE_TIMER, TRIES
from switchboard.errors import CommandUnknown, NotPossibleNow
from switchboard.floor import Floor
from telephony.port import KeepKeys, PauseRecord, ResumeRecord, Sound, StopRecord
from tenants.core.recording import Recording

__all__ = ["ANNOUNCEMENT", "PAUSE_TIMER"]

REASONS = frozenset({"card_data"})


def policy(floor: Floor, call: Call) -> Recording:
    """Return what the client chose."""
    return floor.tenant_of(call).recording


def connected(floor: Floor, call: Call, at: datetime) -> None:
    """Record a conversation that begins, or goes on with somebody else, as the client chose."""
    chosen, queue = policy(floor, call), call.waited.queue if call.waited is not None else None
    if call.recording is not None:
        tape = call.tape or Tape(call.moment(at))
        floor.put((replace(call, tape=tape), ()))
        choice = chosen.choice(queue, call.number)
        if tape.why == "policy" and not choice.percent and not choice.on_demand:
            floor.put(taping.stop(floor.calls[call.id], "policy", at))
    elif chosen.wanted(call.id, queue, call.number) and call.tape is None:
        if not chosen.announce or call.consent.told is Told.KNOWS:
            floor.put(taping.begin(call, _wanted(floor, call, "policy"), at))
        elif call.turn and call.consent.told is Told.NOT:
            _tell(floor, call, Consent(), at)  # we called it: it hears so now, and is recorded from then on
        elif call.consent.told not in {Told.REFUSED, Told.FAILED} and not (
            call.turn and call.consent.told is Told.HEARS
        ):
            floor.put(taping.decline(call, "not_announced", at))


def _wanted(floor: Floor, call: Call, why: str, agent: str | None = None) -> taping.Wanted:
    queue = call.waited.queue if call.waited is not None else None
    name = recordings.name_of("call", call.tenant, call.id, floor.new_id())
    return taping.Wanted(name, why, policy(floor, call).apart(queue, call.number), agent)


def refused(floor: Floor, call: Call, recording: str, now: datetime) -> None:
    """Take it that the engine does not make a recording, or does not record one of the voices."""
    if call.recording == recording:
        floor.put(taping.lost(call, now))
    elif call.tape is not None and recording in call.tape.voices.values():
        floor.put(voices.without(call, recording, now))


def not_paused(floor: Floor, recording: str, now: datetime) -> None:
    """End a recording that the engine did not pause: nothing of what is said then may be kept."""
    call = next((call for call in floor.calls.values() if call.recording == recording), None)
    if call is not None:
        floor.put(taping.stop(call, "not_paused", now))


def not_stopped(floor: Floor, recording: str, now: datetime) -> None:
    """End a recording of which the engine goes on to record a voice that is not to be heard."""
    part = voices.part_of(recording)
    if part is not None:
        not_paused(floor, part.whole, now)


def again(floor: Floor, call: Call) -> None:
    """Let the engine pause or go on as we know it: it may not have heard."""
    if call.tape is not None and (call.recording_paused or call.tape.missing_ms):
        floor.effects.append(call.do(KeepKeys(call.leg, kept=call.recording_paused)))
    if call.recording is not None and call.tape is not None and not call.tape.apart:
        command = PauseRecord if call.recording_paused else ResumeRecord
        floor.effects.append(call.do(command(call.recording)))


def voices_again(floor: Floor, call: Call, live: frozenset[str], now: datetime) -> Call:
    """Record every voice that should be, and none that should not; ``live``: what the engine records now."""
    if call.recording is None or call.tape is None or not call.tape.apart:
        return call
    known = frozenset(call.tape.voices.values())
    for name in sorted(live):
        part = voices.part_of(name)
        if part is not None and part.whole == call.recording:
            floor.voices.begins(name)
            if name not in known:
                floor.effects.append(Do(name, StopRecord(name)))
    changed = call if known <= live else replace(voices.found(call, live), touched_at=call.moment(now))
    return floor.put((changed, ()))


def longest_pause(floor: Floor, call: Call, now: datetime) -> None:
    """End a pause that has lasted as long as it may."""
    if not call.recording_paused:
        return
    if policy(floor, call).resumes or call.recording is None:
        floor.put(taping.resume(call, "longest_pause", now))
    else:
        floor.put(taping.stop(call, "longest_pause", now))


def message_begins(floor: Floor, call: Call, now: datetime) -> Call:
    """End the recording of a conversation before the contact leaves a message, which is one of its own."""
    return floor.put(taping.stop(call, "message", now))


# ------------------------------------------------------------------------------------------------- telling the contact


def tell_first(floor: Floor, call: Call, wanted: Enqueue, now: datetime) -> bool:
    """Let a contact hear that it may be recorded before it waits for an agent; false: there is nothing to tell."""
    chosen = policy(floor, call)
    if (
        not chosen.announce
        or call.consent.told in {Told.KNOWS, Told.REFUSED, Told.FAILED}
        or not chosen.wanted(call.id, wanted.queue, call.number)
    ):
        return False
    return _tell(floor, call, Consent(then=_dump(wanted)), now)


def _tell(floor: Floor, call: Call, consent: Consent, now: datetime) -> bool:
    sounds = _sounds(floor, call)
    if not sounds:
        floor.put(taping.decline(call, "not_announced", now))
        return False
    floor.put(taping.announce(call, sounds, consent, floor.epoch))
    return True


def _sounds(floor: Floor, call: Call) -> tuple[Sound, ...]:
    """Return the announcement in the language that the contact chose; nothing when it cannot be said."""
    ref = PromptRef(_locale(floor, call), asset=policy(floor, call).announce)
    found = [floor.plan.spoken.get(text) for text in floor.tenant_of(call).texts((ref,))]
    return tuple(sound for sound in found if sound is not None)


def _locale(floor: Floor, call: Call) -> str:
    """Return the contact's language, or one that the announcement has: a flow of another language came meanwhile."""
    said = [locale for code, locale in floor.tenant_of(call).prompts if code == policy(floor, call).announce]
    return call.position.locale if call.position.locale in said or not said else said[0]


def says(floor: Floor, call: Call, playback: str, prompts: tuple[PromptRef, ...]) -> None:
    """Note that the flow itself tells the contact, by this playback."""
    announce = policy(floor, call).announce
    if announce and call.consent.told is Told.NOT and any(prompt.asset == announce for prompt in prompts):
        floor.put((replace(call, consent=replace(call.consent, said_by=playback)), ()))


def unheard(floor: Floor, call: Call) -> Call:
    """Take it that nobody knows whether the contact was told; it is told again."""
    return floor.put((replace(call, consent=replace(call.consent, said_by="", tries=0)), ()))


def said(floor: Floor, call: Call, name: str, now: datetime, *, completed: bool) -> Event | None:
    """Take the end of a playback that told the contact; the answer is what the flow gets next."""
    consent = call.consent
    if consent.said_by == name and name:
        floor.put((replace(call, consent=replace(consent, said_by="")), ()))
        if completed and consent.told is Told.NOT:
            _knows(floor, floor.calls[call.id], now)
        return None
    if name != ANNOUNCEMENT or consent.told is not Told.HEARS:
        return None
    if completed:
        _knows(floor, call, now)
    elif consent.tries < TRIES and _tell(floor, call, consent, now):
        return None
    elif floor.calls[call.id].consent.told is Told.HEARS:
        floor.put(taping.decline(call, "not_announced", now))
    return _go_on(floor, floor.calls[call.id], now)


def _knows(floor: Floor, call: Call, now: datetime) -> None:
    at = call.moment(now)
    fact = RecordingAnnounced(prompt=policy(floor, call).announce, locale=_locale(floor, call))
    knows = replace(call, consent=replace(call.consent, told=Told.KNOWS), touched_at=at)
    floor.put((knows, (call.tell(fact, at),)))


def pressed(floor: Floor, call: Call, digit: str, now: datetime) -> tuple[bool, Event | None]:
    """Take a key that is pressed while the contact is told: the one that refuses; no other one means anything.

    Returns whether the key was meant for us, and what the flow gets next.
    """
    refuses, consent = digit == policy(floor, call).refuse, call.consent
    if consent.told is Told.HEARS:
        if not refuses:
            return True, None
        return True, _go_on(floor, floor.put(taping.decline(call, "contact", now)), now)
    if refuses and consent.said_by and call.playing is not None and call.playing.name == consent.said_by:
        floor.put(taping.decline(call, "contact", now))
        return True, None
    return False, None


def _go_on(floor: Floor, call: Call, now: datetime) -> Event | None:
    """Do what waited until the contact was told: let it enter its queue, or begin the recording."""
    consent = call.consent
    call = floor.put((replace(call, consent=replace(consent, then=None, agent=None)), ()))
    if consent.then is not None:
        return queueing.enqueue(floor, call, _load(consent.then), now)
    if consent.told is Told.KNOWS and call.state is CallState.TALKING and call.recording is None and call.tape is None:
        why = "agent" if consent.agent else "policy"
        floor.put(taping.begin(call, _wanted(floor, call, why, consent.agent), now))
    return None


def _dump(wanted: Enqueue) -> dict[str, Any]:
    return {
        "queue": wanted.queue, "head_start_s": wanted.head_start_s, "timeout_s": wanted.timeout_s,
        "steps": [[dict(step.expr), step.expires_s] for step in wanted.steps], "while_waiting": wanted.while_waiting,
    }  # fmt: skip


def _load(stored: Mapping[str, Any]) -> Enqueue:
    return Enqueue(**{**stored, "steps": tuple(StepNeeds(expr, expires_s) for expr, expires_s in stored["steps"])})


# --------------------------------------------------------------------------------------------- what the agent asks for


def record(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    """Record from now on, where the client lets agents decide; the contact hears so before, if the client wants it."""
    chosen, queue = policy(floor, call), call.waited.queue if call.waited is not None else None
    if not chosen.choice(queue, call.number).on_demand:
        raise NotPossibleNow("the client decides which of these conversations are recorded")
    if call.recording is not None or call.consent.told is Told.HEARS:
        raise NotPossibleNow("the conversation is recorded already")
    if call.recording_paused or call.state is not CallState.TALKING or call.side:
        raise NotPossibleNow("nothing can be recorded just now")
    if chosen.announce and call.consent.told is not Told.KNOWS:
        if call.consent.told is Told.REFUSED:
            raise NotPossibleNow("the contact does not want to be recorded")
        if not _tell(floor, call, Consent(agent=str(agent.id)), now):
            raise NotPossibleNow("the contact cannot be told")
        return
    floor.put(taping.begin(call, _wanted(floor, call, "agent", str(agent.id)), now))


def stop_record(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    """End a recording that an agent began."""
    if call.recording is None or call.tape is None:
        raise NotPossibleNow("nothing is recorded")
    if call.tape.why != "agent":
        raise NotPossibleNow("the client decides which of these conversations are recorded")
    floor.put(taping.stop(call, "agent", now, str(agent.id)))


def pause_recording(floor: Floor, agent: Agent, call: Call, fields: Mapping[str, Any], now: datetime) -> None:
    """Keep nothing of what is said from now on, and let nobody else hear it."""
    reason = fields.get("reason", "card_data")
    if reason not in REASONS:
        raise CommandUnknown("the reason is card_data")
    longest = timedelta(seconds=policy(floor, call).longest_pause_s)
    call = floor.put(taping.pause(call, str(reason), longest, now, str(agent.id)))
    for party in call.parties:
        if party.role is Role.SUPERVISOR:
            call = endings.drop(floor, call, party, ("system", "card_data"), now)


def resume_recording(floor: Floor, agent: Agent, call: Call, _fields: Mapping[str, Any], now: datetime) -> None:
    """Go on after a pause."""
    if not call.recording_paused:
        raise NotPossibleNow("the recording is not paused")
    floor.put(taping.resume(call, "agent", now, str(agent.id)))


COMMANDS = {
    "record": record,
    "stop_record": stop_record,
    "pause_recording": pause_recording,
    "resume_recording": resume_recording,
}
