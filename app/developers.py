"""A client's developers, whom mails about its systems go to: for the worker's jobs."""

from __future__ import annotations

from collections.abc import Mapping

from kit.db import Database, Scope
from tenants.core.permissions import Role

_DEVELOPERS = """
SELECT u.id::text AS id, u.name, u.email, u.locale, t.name AS company, t.zone
FROM control.membership m JOIN control."user" u ON u.id = m.user_id JOIN control.tenant t ON t.id = m.tenant_id
WHERE m.tenant_id = $1 AND m.role = $2 AND u.disabled_at IS NULL AND u.email <> '' ORDER BY u.name, u.id
"""


async def developers(control: Database, scope: Scope) -> list[Mapping[str, str]]:
    """Return those of the scope's client: id, name, address, language, and their company's name and zone."""
    return list(await (await control.pool()).fetch(_DEVELOPERS, scope.tenant_id, Role.CLIENT_DEVELOPER.value))
