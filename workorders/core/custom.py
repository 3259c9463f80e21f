"""What a client's own fields may hold: bounded, so that a work order with all of them still fits into its events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

KEYS: Final = 50
DEPTH: Final = 4
"""Objects and arrays inside each other, the outermost counted."""
BYTES: Final = 4096
"""Of the whole as JSON in UTF-8."""
_SAFE: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def storable(text: str) -> str:
    """Return the text if PostgreSQL can store it. Raises ``ValueError`` for U+0000 and for half a surrogate pair."""
    if "\0" in text:
        raise ValueError("the character U+0000 cannot be stored")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half of a surrogate pair is no character") from error
    return text


def bounded(custom: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields if they keep the bounds. Raises ``ValueError`` with what is wrong."""
    if len(custom) > KEYS:
        raise ValueError(f"more than {KEYS} fields")
    for key, value in custom.items():
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key[:64]!r} is no name of a field: letters, digits, _ and -, 64 at most")
        _check(value, DEPTH - 1)
    if len(json.dumps(custom, ensure_ascii=False, separators=(",", ":")).encode()) > BYTES:
        raise ValueError(f"more than {BYTES} bytes of JSON")
    return dict(custom)


def terms(custom: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a list finds the fields by: ``custom.<key>`` and its value as text; objects have none."""
    for key, value in custom.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict | list) and each is not None:
                yield f"custom.{key}", each if isinstance(each, str) else json.dumps(each)


def _check(value: Any, deeper: int) -> None:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        storable(value)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE:
        raise ValueError("a whole number beyond 2^53 is not the same everywhere: send it as a text")
    elif isinstance(value, float):
        raise ValueError("a number with a fraction is not the same everywhere: send it as a text")  # facts are hashed
    elif isinstance(value, dict | list):
        if deeper == 0:
            raise ValueError(f"nested deeper than {DEPTH}")
        for each in value if isinstance(value, list) else value.values():
            _check(each, deeper - 1)
        for key in value if isinstance(value, dict) else ():
            storable(key)
