"""A round over the thresholds of many clients, as the worker makes one each second: CPU and statements for each client.

Each client has three thresholds, which nothing breaches, over twenty seats and five queues. *Calm*: no fact since the
round before. *Busy*: one fact of each client since.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.watching import one_round
from bench.boards import changed, configured
from bench.ground import Client, Ground, grounded
from bench.measure import Meter, Sample, percentiles
from bench.run import Run
from journal import service as journal
from journal.core.facts import NewFact
from kit.clock import now
from kit.db import AccessibleTenantId, Database, Transaction
from live.core.thresholds import Rule
from live.thresholds.rounds import Lookout
from live.thresholds.rules import Person, keep

SEATS = 20
WITHIN_S = 1.0
"""The worker's own pace: a round of all clients has to be shorter."""
_BOSS = Person(str(UUID(int=1)), "bench", "client_manager")
_RULES = (
    Rule(
        "", 0, "break", "seat_state", "each_seat", state="on_break", threshold=999, clear=999, roles=("client_manager",)
    ),
    Rule("", 0, "longest", "longest_wait", threshold=60, clear=60, roles=("client_manager",)),
    Rule("", 0, "level", "service_level", above=False, threshold=800, clear=800, roles=("client_manager",)),
)


@dataclass(slots=True)
class Counted:
    """The plane, and how many statements went to it; BEGIN with the context and COMMIT are two."""

    plane: Database
    statements: int = 0

    @asynccontextmanager
    async def transaction(self, tenant_id: AccessibleTenantId) -> AsyncIterator[Transaction]:
        """Open a tenant's transaction and count what it sends."""
        self.statements += 2
        async with self.plane.transaction(tenant_id) as scope:
            with scope.connection.query_logger(self._said):
                yield scope

    def session(self, tenant_id: AccessibleTenantId) -> Any:  # noqa: ANN401 - as the plane's own
        """Open an ORM session: a round needs none."""
        return self.plane.session(tenant_id)

    def _said(self, _query: object) -> None:
        self.statements += 1


async def run(given: Run) -> None:
    """Print a line for each number of clients."""
    sizes = (100, 500) if not given.quick else (2, 4)
    for size in sizes:
        async with grounded(given.folder / str(size), size, given.say) as ground:
            for client in ground.clients:
                await _configure(ground, client)
            await _measure(given, ground)


async def _configure(ground: Ground, client: Client) -> None:
    async with ground.plane.transaction(client.id) as scope:
        await journal.append_now(scope, [NewFact(configured(SEATS), client.id, now())])
        for rule in _RULES:
            await keep(scope, rule, [_BOSS], _BOSS, now())


async def _measure(given: Run, ground: Ground) -> None:
    plane, clients = Counted(ground.plane), ground.clients
    lookout = Lookout(ground.control, plane)
    await one_round(lookout)  # the first reads every journal from its beginning
    meter_of = {"process": lambda: [os.getpid()], "postgres": ground.backends}
    for name in ("calm", "busy"):
        samples: list[Sample] = []
        plane.statements = 0
        for turn in range(given.rounds):
            if name == "busy":
                for client in clients:
                    async with ground.plane.transaction(client.id) as scope:
                        fact = NewFact(changed(turn % SEATS, "on_break"), UUID(int=1000 + turn % SEATS), now())
                        await journal.append_now(scope, [fact])
            meter = Meter(**meter_of)
            await one_round(lookout)
            samples.append(meter.sample(len(clients)))
        wall = percentiles([each.wall_s for each in samples], 0.5)[0]
        process, postgres = (
            percentiles([each.per_operation(what) for each in samples], 0.5)[0] * 1e3
            for what in ("process", "postgres")
        )
        statements = plane.statements / (len(clients) * len(samples))
        verdict = "met" if wall <= WITHIN_S else "MISSED"
        given.tell(
            f"H1  a {name} round of {len(clients)} clients: {process:.2f} ms of our CPU, {postgres:.2f} of PostgreSQL,"
            f" {statements:.1f} statements a client | all in {wall:.2f} s by wall | target {WITHIN_S:.0f} s: {verdict}"
        )
