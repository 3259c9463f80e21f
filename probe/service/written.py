"""A supervisor's message to a client's agent, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

from kit import vault
from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from live.messages import where
from probe.core.canaries import Canaries
from probe.service.unwanted import list_number

_WRITE = """
INSERT INTO gf.agent_message (tenant_id, id, batch_id, agent_id, audience, user_id, name, text, sent_at, read_at,
  answer, answered_at) VALUES ($1, $2, $3, $4, 'agent', $5, $6, $7, $8, $8, $9, $8)
"""


def message_of(tenant: UUID) -> UUID:
    """Return the id of a message to one of a client's agents."""
    return uuid5(tenant, "message")


async def list_and_write(scope: Transaction, agent: UUID, words: Canaries) -> None:
    """Put a number on the list of the scope's tenant; let somebody have written to its agent, who has answered."""
    await list_number(scope, words)
    await scope.fetch(
        "INSERT INTO gf.agent_part (tenant_id, interaction_id, agent_id, at, talk_ms, hold_ms, wrap_ms)"
        " VALUES ($1, $2, $3, $4, 61000, 0, 9000)",
        scope.tenant_id, new_id(), agent, now(),
    )  # fmt: skip
    keys, row = await vault.sealing(scope), message_of(scope.tenant_id)
    text, answer = (keys.seal(words.word(f"message's {part}"), where(part, row)) for part in ("text", "answer"))
    await scope.fetch(
        _WRITE, scope.tenant_id, row, new_id(), agent, str(new_id()), words.word("message's writer"), text, now(),
        answer,
    )  # fmt: skip
