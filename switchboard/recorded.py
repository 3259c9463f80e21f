"""Recordings as the floor hears of them: that the engine closed one, and that it is stored."""

from __future__ import annotations

from datetime import datetime

from interactions.recordings.facts import RecordingStored
from switchboard import recordings, tasks
from switchboard.core.effects import Store
from switchboard.floor import Floor
from switchboard.inputs import RecordingKept
from telephony.port import RecordingEnded


def recording_ended(floor: Floor, event: RecordingEnded, _now: datetime) -> None:
    """Have a finished recording put into its place; of one that its engine could not close, as far as it went."""
    floor.effects.append(Store(event.recording, event.path, event.duration))


def recording_kept(floor: Floor, kept: RecordingKept, now: datetime) -> None:
    """Say that a recording is stored."""
    named = recordings.read_name(kept.name)
    if named is None or named.tenant not in floor.plan.tenants:
        return
    fact = RecordingStored(
        recording_id=str(named.id), key=kept.key, sha256=kept.sha256, duration_ms=kept.duration_ms, kind=named.kind,
        bytes=kept.bytes, media=kept.media, content_sha256=kept.content_sha256, channels=kept.channels,
        repaired=kept.repaired,
    )  # fmt: skip
    floor.tell([named.tenant], fact, named.interaction, now)
    if named.kind == "voicemail":
        tasks.sound_stored(floor, named.interaction, now)
