"""Delete every row of a tenant, table by table as the database's own catalogue names them, those that point first.

By the migrator's login: the application's may delete almost nothing, and the journal never.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg

BATCH = 5000
"""So many rows at most are deleted in one transaction."""

_OWNED = {
    "gf": """
SELECT c.relname AS name, 'tenant_id' AS column FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname
""",
    "control": """
SELECT c.relname AS name, a.attname AS column FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE n.nspname = 'control' AND c.relkind IN ('r', 'p') ORDER BY c.relname
""",
}
_POINTING = """
SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE c.contype = 'f' AND n.nspname = $1 AND c.conrelid <> c.confrelid AND c.conparentid = 0
"""
_TO_PEOPLE = """
SELECT t.relname AS name, a.attname AS column FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'control."user"'::regclass AND array_length(c.conkey, 1) = 1
"""
_ONLY_HERE = """
SELECT u.id FROM control."user" u JOIN control.membership m ON m.user_id = u.id
WHERE m.tenant_id = $1 AND u.staff_role IS NULL
  AND NOT EXISTS (SELECT FROM control.membership o WHERE o.user_id = u.id AND o.tenant_id <> $1)
  AND NOT EXISTS (SELECT FROM control.agent a WHERE a.user_id = u.id)
"""

# ruff: noqa: S608 - every name comes from the database's own catalogue


async def count(connection: asyncpg.Connection[Any], schema: str, tenant_id: UUID) -> dict[str, int]:
    """Return how many rows of the tenant each table has, of those that have any."""
    counted = {}
    for row in await connection.fetch(_OWNED[schema]):
        sql = f'SELECT count(*) FROM {schema}."{row["name"]}" WHERE {row["column"]} = $1'
        if number := await connection.fetchval(sql, tenant_id):
            counted[row["name"]] = number
    return counted


async def delete(
    connection: asyncpg.Connection[Any], schema: str, tenant_id: UUID, *, keep: Iterable[str] = ()
) -> None:
    """Delete the tenant's rows, a batch at a time, each committed: an interrupted one goes on where it was."""
    names = [row["name"] for row in await connection.fetch(_OWNED[schema]) if row["name"] not in set(keep)]
    for name in await _in_order(connection, schema, names):
        sql = (
            f'DELETE FROM {schema}."{name}" WHERE tenant_id = $1 AND (tableoid, ctid) IN'
            f' (SELECT tableoid, ctid FROM {schema}."{name}" WHERE tenant_id = $1 LIMIT {BATCH})'
        )
        while await connection.execute(sql, tenant_id) != "DELETE 0":
            pass


async def delete_people(connection: asyncpg.Connection[Any], tenant_id: UUID) -> list[UUID]:
    """Disable the people who belong to nobody else, and remember them: their memberships go next."""
    people = [row["id"] for row in await connection.fetch(_ONLY_HERE, tenant_id)]
    found = await connection.fetchval(
        "UPDATE control.erasure SET found = CASE WHEN found ? 'people' THEN found ELSE found ||"
        " jsonb_build_object('people', $2::uuid[]) END WHERE tenant_id = $1"
        " RETURNING ARRAY(SELECT jsonb_array_elements_text(found -> 'people')::uuid)",
        tenant_id, people,
    )  # fmt: skip
    return list(found)


async def delete_orphans(connection: asyncpg.Connection[Any], people: list[UUID]) -> None:
    """Delete these people, and what is theirs."""
    async with connection.transaction():
        for row in await connection.fetch(_TO_PEOPLE):
            await connection.execute(f'DELETE FROM control."{row["name"]}" WHERE "{row["column"]}" = ANY($1)', people)
        await connection.execute('DELETE FROM control."user" WHERE id = ANY($1)', people)


async def _in_order(connection: asyncpg.Connection[Any], schema: str, names: list[str]) -> list[str]:
    """Return the tables so that none comes before one that points at it."""
    pointing: dict[str, set[str]] = {name: set() for name in names}
    for row in await connection.fetch(_POINTING, schema):
        child, parent = (row[end].split(".")[-1].strip('"') for end in ("child", "parent"))
        if child in pointing and parent in pointing:
            pointing[parent].add(child)
    ordered: list[str] = []
    while pointing:
        free = sorted(name for name, children in pointing.items() if not children - set(ordered))
        if not free:
            free = sorted(pointing)  # a circle: the database says which one it is
        ordered += free
        for name in free:
            del pointing[name]
    return ordered
