"""What happens to recordings. The subject is the interaction's id; durations are whole milliseconds."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class RecordingStored(Payload):
    """A recording lies under ``key`` in the store of recordings. ``kind``: call or voicemail.

    ``sha256``: of the sound as the phone engine wrote it (WAV). ``content_sha256`` and ``bytes``: of what is kept of
    it, which is ``media`` (in facts of older versions the same file, without a digest). ``repaired``: the engine died
    while it wrote.
    """

    recording_id: str
    key: str
    sha256: str
    duration_ms: int
    kind: str
    bytes: int
    media: str = "audio/wav"
    content_sha256: str = ""
    channels: int = 1
    repaired: bool = False


@fact_kind()
class RecordingPlayed(Payload):
    """Somebody listened to a recording. ``by``: the user's id."""

    recording_id: str
    by: str
