"""The texts of work orders at rest: sealed by the tenant's key in their rows, open for everybody above this module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.tenantkeys import TenantKeys

ORDER = ("title", "description", "status_reason", "resolution_summary")
"""Sealed columns of ``gf.work_order``."""
COMMENT = ("body",)
"""Sealed columns of ``gf.work_order_comment``."""

Sealer = Callable[[str, str | None], str | None]
"""Takes a column and its text; returns the sealed one. No text stays no text, and an empty one empty."""


def where(table: str, column: str, row: UUID) -> str:
    """Return where a sealed text belongs."""
    return f"{table}|{column}|{row}"


async def sealer(scope: Scope, table: str, row: UUID) -> tuple[Sealer, TenantKeys]:
    """Return what seals the texts of one row, and the keys. Raises ``KeysAway`` and ``KeysDestroyed``."""
    keys = await vault.sealing(scope)
    return lambda column, text: keys.seal(text, where(table, column, row)) if text else text, keys


def blind(keys: TenantKeys, column: str, text: str | None) -> bytes | None:
    """Return what equal texts of a column are found by."""
    return None if text is None else keys.blind(text, f"work_order.{column}")


async def opened(
    scope: Scope, table: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the rows with these columns open, as far as they were selected."""
    if not any(row.get(column) for row in rows for column in columns):
        return list(rows)
    return await vault.opened(scope, lambda keys: [_opened(keys, table, columns, row) for row in rows])


def _opened(keys: TenantKeys, table: str, columns: Sequence[str], row: Mapping[str, Any]) -> Mapping[str, Any]:
    open_ = {c: keys.open(row[c], where(table, c, row["id"])) for c in columns if row.get(c)}
    return {**row, **open_}


async def opened_order(scope: Scope, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return one work order's row, open."""
    return (await opened(scope, "work_order", ORDER, [row]))[0]
