"""In which order tables are copied, so that no row arrives before the one that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def parents_first(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """Return every table after those that it refers to; a reference to itself does not count.

    Raises ``ValueError`` when tables refer to each other in a ring.
    """
    waiting = {table: {parent for parent in found if parent != table} for table, found in parents.items()}
    ordered: list[str] = []
    while waiting:
        free = sorted(table for table, needed in waiting.items() if needed <= set(ordered))
        if not free:
            raise ValueError(f"these tables refer to each other in a ring: {', '.join(sorted(waiting))}")
        ordered += free
        for table in free:
            del waiting[table]
    return ordered
