"""What happens to recordings. The subject is the interaction's id; durations are whole milliseconds."""

from __future__ import annotations

from typing import Any

from journal.core.facts import Payload, fact_kind


@fact_kind()
class RecordingStored(Payload):
    """A recording lies under ``key`` in the store of recordings. ``kind``: call or voicemail.

    ``sha256``: of the sound as the phone engine wrote it (WAV). ``content_sha256`` and ``bytes``: of what is kept of
    it, which is ``media`` (in facts of older versions the same file, without a digest). ``repaired``: the engine died
    while it wrote. ``channels``: 2, the contact's and everybody else's; then ``sha256`` is of the sound as it was put
    together, and ``parts`` are the engine's files: ``channel`` (left or right), ``from_ms``, ``lasts_ms``, ``sha256``.
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
    parts: list[dict[str, Any]] | None = None


@fact_kind()
class RecordingPlayed(Payload):
    """Somebody listened to a recording. ``by``: the user's id; of anyone who has a link (``link_id``) the link's."""

    recording_id: str
    by: str
    link_id: str = ""


@fact_kind()
class RecordingHeard(Payload):
    """How much was heard since a listening began, as the player says: it follows the fact ``played``, by its number.

    ``spans``: pairs of places of the recording, in milliseconds; of several such facts all count together, and what
    they share counts once. ``heard_ms``: of all so far; ``lasts_ms``: of the recording, or of a link's part.
    """

    recording_id: str
    played: int
    spans: list[list[int]]
    heard_ms: int
    lasts_ms: int


@fact_kind()
class RecordingBegan(Payload):
    """A conversation is recorded from now on. ``why``: policy, or agent, who asked for it (``agent_id``).

    ``announced``: the contact heard before that it is, as the client's configuration wants. ``apart``: the contact is
    kept on the left channel, everybody else on the right.
    """

    recording_id: str
    why: str
    agent_id: str | None
    announced: bool
    apart: bool = False


@fact_kind()
class RecordingAnnounced(Payload):
    """The contact heard that the conversation may be recorded. ``prompt``: its code; ``locale``: in which language."""

    prompt: str
    locale: str


@fact_kind()
class RecordingDeclined(Payload):
    """The conversation is not recorded although it would be.

    ``why``: contact (pressed the key that refuses), or not_announced (the prompt that must come first was not heard).
    """

    why: str


@fact_kind()
class RecordingPaused(Payload):
    """What is said from now on is left out. ``reason``: card_data; ``offset_ms``: where in the file that is."""

    recording_id: str
    reason: str
    offset_ms: int
    agent_id: str | None


@fact_kind()
class RecordingResumed(Payload):
    """A pause is over, and this is the gap: from ``since`` (ISO 8601) on, at ``offset_ms`` of the file.

    It lasts up to this fact's moment. ``ended_by``: agent, longest_pause (it lasted as long as it may), stopped (with
    the recording) or ended (with the conversation); after the last two nothing more is recorded.
    """

    recording_id: str
    reason: str
    since: str
    offset_ms: int
    missing_ms: int
    ended_by: str
    agent_id: str | None


@fact_kind()
class RecordingStopped(Payload):
    """A recording was ended before the conversation. ``why``: agent, longest_pause, or message (a voicemail begins)."""

    recording_id: str
    why: str
    offset_ms: int
    agent_id: str | None


@fact_kind()
class VoiceNotRecorded(Payload):
    """The phone engine did not record one voice of a recording whose parties are apart.

    It is missing from ``offset_ms`` of the recording on, until that voice is heard anew. ``channel``: left (the
    contact's) or right; ``agent_id``: whose voice it is, if an agent's; ``party_id``: of somebody who was called in.
    """

    recording_id: str
    channel: str
    offset_ms: int
    agent_id: str | None
    party_id: str | None


@fact_kind()
class RecordingOrphaned(Payload):
    """A recording was deleted unheard: its client's keys are destroyed (the installation's journal).

    ``kind``: call or voicemail. The subject is a new id.
    """

    client: str
    interaction_id: str
    recording_id: str
    kind: str


@fact_kind()
class RecordingStoreChanged(Payload):
    """The store of recordings takes none, or does so again (the installation's journal).

    ``reason``: refused (it does not know our key) or away. Nothing is lost: they wait in the phone engine's folder.
    """

    reachable: bool
    reason: str


@fact_kind()
class InteractionsTaken(Payload):
    """Somebody took a list of interactions along; the subject is the tenant. ``way``: csv. ``columns``: which."""

    way: str
    rows: int
    columns: list[str]
