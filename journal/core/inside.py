"""What a fact tells that stays with the outsourcer: a part of its data, such as a comment, that is internal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

INTERNAL: Final = "internal"


def is_internal(data: Mapping[str, Any]) -> bool:
    """Say whether a part of a fact's data stays with the outsourcer."""
    return any(_stays(part) for part in data.values())


def outward(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fact's data as the client may have it: that there was an internal part, and nothing of it."""
    return {name: {"visibility": INTERNAL} if _stays(part) else part for name, part in data.items()}


def _stays(part: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(part, Mapping) and part.get("visibility") == INTERNAL
