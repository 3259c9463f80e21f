"""The client's own people as they are in force now, for whoever hands a call to them."""

from __future__ import annotations

import orjson

from kit.db import Scope
from tenants.core.directory import Person
from tenants.models import DirectoryEntry

# ruff: noqa: S608 - the model's own name
_READ = f"""
SELECT content::text AS content FROM gf.{DirectoryEntry.__tablename__}
WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY code
"""
_ONE = f"""
SELECT content::text AS content FROM gf.{DirectoryEntry.__tablename__}
WHERE tenant_id = $1 AND code = $2 AND retired_at IS NULL
"""


async def people_of(scope: Scope) -> list[Person]:
    """Return everybody in the directory, by code."""
    return [Person.of(orjson.loads(row["content"])) for row in await scope.fetch(_READ, scope.tenant_id)]


async def person_of(scope: Scope, code: str) -> Person | None:
    """Return one of them; None: not, or not any more, in the directory."""
    rows = await scope.fetch(_ONE, scope.tenant_id, code)
    return Person.of(orjson.loads(rows[0]["content"])) if rows else None
