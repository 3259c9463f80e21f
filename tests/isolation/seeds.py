"""One row of each tenant in every table of gf, by the catalogue: a table that nobody thought of is filled too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import asyncpg

_COLUMNS = """
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, NULL) AS type, a.attnotnull AS required
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY c.relname, a.attnum
"""

_REFERENCES = """
SELECT c.relname AS "table", a.attname AS "column", p.relname AS parent
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[2]
WHERE k.contype = 'f' AND n.nspname = 'gf' AND k.conparentid = 0 AND cardinality(k.conkey) = 2
  AND a.atttypid <> 'integer'::regtype
"""
"""A number is counted for each tenant: it names the own row, whoever else has the same one."""

_CHECKS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint k
JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = 'gf' AND contype = 'c' AND conparentid = 0
  AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = conrelid AND c.relispartition)
"""

_VALUES: dict[str, str] = {
    "uuid": "'00000000-0000-7000-8000-00000000ffff'",
    "text": "'x'",
    "integer": "1",
    "bigint": "1",
    "smallint": "1",
    "boolean": "false",
    "jsonb": "'{}'",
    "bytea": "'\\x00'",
    "date": "'2026-11-21'",
    "timestamp with time zone": "'2026-11-21T08:00Z'",
    "timestamp with time zone[]": "'{2026-11-21T08:00Z}'",
    "interval": "'1 hour'",
    "double precision": "1.0",
    "text[]": "'{}'",
    "bytea[]": "'{}'",
    "uuid[]": "'{}'",
    "integer[]": "'{}'",
}


@dataclass(frozen=True)
class Table:
    """A table of gf: its columns with their types, and its references ``(column, parent table)``."""

    name: str
    columns: dict[str, str]
    parents: dict[str, str]

    def insert(self, tenant_id: UUID, row_id: UUID, **values: UUID) -> str:
        """Return an INSERT whose references lead to the tenant's own seeded rows, except for ``values``."""
        row = {name: _VALUES[kind] for name, kind in self.columns.items()}
        row |= {column: f"'{seeded_id(tenant_id, parent)}'" for column, parent in self.parents.items()}
        row["tenant_id"] = f"'{tenant_id}'"
        if "id" in row:
            row["id"] = f"'{row_id}'"
        row |= {column: f"'{value}'" for column, value in values.items()}
        return f"INSERT INTO gf.{self.name} ({', '.join(row)}) VALUES ({', '.join(row.values())})"


def seeded_id(tenant_id: UUID, table: str) -> UUID:
    """Return the id of the tenant's seeded row in a table."""
    return uuid5(tenant_id, table)


async def tables(admin: asyncpg.Connection[Any]) -> list[Table]:
    """Read every table of gf from the catalogue."""
    parents: dict[str, dict[str, str]] = {}
    for row in await admin.fetch(_REFERENCES):
        parents.setdefault(row["table"], {})[row["column"]] = row["parent"]
    columns: dict[str, dict[str, str]] = {}
    for row in await admin.fetch(_COLUMNS):
        columns.setdefault(row["table"], {})[row["column"]] = row["type"]
    return [Table(name, found, parents.get(name, {})) for name, found in columns.items()]


async def seed(admin: asyncpg.Connection[Any], *tenants: UUID) -> list[Table]:
    """Give each tenant one row in every table. CHECKs of this throw-away database go, so that any value is good."""
    for (statement,) in await admin.fetch(_CHECKS):
        await admin.execute(statement)
    found = await tables(admin)
    async with admin.transaction():
        await admin.execute("SET LOCAL session_replication_role = replica")  # any order of parents and children
        for table in found:
            await admin.execute(f"DELETE FROM gf.{table.name}")
            for tenant_id in tenants:
                await admin.execute(table.insert(tenant_id, seeded_id(tenant_id, table.name)))
    await admin.execute("ANALYZE")
    return found
