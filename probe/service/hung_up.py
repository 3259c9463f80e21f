"""A screen of a client's, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

import orjson

from kit.clock import now
from kit.db import Transaction
from kit.ids import new_id
from live.walls.service import digest
from probe.core.canaries import Canaries

_HANG = """
INSERT INTO gf.wall_view (tenant_id, id, kind, name, look, secret_hash, made_by, made_name, by_staff, made_at,
  changed_at) VALUES ($1, $2, 'screen', $3, $4::jsonb, $5, $6, $7, false, $8, $8)
"""


def view_of(tenant: UUID) -> UUID:
    """Return the id of a screen of a client's."""
    return uuid5(tenant, "wall view")


async def hang_up(scope: Transaction, words: Canaries) -> None:
    """Hang up a screen of the scope's tenant."""
    look = {
        "figures": ["waiting"], "pages": ["figures", "seats"], "theme": "dark", "locale": "en", "zone": "UTC",
        "seconds": 15, "scale": 0, "red_wait_s": 120, "red_level_pct": 60,
    }  # fmt: skip
    await scope.fetch(
        _HANG, scope.tenant_id, view_of(scope.tenant_id), words.word("screen's name"), orjson.dumps(look).decode(),
        digest(new_id().bytes), str(new_id()), words.word("screen's maker"), now(),
    )  # fmt: skip
