"""What a tenant of the probe prepares in its settings: a draft, and a recording that somebody uploaded."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid5

from kit.clock import now
from kit.db import Transaction
from probe.core.canaries import Canaries


async def draft_and_sound(scope: Transaction, words: Canaries) -> None:
    """Write a draft of the next blueprint, with a new name for a queue, and a recording of a prompt."""
    await scope.fetch(
        "INSERT INTO gf.blueprint_draft (tenant_id, base_version, content, changed_by, changed_at) SELECT $1, version,"
        " jsonb_set(content, '{queues,0,name}', to_jsonb($2::text)), $3, $4 FROM gf.blueprint WHERE tenant_id = $1",
        scope.tenant_id, words.word("draft queue"), words.word("draft author"), now(),
    )  # fmt: skip
    await scope.fetch(
        "INSERT INTO gf.prompt_sound (tenant_id, digest, sound, duration_ms, uploaded_at, uploaded_by)"
        " VALUES ($1, $2, $3, 300, $4, $5)",
        scope.tenant_id, hashlib.sha256(scope.tenant_id.bytes).hexdigest(), words.word("prompt's recording").encode(),
        now(), words.word("uploader"),
    )  # fmt: skip


async def told_person(scope: Transaction, words: Canaries, interaction: UUID) -> None:
    """Write that one of the client's own people was told of a call; its id follows from the tenant's."""
    await scope.fetch(
        "INSERT INTO gf.client_context (tenant_id, id, interaction_id, person, ways, sent_at, expires_at)"
        " VALUES ($1, $2, $3, $4, '{page}', $5, $6)",
        scope.tenant_id, uuid5(scope.tenant_id, "context"), interaction, words.word("person told"), now(),
        now() + timedelta(hours=2),
    )  # fmt: skip
