"""Walks calls through their flows: events go into ``ivr.core.step``, effects come out and are turned into decisions."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ivr.core.run import MAX_DURATION
from ivr.core.step import step
from ivr.core.values import (
    ClearTimer,
    Context,
    Effect,
    Enqueue,
    Event,
    Hang,
    LeaveMessage,
    LeaveQueue,
    PlayEnded,
    PromptRef,
    RequestCallback,
    Say,
    SetTimer,
    Stepped,
    StopSaying,
)
from switchboard import acts, callbacks, endings, queueing, taping
from switchboard.core import flowing
from switchboard.core.call import Call
from switchboard.core.effects import Arm, Disarm, Speak
from switchboard.core.ending import By, Ending
from switchboard.core.tape import Told
from switchboard.floor import Floor
from switchboard.inputs import Spoken

__all__ = ["MAX_DURATION", "TIMER", "advance", "spoken"]

TIMER = "flow:"
"""Begins the names of a flow's own timers."""


def advance(floor: Floor, call_id: UUID, event: Event, now: datetime) -> None:
    """Let the flow of a call answer an event, and whatever that leads to at once. A call that is gone is left alone."""
    events = deque([event])
    while events:
        call = floor.calls.get(call_id)
        if call is None:
            return
        events.extend(_step(floor, call, events.popleft(), now))


def _step(floor: Floor, call: Call, event: Event, now: datetime) -> list[Event]:
    tenant = floor.tenant_of(call)
    context = Context(
        now,
        lambda calendar: acts.opening(floor, call, calendar, now),
        lambda number: callbacks.number_of(floor, call, number),
        lambda queue: callbacks.expected_min(floor, call, queue, now),
    )
    result = step(tenant.program(call.flow, call.flow_version), call.position, event, context)
    floor.put((replace(call, position=result.state), ()))
    answers: list[Event] = []
    for effect in result.effects:
        present = floor.calls.get(call.id)
        if present is None:
            break
        answer = _perform(floor, present, effect, now)
        if answer is not None:
            answers.append(answer)
    return answers


def _perform(floor: Floor, call: Call, effect: Effect, now: datetime) -> Event | None:  # noqa: C901 - a line for each
    """Carry out one effect; the answer is an event that the flow gets next."""
    match effect:
        case Stepped():
            floor.put(flowing.stepped(call, effect, now))
        case Say(playback, prompts, _):
            return _say(floor, call, playback, prompts)
        case StopSaying(playback):
            floor.put(flowing.stop_saying(call, playback))
        case SetTimer(name, after):
            floor.effects.append(Arm(call.id, TIMER + name, now + after))
        case ClearTimer(name):
            floor.effects.append(Disarm(call.id, TIMER + name))
        case Enqueue():
            return (
                None
                if taping.tell_first(floor, call, effect, now)
                else queueing.enqueue(floor, floor.calls[call.id], effect, now)
            )
        case LeaveQueue():
            queueing.leave(floor, call, now)
        case RequestCallback():
            return callbacks.request(floor, call, effect, now)
        case LeaveMessage(max_s):
            floor.put(flowing.beep(call, max_s, now, floor.epoch))
        case Hang(reason):
            endings.finish(floor, call, Ending(By.SYSTEM, reason, now, now), now)
    return None


def _say(floor: Floor, call: Call, playback: str, prompts: tuple[PromptRef, ...]) -> Event | None:
    """Play texts that lie ready; have the others spoken first. With nothing to say the flow goes on at once."""
    texts = floor.tenant_of(call).texts(prompts)
    if not texts or call.consent.told is Told.HEARS or acts.is_telling(call):
        return PlayEnded(playback, completed=False)
    taping.says(floor, call, playback, prompts)
    call = floor.calls[call.id]
    ready = [floor.plan.spoken.get(text) for text in texts]
    sounds = tuple(sound for sound in ready if sound is not None)
    if len(sounds) == len(texts):
        floor.put(flowing.say(call, playback, sounds, floor.epoch))
    else:
        floor.effects.append(Speak(call.id, playback, texts))
    return None


def spoken(floor: Floor, event: Spoken, now: datetime) -> None:
    """Play what has been spoken, unless the flow has gone on meanwhile."""
    call = floor.calls.get(event.call)
    if call is None or call.position.playback != event.name or call.state not in flowing.SPOKEN_TO:
        return
    if event.sounds and not acts.is_telling(call):
        floor.put(flowing.say(call, event.name, event.sounds, floor.epoch))
    else:
        advance(floor, call.id, PlayEnded(event.name, completed=False), now)
