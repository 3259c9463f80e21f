"""The client's people who may be told of its alerts, of this moment: whoever left or may not look is told nothing."""

from __future__ import annotations

from uuid import UUID

from kit.db import Database
from live.core.thresholds import WHOM
from live.thresholds.rules import Person

_PEOPLE = """
SELECT u.id::text AS user_id, u.name, m.role, u.email, u.locale
FROM control.membership m JOIN control."user" u ON u.id = m.user_id
WHERE m.tenant_id = $1 AND m.role = ANY($2) AND u.disabled_at IS NULL ORDER BY u.name, u.id
"""


async def people_of(control: Database, tenant_id: UUID) -> list[Person]:
    """Return them by name."""
    rows = await (await control.pool()).fetch(_PEOPLE, tenant_id, list(WHOM))
    return [Person(**dict(row)) for row in rows]
