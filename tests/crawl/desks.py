"""What was on an agent's desk, as the crawl's clients have it."""

from __future__ import annotations

import gzip
import hashlib
from uuid import UUID

import orjson

from kit.clock import now
from kit.db import Scope
from kit.ids import new_id
from probe.core.canaries import Canaries


async def kept_desk(scope: Scope, words: Canaries, interaction: UUID) -> dict[str, bytes]:
    """Keep a word of this client as what was on a desk; return what lies in the store of recordings, by key."""
    made, key = new_id(), f"t/{scope.tenant_id}/desktop/2026/11/{new_id()}.enc"
    event = {"type": 3, "timestamp": 1, "data": {"source": 5, "id": 1, "text": words.word("desk"), "isChecked": False}}
    content = gzip.compress(orjson.dumps([event]) + b"\n", mtime=0)
    await scope.fetch(
        "INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at,"
        " media) VALUES ($1, $2, $3, $4, 'desktop', $5, 0, $6, $7, 'application/gzip')",
        scope.tenant_id, made, interaction, key, hashlib.sha256(content).hexdigest(), len(content), now(),
    )  # fmt: skip
    return {key: content}
