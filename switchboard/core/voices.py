"""Parties apart: the engine records each voice alone, and what it wrote is put together when the recording is over.

A voice is recorded as long as it is heard in the conversation: what the agent says aside, or while card data is given,
is in no file. Each time it is heard again the engine begins another file. Its name says on which channel it belongs,
where in the recording it begins, and whose it is, so that the files alone are enough to put them together, whoever
died meanwhile.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from interactions.recordings.facts import VoiceNotRecorded
from switchboard.core.call import Call, CallState, Change
from switchboard.core.effects import Do, Effect, Store
from telephony.port import Record, StopRecord

CONTACT, OTHERS = "l", "r"
"""Left and right, as names of files say it."""
CHANNELS = (CONTACT, OTHERS)
_SIDES = {CONTACT: "left", OTHERS: "right"}
_NOT_RECORDED = frozenset({CallState.VOICEMAIL, CallState.ENDED})
_NAME = re.compile(r"(?P<whole>.+)_(?P<channel>[lr])(?P<offset>\d{1,12})_(?P<voice>[0-9a-f]{8})[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Part:
    """What the name of an engine's file says. ``voice``: the same for every file of one leg."""

    whole: str
    channel: str
    offset_ms: int
    voice: str


def part_of(name: str) -> Part | None:
    """Return what a name says; ``None``: it is no voice's."""
    found = _NAME.fullmatch(name)
    return None if found is None else Part(found["whole"], found["channel"], int(found["offset"]), found["voice"])


def follow(before: Call | None, after: Call, new_id: Callable[[], UUID]) -> Change:
    """Record whoever is heard now, and nobody else. The end of a call ends the recordings of its legs by itself."""
    tape = after.tape or (None if before is None else before.tape)
    had: Mapping[str, str] = {} if tape is None else tape.voices
    wanted = _heard(after)
    if wanted.keys() == had.keys() or after.state is CallState.ENDED:
        return after, ()
    effects: list[Effect] = [Do(had[leg], StopRecord(had[leg])) for leg in had if leg not in wanted and had[leg]]
    if after.tape is None or after.recording is None:
        return after, tuple(effects)
    voices = {leg: part for leg, part in had.items() if leg in wanted}
    offset = after.tape.offset_ms(after.touched_at)
    for leg in wanted:
        if leg not in voices:
            part = voices[leg] = _name(after.recording, wanted[leg], offset, leg, new_id())
            effects.append(Do(part, Record(after.name, part, leg)))
    return replace(after, tape=replace(after.tape, voices=voices)), tuple(effects)


class VoiceBook:
    """Which voices the engine records now, by recording, and where it writes them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: dict[str, set[str]] = {}
        self._places: dict[str, str] = {}

    def follow(self, before: Call | None, after: Call, new_id: Callable[[], UUID]) -> Change:
        """Do as :func:`follow` says, and have a recording kept that is over when all of it is closed already."""
        call, effects = follow(before, after, new_id)
        for effect in effects:
            if isinstance(effect, Do) and isinstance(effect.command, Record):
                self.begins(effect.command.recording)
        whole = None if before is None else before.recording
        if whole is None or (call.recording == whole and call.state is not CallState.ENDED):
            return call, effects
        place = self.complete(whole)
        return call, (*effects, Store(whole, place, timedelta())) if place else effects

    def begins(self, name: str) -> None:
        """Note a voice that is recorded from now on."""
        self._open.setdefault(name.rsplit("_", 2)[0], set()).add(name)

    def over(self, name: str, place: str = "") -> None:
        """Note that a voice is not recorded any more; ``place``: where its recording is put together."""
        whole = name.rsplit("_", 2)[0]
        self._open.get(whole, set()).discard(name)
        if place:
            self._places[whole] = place

    def complete(self, whole: str) -> str:
        """Return where a recording that is over lies, once the engine has closed every voice of it; empty: not yet."""
        if self._open.get(whole):
            return ""
        self._open.pop(whole, None)
        return self._places.pop(whole, "")


def without(call: Call, name: str, at: datetime) -> Change:
    """Take it that the engine does not record a voice; it is not asked again for as long as that voice is heard."""
    part, tape = part_of(name), call.tape
    leg = None if tape is None else next((leg for leg, each in tape.voices.items() if each == name), None)
    if part is None or tape is None or leg is None:
        return call, ()
    at, party = call.moment(at), call.party(leg)
    agent = party.agent if party is not None else None
    if call.offer is not None and call.offer.leg == leg:
        agent = call.offer.agent
    fact = VoiceNotRecorded(
        recording_id=part.whole.rpartition("_")[2], channel=_SIDES[part.channel], offset_ms=part.offset_ms,
        agent_id=None if agent is None else str(agent), party_id=None if party is None else party.leg,
    )  # fmt: skip
    after = replace(call, tape=replace(tape, voices={**tape.voices, leg: ""}), touched_at=at)
    return after, (call.tell(fact, at),)


def found(call: Call, recorded: frozenset[str]) -> Call:
    """Take it that the engine records these of the voices, and no others: they are to begin again."""
    if call.tape is None:
        return call
    voices = {leg: part for leg, part in call.tape.voices.items() if part in recorded}
    return replace(call, tape=replace(call.tape, voices=voices))


def _heard(call: Call) -> dict[str, str]:
    """Return the legs whose voices belong on the recording now, each with its channel."""
    tape = call.tape
    if call.recording is None or tape is None or not tape.apart or tape.paused_at or call.state in _NOT_RECORDED:
        return {}
    legs = {call.leg: CONTACT}
    if call.offer is not None and call.state is CallState.TALKING and not (call.side or call.is_lost):
        legs[call.offer.leg] = OTHERS
    return legs | {party.leg: OTHERS for party in call.parties if party.is_heard}


def _name(whole: str, channel: str, offset_ms: int, leg: str, unique: UUID) -> str:
    voice = hashlib.sha256(leg.encode()).hexdigest()[:8]
    return f"{whole}_{channel}{offset_ms}_{voice}{unique.hex}"
