"""Recordings as the floor hears of them: that the engine closed one, and that it is stored."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from interactions.recordings.facts import RecordingStored
from switchboard import recordings, tasks
from switchboard.core.effects import Store
from switchboard.core.voices import part_of
from switchboard.floor import Floor
from switchboard.inputs import RecordingKept
from telephony.port import RecordingEnded


def recording_ended(floor: Floor, event: RecordingEnded, _now: datetime) -> None:
    """Have a finished recording put into its place; of one that its engine could not close, as far as it went."""
    part = part_of(event.recording)
    whole, place = event.recording, event.path
    if part is not None:
        whole = part.whole
        floor.voices.over(event.recording, str(Path(event.path).with_name(f"{whole}.wav")))
        place = "" if _goes_on(floor, whole) else floor.voices.complete(whole)
    elif recordings.is_apart(Path(event.path)) and _goes_on(floor, whole):  # a look came between two voices
        return
    if place:
        floor.effects.append(Store(whole, place, event.duration))


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
    fact = RecordingStored(
        recording_id=str(named.id), key=kept.key, sha256=kept.sha256, duration_ms=kept.duration_ms, kind=named.kind,
        bytes=kept.bytes, media=kept.media, content_sha256=kept.content_sha256, channels=kept.channels,
        repaired=kept.repaired, parts=kept.parts,
    )  # fmt: skip
    floor.tell([named.tenant], fact, named.interaction, now)
    if named.kind == "voicemail":
        tasks.sound_stored(floor, named.interaction, now)
