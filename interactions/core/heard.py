"""Which parts of a recording somebody has heard: pairs of places in milliseconds, put together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[int, int]
MOST = 400
"""So many separate spans are taken of one listening."""


def merged(spans: Iterable[Sequence[int]], begin: int, end: int) -> list[Span]:
    """Return spans in order, without overlap, inside ``begin`` to ``end``; what lies outside counts for nothing."""
    found: list[Span] = []
    for first, last in sorted((max(begin, span[0]), min(end, span[1])) for span in spans):
        if first >= last:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def total(spans: Iterable[Span]) -> int:
    """Return how long spans without overlap are together."""
    return sum(last - first for first, last in spans)
