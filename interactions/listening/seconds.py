"""How many seconds somebody has really heard: as its player reports them, kept beside the fact of its listening.

A report may come twice, late, or never: what it adds to what is known counts, and nothing beyond the recording does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from interactions.core.heard import MOST, Span, merged, total
from interactions.recordings.facts import RecordingHeard
from journal import service as journal
from journal.core.facts import Actor
from kit.db import Scope

_PLAYED = """
SELECT seq FROM gf.journal WHERE tenant_id = $1 AND subject = $2 AND kind = 'RecordingPlayed'
  AND actor ->> 'kind' = $3 AND actor ->> 'id' = $4 AND data ->> 'recording_id' = $5
  AND coalesce(data ->> 'link_id', '') = $6 ORDER BY seq DESC LIMIT 1
"""
_KNOWN = """
SELECT data::text AS data FROM gf.journal WHERE tenant_id = $1 AND subject = $2 AND kind = 'RecordingHeard'
  AND (data ->> 'played')::bigint = $3
"""


@dataclass(frozen=True, slots=True)
class Listening:
    """Who listens to which part of a recording; ``link``: by which link, if by one."""

    actor: Actor
    interaction: UUID
    recording: str
    begin: int
    end: int
    link: str = ""


async def report(scope: Scope, listening: Listening, spans: Sequence[Span], now: datetime) -> int | None:
    """Add what was heard to the newest listening; return how much that is by now. None: it never began."""
    who = listening.actor
    found = await scope.fetch(
        _PLAYED, scope.tenant_id, listening.interaction, who.kind, who.id, listening.recording, listening.link
    )
    if not found:
        return None
    played = int(found[0]["seq"])
    rows = await scope.fetch(_KNOWN, scope.tenant_id, listening.interaction, played)
    before = merged((span for row in rows for span in orjson.loads(row["data"])["spans"]), 0, listening.end)
    after = merged([*before, *spans], listening.begin, listening.end)[:MOST]
    heard = total(after)
    if heard > total(before):
        pairs = [list(span) for span in after]
        fact = RecordingHeard(listening.recording, played, pairs, heard, listening.end - listening.begin)
        journal.append(scope, fact, subject=listening.interaction, at=now, actor=who)
    return heard
