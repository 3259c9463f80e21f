"""Comments on conversations. The subject is the interaction's id; what a comment says is in no fact."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class CommentWritten(Payload):
    """Somebody commented on a conversation: on a place of a recording (``at_ms``), or (both None) on all of it."""

    comment_id: str
    user_id: str
    name: str
    role: str
    recording_id: str | None
    at_ms: int | None


@fact_kind()
class CommentRemoved(Payload):
    """A comment was removed by who wrote it; its text is deleted."""

    comment_id: str
    user_id: str
    name: str
