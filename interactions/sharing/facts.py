"""What happens to links to recordings. The subject is the interaction's id; ``name``: of who made or ended the link.

No address, no passcode, and no whole network address is in any of them.
"""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class RecordingShared(Payload):
    """Somebody made a link to a recording, from ``from_ms`` to ``until_ms``. ``audience``: people or anyone.

    ``expires_at``: ISO 8601; ``openings``: how often it opens at most.
    """

    link_id: str
    recording_id: str
    user_id: str
    name: str
    audience: str
    from_ms: int
    until_ms: int
    expires_at: str
    openings: int


@fact_kind()
class RecordingLinkOpened(Payload):
    """A link was opened, in that network. ``user_id``: by which of the client's people; empty: anyone."""

    link_id: str
    name: str
    user_id: str
    network: str


@fact_kind()
class RecordingLinkRefused(Payload):
    """A wrong passcode was given for a link, in that network."""

    link_id: str
    name: str
    network: str


@fact_kind()
class RecordingLinkRevoked(Payload):
    """A link was ended by ``name``."""

    link_id: str
    user_id: str
    name: str
