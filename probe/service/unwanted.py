"""A line of a client's do-not-call list, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

from interactions.nocall.service import where
from kit import vault
from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from probe.core.canaries import Canaries
from tenants.core.numbers import mask

_ADD = """
INSERT INTO gf.do_not_call (tenant_id, id, batch_id, number, number_bidx, contact, why, source, added_by, added_name,
  added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'people', 'probe', $8, $9)
"""
NUMBER = "+8613800138000"


def line_of(tenant: UUID) -> UUID:
    """Return the id of a client's line."""
    return uuid5(tenant, "do not call")


async def list_number(scope: Transaction, words: Canaries) -> None:
    """Put a number on the list of the scope's tenant."""
    keys, line = await vault.sealing(scope), line_of(scope.tenant_id)
    await scope.fetch(
        _ADD, scope.tenant_id, line, new_id(), keys.seal(NUMBER, where(line)), keys.blind(NUMBER, "contact_number"),
        mask(NUMBER), words.word("list's reason"), words.word("list's keeper"), now(),
    )  # fmt: skip
