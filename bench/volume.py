"""How long everything takes that people and systems ask of work orders when there are very many, each by itself.

Times are those of the service's functions in a transaction of the application's login, row-level security and sealing
included, without HTTP: the middle one of ten and the largest, for the client of 200 000 work orders and one of 1 334.
It fills 25 GB and takes a quarter of an hour.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from app import reactions
from app.wiring import install_vault
from bench.ground import Client, Ground, grounded
from bench.measure import percentiles
from bench.orders import SIZES, fill
from bench.run import Run
from exchange.tmf621.service import search
from exchange.tmf621.service.queries import Asked
from exchange.tmf621.service.tickets import Speaker
from exits.service.retention import Keeping, delete_old
from kit.clock import now
from kit.db import Scope
from kit.objects import Folder
from kit.settings import Settings
from webhooks.core.tmf621 import Edition
from webhooks.service import feed
from workorders import service
from workorders.clocks.rounds import strike
from workorders.clocks.shown import clocks_of
from workorders.core.doer import Doer
from workorders.core.states import Side, Status
from workorders.schemas import Move, NewComment, NewWorkOrder, WorkOrderPatch

TIMES = 10
SEAT = Doer(Side.OUTSOURCER, "user", "u1", "Mei")
KEY = Doer(Side.TENANT, "key", "k1", "oms", connection="oms")
FILTERS: tuple[Mapping[str, str], ...] = (
    {}, {"status": "submitted"}, {"status": "submitted,held,pending"}, {"status": "closed"}, {"status": "rejected"},
    {"type": "refund"}, {"priority": "critical"}, {"pending_on": "third_party"}, {"channel": "api"},
    {"created_at.lt": "2025-06-01T00:00:00Z"}, {"updated_at.gte": "2026-11-01T00:00:00Z"}, {"sla.state": "running"},
    {"sla.state": "breached"}, {"sla.due_at.lt": "2026-12-01T00:00:00Z"}, {"number": "WO-1100"},
    {"title": "Refund order 7"}, {"custom.branch": "b7"}, {"external_ref": "jira:OPS-7"},
    {"status": "closed", "priority": "critical"},
)  # fmt: skip

_COUNTED: Mapping[str, Mapping[str, str]] = {
    "no filter": {}, "status=closed": {"status": "closed"}, "type=refund": {"type": "refund"},
}  # fmt: skip
Act = Callable[[Scope], Awaitable[object]]


async def run(given: Run) -> None:
    """Fill, measure, and print a line for each thing."""
    sizes = [size if not given.quick else max(20, size // 2_000) for many, size in SIZES for _ in range(many)]
    async with grounded(given.folder, len(sizes), given.say) as ground:
        install_vault(Settings(master_key=SecretStr("7b" * 32), data_folder=given.folder))
        reactions.install(None)
        began = time.perf_counter()
        await fill(ground, sizes, given.say)
        given.say(f"filled in {time.perf_counter() - began:,.0f} s")
        for client, size in ((ground.clients[0], sizes[0]), (ground.clients[-1], sizes[-1])):
            given.tell(f"a client of {size:,} work orders, ms: median, largest of {TIMES}")
            await Table(given, ground, client).whole()


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one client."""

    given: Run
    ground: Ground
    client: Client

    async def whole(self) -> None:
        """Measure everything."""
        made = await self._writes()
        for filters in FILTERS:
            for who, doer in (("people", SEAT), ("a key", KEY)):
                name = " ".join(f"{k}={v}" for k, v in filters.items()) or "no filter"
                act = partial(service.list_orders, wanted=service.Wanted(filters), doer=doer)
                await self._line(f"list, {who}, {name}", act)
        await self._depth()
        await self._reads(made)
        await self._rounds()

    async def _writes(self) -> UUID:
        """Create, change, move and comment work orders; return one."""
        body = NewWorkOrder(type="refund", title="Refund order 7", description="The parcel is back. " * 20,
                            custom={"branch": "b7"})  # fmt: skip
        made: list[UUID] = []

        async def create(scope: Scope) -> None:
            made.append(UUID((await service.create(scope, service.Asked(body), KEY, now()))["id"]))

        await self._line("create", create)
        titles, moved = iter(range(TIMES + 1)), iter(list(made))
        await self._line(
            "change", lambda s: service.edit(s, made[0], WorkOrderPatch(title=f"T {next(titles)}"), KEY, now())
        )
        await self._line(
            "transition", lambda s: service.transition(s, next(moved), Move(to=Status.IN_PROGRESS), SEAT, now())
        )
        await self._line("comment", lambda s: service.comment(s, made[0], NewComment(body="Done."), SEAT, now()))
        return made[0]

    async def _depth(self) -> None:
        """Walk a list and the feed from their beginning to their end."""
        cursor: str | None = None
        took: list[float] = []
        while True:
            began = time.perf_counter()
            async with self.ground.plane.transaction(self.client.id) as scope:
                page = await service.list_orders(scope, service.Wanted({}, 200, cursor), SEAT)
            took.append(time.perf_counter() - began)
            cursor = page.next
            if cursor is None:
                break
        self._tell("list, every page of 200 to its end", took)
        after, took = None, []
        while True:
            began = time.perf_counter()
            async with self.ground.plane.transaction(self.client.id) as scope:
                events = await feed.read(scope, feed.Wanted("oms", after, limit=200))
            took.append(time.perf_counter() - began)
            after = events.next
            if not events.has_more:
                break
        self._tell("feed, every page of 200 to its end", took)

    async def _reads(self, made: UUID) -> None:
        async with self.ground.plane.transaction(self.client.id) as scope:
            rows = await scope.fetch(
                "SELECT id FROM gf.work_order WHERE tenant_id = $1 ORDER BY id OFFSET 10 LIMIT 1", self.client.id
            )
        old = rows[0]["id"]

        async def whole(scope: Scope, order: UUID) -> None:
            await clocks_of(scope, [await service.detail(scope, order, SEAT)], now())

        await self._line("detail with clocks, new", lambda s: whole(s, made))
        await self._line("detail with clocks, two years old", lambda s: whole(s, old))
        await self._line("history, new", lambda s: service.history(s, made, SEAT))
        await self._line("history, two years old", lambda s: service.history(s, old, SEAT))
        await self._line("feed of one work order", lambda s: feed.read(s, feed.Wanted("oms", work_order=old)))
        await self._line(
            "feed, a type that is rare", lambda s: feed.read(s, feed.Wanted("oms", types=["work_order.created"]))
        )
        speaker = Speaker(KEY, Edition("v5", "https://x"))
        for name, filters in _COUNTED.items():
            act = partial(search, asked=Asked(filters, None), speaker=speaker)
            await self._line(f"TMF621 list with its count, {name}", act)

    async def _rounds(self) -> None:
        await self._timed("clocks' round, nothing due", lambda: strike(self.ground.plane, self.client.id, now()))
        keeping = Keeping(self.ground.plane, self.client.id, Folder(self.ground.folder / "recordings"))
        await self._timed("retention's round, nothing over", lambda: delete_old(keeping, now() - timedelta(days=10)))

    async def _line(self, name: str, act: Act) -> None:
        async def once() -> None:
            async with self.ground.plane.transaction(self.client.id) as scope:
                await act(scope)

        await self._timed(name, once)

    async def _timed(self, name: str, act: Callable[[], Awaitable[Any]]) -> None:
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            await act()
            took.append(time.perf_counter() - began)
        self._tell(name, took)

    def _tell(self, name: str, took: list[float]) -> None:
        middle, last = (value * 1e3 for value in percentiles(took, 0.5, 1.0))
        self.given.tell(f"    {name:<60} {middle:8.1f} {last:8.1f}")
