"""Who is eligible for what, kept as two sides that know each other: lines of waiting and profiles of agents."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from routing.core.errors import QueueUnknown
from routing.core.line import Line, Profile, ProfileKey, profile_key

if TYPE_CHECKING:
    from routing.core.needs import Id
    from routing.core.values import Agent, Queue, Step

LineKey: TypeAlias = "tuple[Id, tuple[Step, ...], int]"


class Index:
    """Lines and profiles; eligibility is computed only when one of them is new."""

    def __init__(self) -> None:
        self.queues: dict[Id, Queue] = {}
        self._lines: dict[LineKey, Line] = {}
        self._profiles: dict[ProfileKey, Profile] = {}
        self._numbers = count()

    def set_queue(self, queue: Queue) -> list[Line]:
        """Add or change a queue; returns its lines, whose eligible agents may have changed."""
        if self.queues.get(queue.id) == queue:
            return []
        self.queues[queue.id] = queue
        self._count_queues(self._profiles.values())
        changed = [line for line in self._lines.values() if line.queue.id == queue.id]
        for line in changed:
            line.queue = queue
            for profile in self._profiles.values():
                self._relate(line, profile)
        return changed

    def remove_queue(self, queue: Id) -> None:
        """Forget a queue in which nobody waits."""
        self.queues.pop(queue, None)
        self._count_queues(self._profiles.values())
        for key in [key for key in self._lines if key[0] == queue]:
            line = self._lines.pop(key)
            for profile in line.ranks:
                del profile.lines[line]

    def lines_of(self, queue: Id) -> list[Line]:
        """Return the lines of a queue."""
        return [line for line in self._lines.values() if line.queue.id == queue]

    def line(self, queue: Id, steps: tuple[Step, ...], step: int) -> Line:
        """Find the line for those who wait in a queue, at one of these steps."""
        key = (queue, steps, step)
        line = self._lines.get(key)
        if line is None:
            if queue not in self.queues:
                raise QueueUnknown(queue)
            line = self._lines[key] = Line(self.queues[queue], steps, step)
            for profile in self._profiles.values():
                self._relate(line, profile)
        return line

    def profile(self, agent: Agent) -> Profile:
        """Find the profile of an agent, who joins it."""
        key = profile_key(agent)
        profile = self._profiles.get(key)
        if profile is None:
            profile = self._profiles[key] = Profile(next(self._numbers), agent)
            self._count_queues([profile])
            for line in self._lines.values():
                self._relate(line, profile)
        profile.agents.add(agent.id)
        return profile

    def leave_profile(self, profile: Profile, agent: Id) -> None:
        """Take an agent out of a profile, which ends with its last agent."""
        profile.agents.discard(agent)
        profile.at_work.discard(agent)
        if not profile.agents:
            del self._profiles[profile_key(profile.example)]
            for line in profile.lines:
                del line.ranks[profile]

    def at_work(self, queue: Id) -> int:
        """How many members of a queue are at work, free or not."""
        known = self.queues.get(queue)
        if known is None:
            raise QueueUnknown(queue)
        return sum(len(profile.at_work) for profile in self._profiles.values() if profile.is_member(known))

    def is_free(self, queue: Id) -> bool:
        """Whether any member of a queue is free."""
        known = self.queues[queue]
        return any(profile.idle and profile.is_member(known) for profile in self._profiles.values())

    def _count_queues(self, profiles: Iterable[Profile]) -> None:
        for profile in profiles:
            profile.flexibility = sum(profile.is_member(queue) for queue in self.queues.values())

    def _relate(self, line: Line, profile: Profile) -> None:
        rank = line.rank(profile)
        if rank is None:
            line.ranks.pop(profile, None)
            profile.lines.pop(line, None)
        else:
            line.ranks[profile] = rank
            profile.lines[line] = rank
