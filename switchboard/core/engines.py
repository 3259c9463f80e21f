"""Which phone engines are there, and since when the others are not. A floor with one engine calls it ``""``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime


class Engines:
    """The engines of a floor. ``seen_at``: up to when we know what happened before the first connection."""

    def __init__(self, seen_at: datetime) -> None:
        self.seen_at = seen_at
        self.here: set[str] = set()
        """Those that can be commanded."""
        self.told_lost: set[str] = set()
        """Those of which the journals know that they cannot."""
        self.told_empty: set[str] = set()
        """Drained ones that were said to hold no call any more."""
        self._lost_at: dict[str, datetime] = {}

    def lost(self, node: str, at: datetime) -> None:
        """Note that an engine cannot be commanded any more; harmless when it is known."""
        if node in self.here:
            self.here.discard(node)
            self._lost_at[node] = at

    def lost_at(self, node: str) -> datetime:
        """Return up to when we know what happened in an engine that is away, or was until now."""
        return self._lost_at.get(node, self.seen_at)

    def away_since(self, node: str) -> datetime | None:
        """Return since when an engine is away that was there before; None for any other."""
        return None if node in self.here else self._lost_at.get(node)

    def choose(self, drained: Collection[str], busy: Iterable[str]) -> str:
        """Return where a call that we begin is held: not at a drained engine, and where the fewest calls are.

        ``busy``: the engine of each live call. Empty when there is none.
        """
        held = list(busy)
        takes = [node for node in self.here if node not in drained] or list(self.here)
        return min(takes, key=lambda node: (held.count(node), node), default="")
