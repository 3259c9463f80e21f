"""Those who wait for the same agents: one queue, one list of steps, one current step.

All of a line have the same eligible agents, so its head stands for it. The few who have excluded agents are kept apart
and looked at one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from routing.core.idle import IdleLine
from routing.core.needs import Id, Levels, meets
from routing.core.shares import Place
from routing.core.values import Agent, Offer, Queue, Step, Waiting

STALE_ALLOWED = 64

ProfileKey: TypeAlias = tuple[frozenset[Id], frozenset[tuple[Id, frozenset[tuple[Id, int]]]], frozenset[Id] | None]


def profile_key(agent: Agent) -> ProfileKey:
    """Tell what makes two agents interchangeable but for their idleness."""
    skills = frozenset((tenant, frozenset(levels.items())) for tenant, levels in agent.skills.items())
    return agent.tenants, skills, agent.queues


@dataclass(slots=True, eq=False)
class Profile:
    """Agents with the same tenants, skills and queues.

    ``at_work``: neither on a break nor offline. ``flexibility``: of how many queues they are members.
    """

    number: int
    example: Agent
    agents: set[Id] = field(default_factory=set)
    at_work: set[Id] = field(default_factory=set)
    idle: IdleLine = field(default_factory=IdleLine)
    lines: dict[Line, int] = field(default_factory=dict)
    flexibility: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether several tenants share these agents, so that their time is charged."""
        return len(self.example.tenants) > 1

    def is_member(self, queue: Queue) -> bool:
        """Whether these agents serve the queue at all."""
        return (
            queue.tenant in self.example.tenants
            and (self.example.queues is None or queue.id in self.example.queues)
            and meets(self.levels(queue.tenant), queue.needs)
        )

    def levels(self, tenant: Id) -> Levels:
        """Return the skills that these agents have for a tenant."""
        return self.example.skills.get(tenant, {})


@dataclass(slots=True, eq=False)
class Entry:
    """An interaction on the floor: in its line, or offered. The step follows from the time; it is kept for speed."""

    waiting: Waiting
    place: Place
    step: int = 0
    line: Line | None = None
    offer: Offer | None = None
    excluded: dict[Id, datetime] = field(default_factory=dict)

    @property
    def own_place(self) -> Place:
        """Where it stands without what its tenant moved: for the choice among tenants."""
        return self.waiting.place_at, self.waiting.id

    def step_ends_at(self) -> datetime | None:
        """When the current step ends; ``None`` after the last one."""
        steps = self.waiting.steps
        if self.step >= len(steps):
            return None
        begin = self.waiting.activated_at or self.waiting.enqueued_at
        for step in steps[: self.step + 1]:
            begin += step.lasts
        return begin


class Line:
    """See the module. ``ranks``: the eligible profiles, each with the first step that it meets (the better match)."""

    __slots__ = ("_heap", "_plain", "apart", "queue", "ranks", "step", "steps")

    def __init__(self, queue: Queue, steps: tuple[Step, ...], step: int) -> None:
        self.queue = queue
        self.steps = steps
        self.step = step
        self.ranks: dict[Profile, int] = {}
        self.apart: dict[Id, Entry] = {}
        self._plain: dict[Id, tuple[Place, Entry]] = {}
        self._heap: list[Place] = []

    def __len__(self) -> int:
        """Count those who wait here."""
        return len(self._plain) + len(self.apart)

    def rank(self, profile: Profile) -> int | None:
        """Return the first step that a profile meets, up to the line's own; ``None`` when it is not eligible here.

        An agent who met an earlier step stays eligible, so the eligible set never shrinks (routing.md section 8, 8).
        """
        if not profile.is_member(self.queue):
            return None
        levels = profile.levels(self.queue.tenant)
        for index, step in enumerate(self.steps[: self.step + 1]):
            if meets(levels, step.needs):
                return index
        return self.step if self.step >= len(self.steps) else None

    def add(self, entry: Entry) -> None:
        """Let an interaction wait here."""
        entry.line = self
        if entry.excluded:
            self.apart[entry.waiting.id] = entry
            return
        self._plain[entry.waiting.id] = (entry.place, entry)
        heappush(self._heap, entry.place)
        if len(self._heap) > 2 * len(self._plain) + STALE_ALLOWED:
            self._heap = [place for place, _ in self._plain.values()]
            heapify(self._heap)

    def remove(self, entry: Entry) -> None:
        """Take an interaction out."""
        entry.line = None
        if self.apart.pop(entry.waiting.id, None) is None:
            del self._plain[entry.waiting.id]

    def first(self, profiles: Collection[Profile]) -> Entry | None:
        """Find the first one for whom an agent of these profiles, which are eligible here, is free."""
        for profile in profiles:
            if profile.idle:
                break
        else:
            return None
        found = self._head()
        for entry in self.apart.values():
            excluded = entry.excluded.keys()
            if (found is None or entry.place < found.place) and any(
                profile.idle.head(excluded) is not None for profile in profiles
            ):
                found = entry
        return found

    def entries(self) -> Iterator[Entry]:
        """All who wait here, in no order that means anything."""
        yield from (entry for _, entry in self._plain.values())
        yield from self.apart.values()

    def _head(self) -> Entry | None:
        heap = self._heap
        while heap:
            place = heap[0]
            known = self._plain.get(place[1])
            if known is not None and known[0] is place:
                return known[1]
            heappop(heap)
        return None


def take_first(heads: dict[Id, Entry], line: Line, profiles: Collection[Profile]) -> bool:
    """Let a line's first compete for its tenant's head; ``False`` when nobody is free for the line."""
    entry = line.first(profiles)
    if entry is None:
        return False
    tenant = entry.waiting.tenant
    if tenant not in heads or entry.place < heads[tenant].place:
        heads[tenant] = entry
    return True
