"""How a stored row becomes a line that a person, a spreadsheet or another program reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_SECRET = re.compile(r"(^|_)(secret|secrets|wrapped|password|token|hash|totp|seed)(_|$)")
_FOUND_BY = "_bidx"
_NUMBER = re.compile(r"\+?[0-9 ()-]*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Opener = Any
"""Takes a table, a column, the row and the sealed text; returns the open one."""


def is_left_out(column: str) -> bool:
    """Say whether a column opens something or is of use to nobody: secrets, hashes of them, blind indexes."""
    return column.endswith(_FOUND_BY) or _SECRET.search(column) is not None


def cell(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as a spreadsheet may safely show it: nothing in it is a formula."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def json_type(sql: str, *, nullable: bool) -> dict[str, Any]:
    """Return the JSON Schema of a column by its PostgreSQL type."""
    known: dict[str, dict[str, Any]] = {
        "uuid": {"type": "string", "format": "uuid"},
        "integer": {"type": "integer"},
        "bigint": {"type": "integer"},
        "boolean": {"type": "boolean"},
        "timestamp with time zone": {"type": "string", "format": "date-time"},
        "date": {"type": "string", "format": "date"},
        "jsonb": {},
    }
    found = dict(known.get(sql, {"type": "array"} if sql.endswith("[]") else {"type": "string"}))
    if nullable and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def schema(table: str, columns: Mapping[str, tuple[str, bool]]) -> dict[str, Any]:
    """Return the JSON Schema of a table's lines; ``columns``: (PostgreSQL type, whether it may be empty) by name."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "type": "object",
        "properties": {
            name: {**json_type(sql, nullable=nullable), "$comment": sql} for name, (sql, nullable) in columns.items()
        },
        "required": [name for name, (_, nullable) in columns.items() if not nullable],
    }
