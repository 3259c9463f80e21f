"""Free agents in the order of their idleness."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Set as AbstractSet
from datetime import datetime

from routing.core.needs import Id


class IdleLine(OrderedDict[Id, datetime]):
    """Agents by (idle since, id), the longest idle first; each with the time since when.

    Nearly every agent becomes idle last, so this is an OrderedDict in insertion order, with a shift of the shorter side
    for one who comes back to an older place. Not a plain dict: ``next(iter(d))`` after deletions at the front walks its
    tombstones (performance.md section 2).
    """

    __slots__ = ()

    def add(self, agent: Id, since: datetime) -> None:
        """Put an agent, who is not in the line, at the place of ``since``."""
        if self:
            last = next(reversed(self))
            if (self[last], last) > (since, agent):
                self._insert(agent, since)
                return
        self[agent] = since

    def head(self, excluded: AbstractSet[Id]) -> tuple[datetime, Id] | None:
        """Return the longest idle who is not excluded, with the time since when."""
        for agent, since in self.items():
            if agent not in excluded:
                return since, agent
        return None

    def _insert(self, agent: Id, since: datetime) -> None:
        """Search from both ends at once and move the shorter side."""
        key = (since, agent)
        earlier: list[Id] = []
        later: list[Id] = []
        for (front, front_since), (back, back_since) in zip(self.items(), reversed(self.items()), strict=True):
            if (front_since, front) > key:
                moved, to_the_end = [agent, *reversed(earlier)], False
                break
            if (back_since, back) < key:
                moved, to_the_end = [agent, *reversed(later)], True
                break
            earlier.append(front)
            later.append(back)
        self[agent] = since
        for other in moved:
            self.move_to_end(other, last=to_the_end)
