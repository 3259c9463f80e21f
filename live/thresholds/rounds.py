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

from journal import service as journal
from kit.clock import millis, now
from kit.db import Database, Plane, Scope
from live.core.board import Changes
from live.core.figures import LONGEST_S, Watch
from live.core.thresholds import Again, Clear, Drop, Rule, Standing, Step, decide
from live.service import PAGE, Watched
from live.thresholds.acting import Means, act
from live.thresholds.people import people_of
from live.thresholds.replay import follow, watch_from
from live.thresholds.rules import rules_of
from live.thresholds.standing import standings

IDLE_S = 3.0
"""How long a client without thresholds is left alone, in seconds."""


_CHANGES = frozenset({"AlertRuleSet", "AlertRuleDeleted"})
"""Facts without which the thresholds of a client are as they were."""


@dataclass(slots=True)
class Kept:
    """What is known of one client from one look to the next; None: the thresholds have to be read."""

    watch: Watch
    rules: list[Rule] | None = None


@dataclass(slots=True)
class Lookout:
    """What one process knows of the clients whose thresholds it looks at."""

    control: Database
    plane: Plane
    mail: bool = False
    """Whether this house sends mail at all."""
    kept: dict[UUID, Kept] = field(default_factory=dict)
    idle: dict[UUID, float] = field(default_factory=dict)

    async def look(self, watched: Watched) -> list[Step]:
        """Look at one client's thresholds and do what follows; return what was done.

        Mostly nothing has happened: that is two short statements in one transaction.
        """
        tenant_id = watched.tenant_id
        if self.idle.get(tenant_id, 0.0) > time.monotonic():
            return []
        async with self.plane.transaction(tenant_id) as scope:
            known = self.kept.get(tenant_id)
            if known is None:
                known = Kept(await watch_from(scope, watched, now() - timedelta(seconds=LONGEST_S)))
            standing = await standings(scope)
            more = await self._news(scope, known)
            rules = known.rules if known.rules is not None else await rules_of(scope)
        if not standing and not any(rule.enabled for rule in rules):
            self.kept.pop(tenant_id, None)
            self.idle[tenant_id] = time.monotonic() + IDLE_S
            return []
        if more:
            await follow(self.plane, watched, known.watch)
        known.rules = None if more else rules
        known.watch.board.begin_day(now(), Changes())
        self.kept[tenant_id] = known
        concerned = _concerned(rules, standing, known.watch)
        if not concerned:
            return []
        people = await people_of(self.control, tenant_id)
        async with self.plane.transaction(tenant_id) as scope:
            return await act(scope, list(concerned), Means(known.watch, people, watched.zone, self.mail))

    async def _news(self, scope: Scope, known: Kept) -> bool:
        """Take the facts since the last look; say whether there are more than one page of them."""
        facts = await journal.stored(scope, after=known.watch.board.seq, limit=PAGE)
        for fact in facts:
            known.watch.take(fact)
        if any(fact.kind in _CHANGES for fact in facts):
            known.rules = None
        return len(facts) == PAGE

    def forget(self, tenants: Iterable[UUID]) -> None:
        """Keep nothing of clients that are not among these any more."""
        for tenant_id in self.kept.keys() - set(tenants):
            del self.kept[tenant_id]


def _concerned(rules: list[Rule], standing: list[Standing], watch: Watch) -> set[UUID]:
    """Return the rules of which something is to be done: mostly none, and then nothing is locked."""
    at = millis(now())
    return {UUID(_rule_of(step)) for step in decide(rules, standing, lambda rule: watch.readings(rule, at), at)}


def _rule_of(step: Step) -> str:
    return step.standing.rule_id if isinstance(step, Clear | Drop | Again) else step.rule.id
