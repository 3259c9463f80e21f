"""The look at every client's thresholds, each second, whether somebody watches or not.

One board for each client that has any, brought up to date by the journal. What is raised stands in the database, so a
process may end at any moment, and several may look at the same time (``live.thresholds.acting``).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from kit.clock import millis, now
from kit.db import Database, Plane
from live.core.board import Changes
from live.core.figures import LONGEST_S, Watch
from live.core.thresholds import Again, Clear, Drop, Rule, Standing, Step, decide
from live.service import Watched
from live.thresholds.acting import Means, act
from live.thresholds.people import people_of
from live.thresholds.replay import follow, watch_from
from live.thresholds.rules import rules_of
from live.thresholds.standing import standings

IDLE_S = 3.0
"""How long a client without thresholds is left alone, in seconds."""


@dataclass(slots=True)
class Lookout:
    """What one process knows of the clients whose thresholds it looks at."""

    control: Database
    plane: Plane
    mail: bool = False
    """Whether this house sends mail at all."""
    watches: dict[UUID, Watch] = field(default_factory=dict)
    idle: dict[UUID, float] = field(default_factory=dict)

    async def look(self, watched: Watched) -> list[Step]:
        """Look at one client's thresholds and do what follows; return what was done."""
        tenant_id = watched.tenant_id
        if self.idle.get(tenant_id, 0.0) > time.monotonic():
            return []
        async with self.plane.transaction(tenant_id) as scope:
            rules, standing = await rules_of(scope), await standings(scope)
            if not standing and not any(rule.enabled for rule in rules):
                self.watches.pop(tenant_id, None)
                self.idle[tenant_id] = time.monotonic() + IDLE_S
                return []
            watch = self.watches.get(tenant_id)
            if watch is None:
                watch = await watch_from(scope, watched, now() - timedelta(seconds=LONGEST_S))
        await follow(self.plane, watched, watch)
        watch.board.begin_day(now(), Changes())
        self.watches[tenant_id] = watch
        concerned = _concerned(rules, standing, watch)
        if not concerned:
            return []
        people = await people_of(self.control, tenant_id)
        async with self.plane.transaction(tenant_id) as scope:
            return await act(scope, list(concerned), Means(watch, people, watched.zone, self.mail))

    def forget(self, tenants: Iterable[UUID]) -> None:
        """Keep nothing of clients that are not among these any more."""
        gone = self.watches.keys() - set(tenants)
        for tenant_id in gone:
            del self.watches[tenant_id]


def _concerned(rules: list[Rule], standing: list[Standing], watch: Watch) -> set[UUID]:
    """Return the rules of which something is to be done: mostly none, and then nothing is locked."""
    at = millis(now())
    return {UUID(_rule_of(step)) for step in decide(rules, standing, lambda rule: watch.readings(rule, at), at)}


def _rule_of(step: Step) -> str:
    return step.standing.rule_id if isinstance(step, Clear | Drop | Again) else step.rule.id
