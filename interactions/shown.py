"""What a reader sees of contacts' numbers in interactions: whole, masked, the last four digits or nothing.

The rows hold a masked number; the whole one is opened only for who may see it. Numbers that somebody typed into a note
are shown no further than the contact's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from interactions.records import where
from kit import vault
from kit.db import Scope
from tenants.core.masks import Shown, mask_value

_RAW = """
SELECT id, contact_number FROM gf.interaction
WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND contact_number IS NOT NULL AND contact_number <> ''
"""


async def as_shown(scope: Scope, rows: Sequence[Mapping[str, Any]], shown: Shown) -> list[dict[str, Any]]:
    """Return rows of :mod:`interactions.service` as this reader may see them. Raises ``KeysAway``."""
    if shown is not Shown.FULL:
        return [mask_value(dict(row), shown) for row in rows]
    numbers = await whole_numbers(scope, [UUID(str(row["id"])) for row in rows])
    return [{**row, "contact": numbers.get(str(row["id"]), row["contact"])} for row in rows]


async def whole_numbers(scope: Scope, ids: Sequence[UUID]) -> dict[str, str]:
    """Return the contacts' whole numbers by the interactions' ids; a withheld one is missing. Raises ``KeysAway``."""
    rows = await scope.fetch(_RAW, scope.tenant_id, list(ids)) if ids else []
    if not rows:
        return {}
    return await vault.opened(
        scope,
        lambda keys: {
            str(row["id"]): keys.open(row["contact_number"], where("contact_number", row["id"])) for row in rows
        },
    )
