"""What a work order is found by beside its plain columns: (field, text) pairs of what is stored sealed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from workorders.core import custom

FIELDS: Final = (
    "description", "parties.id", "parties.name", "related.id", "related.name", "assignment.team", "assignment.person",
)  # fmt: skip
"""Their names, as lists know them; ``custom.<key>`` apart."""
MOST: Final = 400
"""So many pairs of one work order are kept."""


def terms(order: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of a work order's document, each once."""
    return list(dict.fromkeys(_every(order)))[:MOST]


def _every(order: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if order["description"]:
        yield "description", order["description"]
    for field in ("parties", "related"):
        for each in order[field]:
            yield from ((f"{field}.{part}", each[part]) for part in ("id", "name") if each[part])
    for each in order["assignment"].values():
        yield from ((f"assignment.{part}", each[part]) for part in ("team", "person") if each and each[part])
    yield from custom.terms(order["custom"])
