"""Move one tenant from its database to another one, with calls going on (docs/placements.md).

Every step is written down when it is done, and can be done again from its beginning, so a move that was killed anywhere
goes on by itself when it is started again. From the mark in ``guard.closed`` on nobody can change a row at the source:
not a process with an old placement in its memory, not a transaction that began later. Those that began before are
waited for. So what is copied then is complete, without any trust in the processes' good behaviour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from journal import service as journal
from journal.core.facts import Actor
from kit import clock
from kit.db import AccessibleTenantId, Plane
from migrations.run import head
from placements import ledger, tables
from placements.core.steps import CLOSED, RETURNABLE, Step
from placements.errors import MoveRefused, NotTheSame
from placements.facts import TenantMoveFinished, TenantMoveStarted
from placements.ledger import Record
from placements.tables import ADDED_TO, CHUNK, Connection, Range, Sum, Table

DRAINS_S = 30.0
"""So long the transactions that began before the mark may last; then the tenant is opened again, and the move waits."""
TOO_LATE = "The client lives in the target already; let the move end, and move it back"
_LOOKS_S = 0.02

_OLDER = """
SELECT array_agg(l.virtualxid) AS found FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid() AND a.datname = current_database()
"""
_STILL = "SELECT count(*) FROM pg_locks WHERE locktype = 'virtualxid' AND granted AND virtualxid = ANY($1)"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """Whom a move tells what: the table, and how many of its rows are copied; the step."""

    step: Callable[[Step], None] = lambda _step: None
    table: Callable[[str, int, int], None] = lambda _table, _done, _of: None


@dataclass(frozen=True, slots=True)
class Ends:
    """The migrator's connections of a move: where the rows of moves are (the shared database), from where, to where."""

    control: Connection
    source: Connection
    target: Connection


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a move needs of the rest: the plane to write facts, the bell, who asked."""

    plane: Plane
    ring: Callable[[], Awaitable[None]]
    by: str
    report: Report


class Mover:
    """One attempt to bring a move to its end."""

    def __init__(self, ends: Ends, record: Record, tenant_id: AccessibleTenantId, around: Surroundings) -> None:
        """Take open connections and the move's row."""
        self._ends, self.record, self._tenant_id, self._around = ends, record, tenant_id, around
        self._acts: dict[Step, Callable[[], Awaitable[None]]] = {
            Step.PREPARING: self._prepare,
            Step.COPYING_AHEAD: self._copy_ahead,
            Step.CLOSING: self._close,
            Step.COPYING: self._copy,
            Step.SWITCHING: self._switch,
            Step.CLEANING: self._clean,
        }

    async def run(self) -> Record:
        """Do what is left. Raises what stopped it; then the tenant is served where it was, or already where it goes."""
        try:
            while self.record.step is not Step.DONE:
                self._around.report.step(self.record.step)
                await self._acts[self.record.step]()
                self.record = await ledger.advance(self._ends.control, self.record)
        except Exception as error:
            with suppress(Exception):
                await self._reopen(f"{type(error).__name__}: {error}")
            raise
        return self.record

    async def _reopen(self, error: str) -> None:
        """After a failure in the closed time serve the tenant again at once: nothing has changed places yet."""
        if self.record.step in {Step.CLOSING, Step.COPYING}:
            await self._open_source()
            self.record = replace(self.record, step=Step.COPYING_AHEAD)
        await ledger.note(self._ends.control, self.record, error)

    async def give_up(self) -> None:
        """Leave the tenant where it is. Raises :class:`MoveRefused` once it lives in the target."""
        if self.record.step not in RETURNABLE:
            raise MoveRefused(TOO_LATE)
        if self.record.step in CLOSED:
            await self._open_source()
        every = await tables.tables(self._ends.target)
        await tables.remove(self._ends.target, every, self._tenant_id)
        await ledger.give_up(self._ends.control, self.record)

    # ---------------------------------------------------------------------------------------------------------- steps

    async def _prepare(self) -> None:
        """Say in the tenant's journal that the move begins; ``placements.service`` has made the target ready."""
        await self._tell_once(TenantMoveStarted(self.record.kind, self.record.server, self._around.by))

    async def _copy_ahead(self) -> None:
        ahead = self.record.progress["ahead"] = {}
        begin = await tables.beginning(self._ends.source, self._tenant_id)
        for table in [table for table in await self._tables() if table.name in ADDED_TO]:
            await self._copy_added(table)
            upto = await tables.highest(self._ends.target, table, self._tenant_id)
            same = await compare(self._ends, [table], self._tenant_id, {table.name: Range(begin, upto)})
            ahead[table.name] = {"upto": upto, "rows": same[table.name]}

    async def _copy_added(self, table: Table) -> None:
        ends, done = self._ends, await tables.count(self._ends.target, table, self._tenant_id)
        total = await tables.count(ends.source, table, self._tenant_id)
        while True:
            above = await tables.highest(ends.target, table, self._tenant_id)
            copied = await tables.copy(ends.source, ends.target, table, self._tenant_id, above=above, limit=CHUNK)
            done += copied
            self._around.report.table(table.name, done, max(done, total))
            if copied < CHUNK:
                return

    async def _close(self) -> None:
        await ledger.set_state(self._ends.control, self.record, "moving")
        await self._around.ring()
        await self._ends.source.execute(
            "INSERT INTO guard.closed (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING", self._tenant_id
        )
        await wait_for_older(self._ends.source)

    async def _copy(self) -> None:
        """Copy and compare in one transaction of the target: what is not the same was never there."""
        every = await self._tables()
        async with self._ends.target.transaction():
            again = [table for table in every if table.name not in ADDED_TO]
            await tables.remove(self._ends.target, again, self._tenant_id)
            for table in every:
                await self._copy_table(table)
            ahead = self.record.progress["ahead"]
            rest = {name: Range(done["upto"]) for name, done in ahead.items()}
            same = await compare(self._ends, every, self._tenant_id, rest)
            self.record.progress["compared"] = same | {name: same[name] + done["rows"] for name, done in ahead.items()}

    async def _copy_table(self, table: Table) -> None:
        above = await tables.highest(self._ends.target, table, self._tenant_id) if table.name in ADDED_TO else None
        copied = await tables.copy(self._ends.source, self._ends.target, table, self._tenant_id, above=above)
        self._around.report.table(table.name, copied, copied)

    async def _switch(self) -> None:
        await ledger.switch(self._ends.control, self.record, head())
        await self._around.ring()

    async def _clean(self) -> None:
        """Empty the source; its mark stays, so whoever still believes in it is refused."""
        every = await tables.tables(self._ends.source)
        await tables.remove(self._ends.source, every, self._tenant_id)
        await tables.vacuum(self._ends.source, every)
        await ledger.forget_older(self._ends.control, self.record)
        compared: dict[str, int] = self.record.progress.get("compared", {})
        lasted = await ledger.closed_ms(self._ends.control, self.record)
        rows = sum(compared.values())
        await self._tell_once(
            TenantMoveFinished(self.record.kind, self.record.server, lasted, len(compared), rows)
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------------- beside it

    async def _open_source(self) -> None:
        await self._ends.source.execute("DELETE FROM guard.closed WHERE tenant_id = $1", self._tenant_id)
        await ledger.set_state(self._ends.control, self.record, "open")
        await self._around.ring()

    async def _tables(self) -> list[Table]:
        """Return the tables, which both sides must have alike. Raises :class:`NotTheSame`."""
        ours, theirs = await tables.tables(self._ends.source), await tables.tables(self._ends.target)
        if {t.name: t for t in ours} != {t.name: t for t in theirs}:
            raise NotTheSame("The two databases have different tables; run `glassfloor migrate` first")
        return ours

    async def _tell_once(self, payload: TenantMoveStarted | TenantMoveFinished) -> None:
        """Write a fact of this move where the tenant lives now, once, however often the step is done."""
        async with self._around.plane.transaction(self._tenant_id) as scope:
            told = {fact.kind for fact in await journal.history(scope, self.record.id)}
            if payload.KIND not in told:
                actor = Actor("staff", self._around.by)
                journal.append(scope, payload, subject=self.record.id, at=clock.now(), actor=actor)


async def wait_for_older(source: Connection, within: float = DRAINS_S) -> None:
    """Wait until every transaction of this database that was there at the beginning has ended.

    What CREATE INDEX CONCURRENTLY does: such a one may have read ``guard.closed`` before the mark was there. Raises
    :class:`MoveRefused` when one lasts too long.
    """
    older = await source.fetchval(_OLDER)
    deadline = asyncio.get_running_loop().time() + within
    while older and await source.fetchval(_STILL, older):
        if asyncio.get_running_loop().time() > deadline:
            raise MoveRefused(f"A transaction at the source lasts longer than {within:.0f} s; end it, then try again")
        await asyncio.sleep(_LOOKS_S)


async def compare(ends: Ends, every: list[Table], tenant_id: UUID, ranges: Mapping[str, Range]) -> dict[str, int]:
    """Return the rows by table when source and target have the same. Raises :class:`NotTheSame`.

    ``ranges``: only so much of a table that is added to; the rest was compared before, and cannot have changed.
    """
    found: dict[str, int] = {}
    for table in every:
        ours, theirs = await asyncio.gather(
            tables.summed(ends.source, table, tenant_id, ranges.get(table.name)),
            tables.summed(ends.target, table, tenant_id, ranges.get(table.name)),
        )
        if ours != theirs:
            raise NotTheSame(f"{table.name}: {_said(ours)} at the source, {_said(theirs)} in the target")
        found[table.name] = ours.rows
    return found


def _said(found: Sum) -> str:
    return f"{found.rows} rows of digest {found.digest}"
