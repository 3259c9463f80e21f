"""Tables of a tenant as lines that need nobody to read them: sealed texts open, secrets left out."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from exits.core.readable import cell, is_left_out
from kit import vault
from kit.db import Transaction
from kit.tenantkeys import PREFIX, TenantKeys

ELSEWHERE = frozenset({"journal", "seal", "journal_head"})
"""What an export holds in a form of its own."""
LEFT_OUT = {
    "tenant_key": "keys, wrapped: they open nothing for anybody but this installation",
    "key_server": "the secret of your own key server, which you have",
    "recording_peaks": "how loud your recordings are over their length: measured on them",
    "interaction_tag": "what your interactions are searched by: made of them, and of your notes under a key",
    "work_order_term": "what your work orders are found by: made of them under a key",
    "idempotency": "answers that a retried request would get again; they say nothing that is not elsewhere",
}
AS_FILES = {"prompt_sound": "sound"}
"""A column of a table whose values are files of their own in an export."""
INSIDE = frozenset({"work_order_comment", "work_order_attachment"})
"""Tables with rows that stay with the outsourcer: those whose visibility is internal."""
FOR_SPREADSHEETS = (
    "interaction", "recording", "work_order", "work_order_comment", "work_order_info_request",
    "work_order_cancellation", "work_order_seat_task",
)  # fmt: skip
PAGE = 500
_SEALED_BYTES = "\\x00676631"

_TABLES = """
SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable,
  coalesce(a.attnum = ANY(i.indkey), false) AS key
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = 'gf' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of ``gf``: its columns as (PostgreSQL type, may be empty), and its key."""

    name: str
    columns: Mapping[str, tuple[str, bool]]
    key: tuple[str, ...]

    @property
    def leaving(self) -> str:
        """Return the condition of the rows that leave; ``$1`` is the tenant."""
        return "tenant_id = $1 AND visibility <> 'internal'" if self.name in INSIDE else "tenant_id = $1"

    @property
    def shown(self) -> dict[str, tuple[str, bool]]:
        """Return the columns that leave with the tenant."""
        return {name: kind for name, kind in self.columns.items() if self._is_told(name)}

    def _is_told(self, column: str) -> bool:
        return not is_left_out(column) and AS_FILES.get(self.name) != column


async def tables(scope: Transaction) -> list[Table]:
    """Return every table that tenants own, by the database's own catalogue."""
    columns: dict[str, dict[str, tuple[str, bool]]] = {}
    keys: dict[str, list[str]] = {}
    for row in await scope.fetch(_TABLES):
        columns.setdefault(row["name"], {})[row["column"]] = (row["type"], row["nullable"])
        if row["key"]:
            keys.setdefault(row["name"], []).append(row["column"])
    return [Table(name, kinds, tuple(keys.get(name, ()))) for name, kinds in columns.items()]


async def count(scope: Transaction, table: Table) -> int:
    """Return how many rows of the table the tenant has."""
    await scope.stay()
    rows = await scope.fetch(f"SELECT count(*) AS n FROM gf.{table.name} WHERE {table.leaving}", scope.tenant_id)  # noqa: S608 - the catalogue's own name
    return int(rows[0]["n"])


async def rows(scope: Transaction, table: Table) -> AsyncIterator[dict[str, Any]]:
    """Yield the tenant's rows in the order of their key, open, never more than a page in memory."""
    shown, order = ", ".join(f'"{name}"' for name in table.shown), ", ".join(f'"{name}"' for name in table.key)
    sql = f"SELECT to_jsonb(r)::text AS line FROM (SELECT {shown} FROM gf.{table.name} WHERE {table.leaving} ORDER BY {order}) r"  # noqa: E501, S608 - the catalogue's own names
    await scope.stay()
    async for row in scope.connection.cursor(sql, scope.tenant_id, prefetch=PAGE):
        line = row["line"]
        content: dict[str, Any] = orjson.loads(line)
        if PREFIX in line or _SEALED_BYTES[1:] in line:
            await scope.stay()
            content = await vault.opened(scope, lambda keys, c=content: _opened(keys, table.name, c))  # type: ignore[misc]
        yield content


def _opened(keys: TenantKeys, table: str, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(keys, f"{table}|{name}|{row.get('id')}", value) for name, value in row.items()}


def _value(keys: TenantKeys, where: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(value, str):
        return value
    if value.startswith(PREFIX):
        return keys.open(value, where)
    if not value.startswith(_SEALED_BYTES):
        return value
    content = keys.open_bytes(bytes.fromhex(value[2:]), where)
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return content.decode("utf-8", "replace")


def csv_line(values: list[Any]) -> bytes:
    """Return one line of a spreadsheet (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(value) for value in values])
    return out.getvalue().encode()
