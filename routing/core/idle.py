"""Free agents in the order of their idleness."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime

from routing.core.needs import Id


class IdleLine:
    """Agents by (idle since, id), the longest idle first.

    Nearly every agent becomes idle last, so this is an OrderedDict in insertion order, with a shift of the shorter side
    for one who comes back to an older place. Not a plain dict: ``next(iter(d))`` after deletions at the front walks its
    tombstones (performance.md section 2).
    """

    __slots__ = ("_agents",)

    def __init__(self) -> None:
        self._agents: OrderedDict[Id, datetime] = OrderedDict()

    def __len__(self) -> int:
        """Count the agents."""
        return len(self._agents)

    def __contains__(self, agent: Id) -> bool:
        """Tell whether an agent is in the line."""
        return agent in self._agents

    def add(self, agent: Id, since: datetime) -> None:
        """Put an agent, who is not in the line, at the place of ``since``."""
        agents = self._agents
        if not agents:
            agents[agent] = since
            return
        key = (since, agent)
        last = next(reversed(agents))
        if (agents[last], last) < key:
            agents[agent] = since
            return
        self._insert(agent, key)

    def remove(self, agent: Id) -> None:
        """Take an agent out."""
        del self._agents[agent]

    def head(self, excluded: frozenset[Id]) -> tuple[datetime, Id] | None:
        """Return the longest idle who is not excluded, with the time since when."""
        for agent, since in self._agents.items():
            if agent not in excluded:
                return since, agent
        return None

    def __iter__(self) -> Iterator[tuple[datetime, Id]]:
        """Yield the agents in order, each with the time since when."""
        return ((since, agent) for agent, since in self._agents.items())

    def _insert(self, agent: Id, key: tuple[datetime, Id]) -> None:
        """Search from both ends at once and move the shorter side."""
        agents = self._agents
        earlier: list[Id] = []
        later: list[Id] = []
        for (front, front_since), (back, back_since) in zip(agents.items(), reversed(agents.items()), strict=True):
            if (front_since, front) > key:
                moved, to_the_end = [agent, *reversed(earlier)], False
                break
            if (back_since, back) < key:
                moved, to_the_end = [agent, *reversed(later)], True
                break
            earlier.append(front)
            later.append(back)
        agents[agent] = key[0]
        for other in moved:
            agents.move_to_end(other, last=to_the_end)
