"""A tenant's rows in a database, table by table from the catalogue: copy them, count and digest them, remove them.

Every function works under a migrator's login, which row-level security does not hold, and names the tenant itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from placements.core.order import parents_first

Connection: TypeAlias = "asyncpg.Connection[Any]"

ADDED_TO = {"journal": "seq", "seal": "first_seq"}
"""Tables whose rows are never changed, with the column that rises: they are copied ahead while the tenant is served."""
CHUNK = 20_000
"""Rows of such a table in one go, so that a killed move goes on near where it was."""

_COLUMNS = """
SELECT c.relname AS name,
  array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '') AS stored,
  array_agg(quote_ident(a.attname) ORDER BY a.attname) AS every
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'gf'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname
"""

_PARENTS = """
SELECT c.relname AS name, p.relname AS parent FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND c.relnamespace = 'gf'::regnamespace
"""

# The text form of a row depends on these; both sides use the same. What a step wrote is on the disk when the step is
# written down, whatever the server's own setting says: a target that loses its last half second would lose a client.
# A mover whose machine is gone is forgotten by the server within half a minute, and with it the lock on its move.
_SETTINGS = (
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';\
 SET extra_float_digits = 1; SET lock_timeout = '3s'; SET synchronous_commit = on;\
 SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of gf: the columns that are copied (not generated ones), and all of them in the order of their names."""

    name: str
    stored: tuple[str, ...]
    every: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows, and a digest of them that does not depend on their order."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Range:
    """A part of a table that is only added to: the numbers above one, up to another or to the end."""

    above: int
    upto: int | None = None

    def sql(self, column: str) -> str:
        """Return the condition, to be added to another one."""
        return f" AND {column} > {self.above}" + ("" if self.upto is None else f" AND {column} <= {self.upto}")


async def settle(connection: Connection) -> None:
    """Make the text of values the same on every connection that digests, and every commit lasting."""
    await connection.execute(_SETTINGS)


async def tables(connection: Connection) -> list[Table]:
    """Return every table that tenants own, each after those that it refers to."""
    found = {row["name"]: row for row in await connection.fetch(_COLUMNS)}
    parents: dict[str, list[str]] = {name: [] for name in found}
    for row in await connection.fetch(_PARENTS):
        parents[row["name"]].append(row["parent"])
    return [Table(name, tuple(found[name]["stored"]), tuple(found[name]["every"])) for name in parents_first(parents)]


async def summed(connection: Connection, table: Table, tenant_id: UUID, part: Range | None = None) -> Sum:
    """Count and digest a tenant's rows: two sums over the halves of each row's MD5, so that no order matters."""
    only = "" if part is None else part.sql(ADDED_TO[table.name])
    (row,) = await connection.fetch(
        "SELECT count(*) AS rows, coalesce(sum(('x' || left(d, 16))::bit(64)::bigint::numeric), 0) AS one,"  # noqa: S608 - names from the catalogue, quoted there
        " coalesce(sum(('x' || right(d, 16))::bit(64)::bigint::numeric), 0) AS two FROM"
        f" (SELECT md5(ROW({', '.join(table.every)})::text) AS d FROM gf.{table.name} WHERE tenant_id = $1{only})"
        " AS digests",
        tenant_id,
    )
    return Sum(row["rows"], f"{row['one']}.{row['two']}")


async def count(connection: Connection, table: Table, tenant_id: UUID) -> int:
    """Count a tenant's rows."""
    sql = f"SELECT count(*) FROM gf.{table.name} WHERE tenant_id = $1"  # noqa: S608 - as above
    return int(await connection.fetchval(sql, tenant_id))


async def copy(source: Connection, target: Connection, table: Table, tenant_id: UUID, *, above: int | None = None,
               limit: int | None = None) -> int:  # fmt: skip
    """Copy a tenant's rows; of a table that is only added to those ``above`` a number, at most ``limit``.

    Binary COPY on both sides, passed on as it comes: memory does not grow with the table. Returns how many.
    """
    rises = ADDED_TO.get(table.name)
    where = "" if rises is None or above is None else f" AND {rises} > {above} ORDER BY {rises} LIMIT {limit or 'ALL'}"
    sql = f"SELECT {', '.join(table.stored)} FROM gf.{table.name} WHERE tenant_id = '{tenant_id}'{where}"  # noqa: S608 - names from the catalogue, a UUID and numbers
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(16)

    async def read() -> None:
        await source.copy_from_query(sql, output=queue.put, format="binary")
        await queue.put(None)

    async def chunks() -> AsyncIterator[bytes]:
        while (chunk := await queue.get()) is not None:
            yield chunk

    columns = [name.strip('"') for name in table.stored]
    async with asyncio.TaskGroup() as group:
        group.create_task(read())
        done = await target.copy_to_table(
            table.name, schema_name="gf", columns=columns, source=chunks(), format="binary"
        )
    return int(str(done).split()[-1])


async def highest(connection: Connection, table: Table, tenant_id: UUID) -> int:
    """Return how far a table that is only added to has come, 0 when it is empty."""
    sql = f"SELECT coalesce(max({ADDED_TO[table.name]}), 0) FROM gf.{table.name} WHERE tenant_id = $1"  # noqa: S608 - as above
    return int(await connection.fetchval(sql, tenant_id))


async def beginning(connection: Connection, tenant_id: UUID) -> int:
    """Return the number after which the journal is kept: what lies before is gone, or going, on either side."""
    sql = "SELECT coalesce(max(seq), 0) FROM gf.journal_cut WHERE tenant_id = $1"
    return int(await connection.fetchval(sql, tenant_id))


async def remove(connection: Connection, every: list[Table], tenant_id: UUID) -> int:
    """Delete a tenant's rows, children first, in one transaction; return how many."""
    gone = 0
    async with connection.transaction():
        for table in reversed(every):
            done = await connection.execute(f"DELETE FROM gf.{table.name} WHERE tenant_id = $1", tenant_id)  # noqa: S608 - as above
            gone += int(done.split()[-1])
    return gone


async def vacuum(connection: Connection, every: list[Table]) -> None:
    """Give the room of deleted rows back to the tables, so that what they held cannot be read from the files."""
    for table in every:
        await connection.execute(f"VACUUM (SKIP_LOCKED) gf.{table.name}")
