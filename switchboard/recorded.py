"""Recordings as the floor hears of them: that the engine closed one, and that it is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from interactions.recordings.facts import RecordingOrphaned as RecordingOrphanedFact
from interactions.recordings.facts import RecordingStoreChanged
from switchboard import recordings, tasks
from switchboard.core.effects import Store
from switchboard.core.voices import part_of
from switchboard.floor import Floor
from switchboard.inputs import RecordingKept, RecordingOrphaned, StoreChanged
from telephony.port import RecordingEnded
from tenants.access import INSTALLATION


def recording_ended(floor: Floor, event: RecordingEnded, _now: datetime) -> None:
    """Have a finished recording put into its place; of one that its engine could not close, as far as it went."""
    part = part_of(event.recording)
    if part is not None:
        voice_over(floor, event.recording, str(Path(event.path).with_name(f"{part.whole}.wav")))
    elif not (recordings.is_apart(Path(event.path)) and _goes_on(floor, event.recording)):  # not between two voices
        floor.effects.append(Store(event.recording, event.path, event.duration))


def voice_over(floor: Floor, name: str, place: str = "") -> None:
    """Take it that the engine does not record a voice any more; with the last one of what is over all is put together.

    Harmless for what is no voice's.
    """
    part = part_of(name)
    if part is None:
        return
    floor.voices.over(name, place)
    whole = "" if _goes_on(floor, part.whole) else floor.voices.complete(part.whole)
    if whole:
        floor.effects.append(Store(part.whole, whole, timedelta()))


def _goes_on(floor: Floor, recording: str) -> bool:
    """Whether a live conversation is recorded under this name."""
    named = recordings.read_name(recording)
    call = None if named is None else floor.calls.get(named.interaction)
    return call is not None and call.recording == recording


def recording_kept(floor: Floor, kept: RecordingKept, now: datetime) -> None:
    """Say that a recording is stored."""
    named = recordings.read_name(kept.name)
    if named is None or named.tenant not in floor.plan.tenants:
        return
    floor.tell([named.tenant], recordings.stored_fact(named, kept), named.interaction, now)
    if named.kind == "voicemail":
        tasks.sound_stored(floor, named.interaction, now)


def recording_orphaned(floor: Floor, orphan: RecordingOrphaned, now: datetime) -> None:
    """Say that a recording goes unkept: nobody is left who could open it."""
    named = recordings.read_name(orphan.name)
    if named is not None:
        fact = RecordingOrphanedFact(
            client=str(named.tenant), interaction_id=str(named.interaction), recording_id=str(named.id), kind=named.kind
        )
        floor.tell([INSTALLATION], fact, floor.new_id(), now)


def store_changed(floor: Floor, change: StoreChanged, now: datetime) -> None:
    """Tell the centre that recordings wait, or do no more."""
    fact = RecordingStoreChanged(reachable=not change.reason, reason=change.reason)
    floor.tell([INSTALLATION], fact, floor.plan.floor, now)
