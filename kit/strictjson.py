"""JSON as a strict reader takes it: what two readers may understand differently is refused (RFC 8259, 4, 6 and 8.1)."""

from __future__ import annotations

import json
from typing import Any


class NotStrict(ValueError):
    """JSON by Python's reader, and not by a strict one."""


def read(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value. Raises :class:`NotStrict` for a name given twice in an object, ``NaN`` and ``Infinity``.

    What is no JSON at all is a ``json.JSONDecodeError``, too deep a ``RecursionError``, too long a number a
    ``ValueError``, as Python's reader raises them.
    """
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def whole(value: Any) -> Any:  # noqa: ANN401 - the same
    """Return the value if it can be written as UTF-8. Raises :class:`NotStrict` for half of a surrogate pair (8.2)."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotStrict("half of a surrogate pair is no character, and nothing is nested so deeply") from error
    return value


def is_deep(value: object, most: int) -> bool:
    """Say whether objects and arrays lie more than ``most`` levels in one another."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(most == 0 or is_deep(each, most - 1) for each in inside if isinstance(each, dict | list))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise NotStrict(f"the name {name[:80]!r} stands twice in an object")
        found[name] = value
    return found


def _no_constant(text: str) -> None:
    raise NotStrict(f"{text} is no JSON")
