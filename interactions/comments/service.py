"""Comments on conversations: written, never edited, removed by who wrote them. Their texts are sealed, and searchable.

Only the client's people, quality and supervisors read them (permission ``interaction.comment``): no agent does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions import tags
from interactions.comments.errors import CommentNotClear, TooManyComments
from interactions.comments.facts import CommentRemoved, CommentWritten
from journal import service as journal
from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.speaker import Speaker

LONGEST, MOST = 2000, 200
WRITTEN = CommentWritten.KIND
KINDS = frozenset({WRITTEN, CommentRemoved.KIND})
"""Facts that whoever may not read comments does not see either."""
_OF = """
SELECT id, recording_id, at_ms, text, made_by, made_name, made_role, made_at FROM gf.interaction_comment
WHERE tenant_id = $1 AND interaction_id = $2 AND removed_at IS NULL ORDER BY id
"""
_SOUND = """
SELECT 1 AS one FROM gf.recording
WHERE tenant_id = $1 AND interaction_id = $2 AND id = $3 AND duration_ms >= $4 AND kind <> 'desktop'
"""
_WRITE = """
INSERT INTO gf.interaction_comment (tenant_id, id, interaction_id, recording_id, at_ms, text, made_by, made_name,
  made_role, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_REMOVE = """
UPDATE gf.interaction_comment SET text = '', removed_at = $5
WHERE tenant_id = $1 AND id = $2 AND interaction_id = $3 AND made_by = $4 AND removed_at IS NULL RETURNING id
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('comments ' || $1::uuid::text, 0))"


@dataclass(frozen=True, slots=True)
class Place:
    """What a comment is about: a place of a recording, in milliseconds."""

    recording: UUID
    at_ms: int


def where(comment: UUID | str) -> str:
    """Return where a comment's text is sealed for."""
    return f"interaction_comment|text|{comment}"


async def of_interaction(scope: Scope, interaction: UUID) -> list[dict[str, Any]]:
    """Return the comments on a conversation, open, oldest first. Raises ``KeysAway``."""
    rows = await scope.fetch(_OF, scope.tenant_id, interaction)
    if not rows:
        return []
    return await vault.opened(
        scope, lambda keys: [{**row, "text": keys.open(row["text"], where(row["id"]))} for row in rows]
    )


async def write(scope: Scope, interaction: UUID, text: str, place: Place | None, by: Speaker, now: datetime) -> UUID:
    """Write a comment; return its id. Raises :class:`CommentNotClear`, :class:`TooManyComments`, ``KeysAway``."""
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST or "\0" in text:
        raise CommentNotClear
    if place is not None:
        found = await scope.fetch(_SOUND, scope.tenant_id, interaction, place.recording, place.at_ms)
        if place.at_ms < 0 or not found:
            raise CommentNotClear
    await scope.fetch(_LOCK, interaction)  # the words of all comments are written together
    before = await of_interaction(scope, interaction)
    if len(before) >= MOST:
        raise TooManyComments
    made, recording = new_id(), place.recording if place else None
    sealed = (await vault.sealing(scope)).seal(text, where(made))
    at_ms = place.at_ms if place else None
    await scope.fetch(
        _WRITE, scope.tenant_id, made, interaction, recording, at_ms, sealed, by.user_id, by.name, by.role, now
    )
    await tags.save_comments(scope, interaction, [*(each["text"] for each in before), text])
    fact = CommentWritten(str(made), by.user_id, by.name, by.role, str(recording) if recording else None, at_ms)
    journal.append(scope, fact, subject=interaction, at=now, actor=by.actor)
    return made


async def remove(scope: Scope, interaction: UUID, comment: UUID, by: Speaker, now: datetime) -> None:
    """Remove a comment of one's own. Raises ``NotFound``: it is somebody else's, or gone."""
    await scope.fetch(_LOCK, interaction)
    if not await scope.fetch(_REMOVE, scope.tenant_id, comment, interaction, by.user_id, now):
        raise NotFound
    left = await of_interaction(scope, interaction)
    await tags.save_comments(scope, interaction, [each["text"] for each in left])
    fact = CommentRemoved(str(comment), by.user_id, by.name)
    journal.append(scope, fact, subject=interaction, at=now, actor=by.actor)
