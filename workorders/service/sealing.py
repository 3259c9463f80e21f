"""The texts of work orders at rest: sealed by the tenant's key in their rows, open for everybody above this module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from kit import vault
from kit.db import Scope
from kit.tenantkeys import ERASED, UNREADABLE, TenantKeys

DOCUMENTS: Final[Mapping[str, Any]] = {
    "parties": [], "related": [], "custom": {}, "assignment": {"outsourcer": None, "tenant": None},
}  # fmt: skip
"""Sealed columns that hold JSON, and what an empty one says."""
ORDER = ("title", "description", "status_reason", "resolution_summary", *DOCUMENTS)
"""Sealed columns of ``gf.work_order``."""
COMMENT = ("body", "external_id")
"""Sealed columns of ``gf.work_order_comment``."""
REFERENCE = "work_order_reference"

Sealer = Callable[[str, str | None], str | None]
"""Takes a column and its text; returns the sealed one. No text stays no text, and an empty one empty."""


def where(table: str, column: str, row: UUID | str) -> str:
    """Return where a sealed text belongs."""
    return f"{table}|{column}|{row}"


async def sealer(scope: Scope, table: str, row: UUID) -> tuple[Sealer, TenantKeys]:
    """Return what seals the texts of one row, and the keys. Raises ``KeysAway`` and ``KeysDestroyed``."""
    keys = await vault.sealing(scope)
    return lambda column, text: keys.seal(text, where(table, column, row)) if text else text, keys


def packed(column: str, value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return a document as the text that is sealed; None when it says no more than an empty one."""
    return None if value == DOCUMENTS[column] else orjson.dumps(value).decode()


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


async def opened_orders(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return work orders' whole rows (``rows.COLUMNS``), open, with their documents read."""
    if not rows:
        return []
    return await vault.opened(scope, lambda keys: [_order(keys, row) for row in rows])


async def opened_order(scope: Scope, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return one work order's row, open."""
    return (await opened_orders(scope, [row]))[0]


def _order(keys: TenantKeys, row: Mapping[str, Any]) -> Mapping[str, Any]:
    open_ = _opened(keys, "work_order", ORDER, row)
    for name, empty in DOCUMENTS.items():
        open_[name] = _document(open_[name], empty)
    open_["relationships"] = orjson.loads(row["relationships"] or b"[]")
    open_["external_ref"] = [_reference(keys, each) for each in orjson.loads(row["external_ref"] or b"[]")]
    return open_


def _document(text: str | None, empty: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Read a document; what the destroyed keys of a client sealed is none any more."""
    return empty if text in {None, "", ERASED, UNREADABLE} else orjson.loads(str(text))


def _reference(keys: TenantKeys, ref: Mapping[str, Any]) -> dict[str, Any]:
    external_id = keys.open(ref["id"], where(REFERENCE, "external_id", ref["row"]))
    return {"owner": ref["owner"], "type": ref["type"] or None, "id": external_id}


def _opened(keys: TenantKeys, table: str, columns: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    open_, name = dict(row), str(row["id"])
    for column in columns:
        if sealed := open_.get(column):
            open_[column] = keys.open(sealed, where(table, column, name))
    return open_
