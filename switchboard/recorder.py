"""Stores facts behind the loop's back: per tenant in order, many in one commit, none lost while PostgreSQL is away.

While one commit of a tenant is under way, and a moment after it, its next facts gather: a busy tenant's batches are
larger by themselves. What cannot be stored soon goes to the spool as well, and is committed from memory in order as
soon as that is possible.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from journal.core.facts import NewFact
from journal.errors import FencedOut
from kit.db import Plane
from kit.errors import KeysAway, KeysDestroyed
from switchboard.commit import Known, store
from switchboard.core.effects import Keep
from switchboard.spool import Batch, Spool, Spools

GROUPING_S = 0.002
"""So long the facts of one tenant gather at least before a commit."""
PACE_S = 0.02
"""So long they gather when there was a commit just before: a busy tenant's calls share commits."""
SPOOL_AFTER_S = 0.5
RETRY_S = 0.25

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Waiting:
    """A numbered batch that is not known to be stored."""

    batch: Batch
    since: float
    attempts: int = 0
    spooled: bool = False


@dataclass(slots=True)
class _Tenant:
    """The facts of one tenant on their way."""

    id: UUID
    spool: Spool
    number: int = 0
    facts: list[NewFact] = field(default_factory=list)
    kept: list[Keep] = field(default_factory=list)
    since: float = 0.0
    began: float = 0.0
    """When its newest commit began."""
    line: deque[_Waiting] = field(default_factory=deque)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    known: Known = field(default_factory=Known)
    task: asyncio.Task[None] | None = None
    is_saving: bool = False
    admits: bool = True
    is_held: bool = False

    @property
    def is_idle(self) -> bool:
        return not self.facts and not self.line


@dataclass(frozen=True, slots=True)
class Alarms:
    """Whom the recorder tells: whether there is ``room`` for the facts of new calls, and that the floor is lost.

    ``room`` is told for one tenant, or with None for all of them. ``stored`` is told each batch once it is committed.
    """

    room: Callable[[UUID | None, bool], None]
    fenced: Callable[[], None]
    stored: Callable[[Batch], None] = lambda _batch: None


class Recorder:
    """The one writer of a floor's facts, under its fencing number."""

    def __init__(self, database: Plane, fence: int, spools: Spools, alarms: Alarms) -> None:
        self._database = database
        self._fence = fence
        self._spools = spools
        self._alarms = alarms
        self._tenants: dict[UUID, _Tenant] = {}
        self._admits = True
        self._held: frozenset[UUID] = frozenset()
        self._idle = asyncio.Event()
        self._guard: asyncio.Task[None] | None = None
        self.is_fenced = False

    def start(self, held: Iterable[UUID] = ()) -> None:
        """Begin to store. The facts of ``held`` tenants only go to their spools: what waits there already comes first.

        Whoever opens the floor anew stores them, under the fences of their owners (:mod:`switchboard.replay`).
        """
        self._held = frozenset(held)
        self._guard = asyncio.create_task(self._guard_against_loss())

    def note(self, tenant: UUID, facts: list[NewFact], kept: list[Keep]) -> None:
        """Take facts of a tenant; returns at once."""
        line = self._tenants.get(tenant)
        if line is None:
            line = self._tenants[tenant] = _Tenant(tenant, self._spools.of(tenant), is_held=tenant in self._held)
            line.task = asyncio.create_task(self._store(line))
        if not line.facts:
            line.since = _time()
        line.facts += facts
        line.kept += kept
        line.wake.set()
        self._idle.clear()

    def is_idle(self, tenant: UUID) -> bool:
        """Whether everything of a tenant is stored."""
        line = self._tenants.get(tenant)
        return not self.is_fenced and tenant not in self._held and (line is None or line.is_idle)

    async def flush(self) -> None:
        """Wait until everything is stored."""
        while not self.is_fenced and not all(line.is_idle for line in self._tenants.values()):
            self._idle.clear()
            await self._idle.wait()

    async def close(self, within: float) -> None:
        """Store what is on its way; what cannot be stored within so many seconds stays in the spool."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self.flush()
        tasks = [task for line in self._tenants.values() if (task := line.task) is not None]
        for task in [*tasks, *([self._guard] if self._guard else [])]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._save(list(self._tenants.values()))

    # ------------------------------------------------------------------------------------------------------- committing

    async def _store(self, line: _Tenant) -> None:
        while not self.is_fenced:
            if not line.line:
                if not line.facts:
                    self._rest(line)
                    line.wake.clear()
                    await line.wake.wait()
                await asyncio.sleep(max(GROUPING_S, line.began + PACE_S - _time()))
                line.began = _time()
                self._number(line)
            if line.is_held:
                await self._hold(line)
            elif line.line and await self._stored(line, line.line[0]):
                line.line.popleft()

    async def _hold(self, line: _Tenant) -> None:
        await self._save([line])
        if all(waiting.spooled for waiting in line.line):
            line.line.clear()
        else:
            await asyncio.sleep(RETRY_S)

    def _number(self, line: _Tenant) -> None:
        """Make a batch of what has gathered; from now on it is this batch, however often it is tried."""
        if not line.facts:
            return
        line.number += 1
        batch = Batch(line.id, self._fence, line.number, tuple(line.facts), tuple(line.kept))
        line.line.append(_Waiting(batch, line.since))
        line.facts, line.kept = [], []

    async def _stored(self, line: _Tenant, waiting: _Waiting) -> bool:
        try:
            await store(self._database, line.known, waiting.batch, again=waiting.attempts > 0)
        except FencedOut as refusal:
            log.error("fenced_out", tenant=str(line.id), reason=str(refusal))  # noqa: TRY400 - no bug, no traceback
            self.is_fenced = True
            self._idle.set()
            self._alarms.fenced()
            return False
        except Exception as error:  # noqa: BLE001 - whatever it is, facts are kept and tried again
            waiting.attempts += 1
            if waiting.attempts.bit_count() == 1:  # at 1, 2, 4, 8, ...
                log.warning("not_stored_yet", tenant=str(line.id), attempts=waiting.attempts, error=repr(error))
            await asyncio.sleep(RETRY_S)
            return False
        self._alarms.stored(waiting.batch)
        return True

    def _rest(self, line: _Tenant) -> None:
        """Everything of a tenant is stored: its spool is not needed any more."""
        if not line.is_idle:
            return
        if not line.spool.is_empty and not line.is_saving and not line.is_held:
            line.spool.clear()
        self._tell_room(line)
        if all(each.is_idle for each in self._tenants.values()):
            self._idle.set()

    # --------------------------------------------------------------------------------------------------------- spooling

    async def _guard_against_loss(self) -> None:
        """Put into the spool what waits too long, so that a dying process loses nothing of it."""
        while not self.is_fenced:
            await asyncio.sleep(SPOOL_AFTER_S / 5)
            late = [line for line in self._tenants.values() if _oldest(line) < _time() - SPOOL_AFTER_S]
            if late:
                await self._save(late)

    async def _save(self, lines: list[_Tenant]) -> None:
        for line in lines:
            self._number(line)
            waiting = [each for each in line.line if not each.spooled]
            if waiting:
                await self._save_one(line, waiting)

    async def _save_one(self, line: _Tenant, waiting: list[_Waiting]) -> None:
        line.is_saving = True
        try:
            await asyncio.to_thread(line.spool.append, [each.batch for each in waiting])
        except OSError:
            log.exception("spool_not_written")
            self._set_room(admits=False)
            return
        except KeysAway:
            log.exception("spool_not_sealed", tenant=str(line.id))
            self._admit(line, admits=False)
            return
        except KeysDestroyed:
            log.warning("spool_of_an_erased_tenant", tenant=str(line.id))
        finally:
            line.is_saving = False
        for each in waiting:
            each.spooled = True
        self._tell_room(line)
        self._rest(line)  # they may have been stored meanwhile

    def _tell_room(self, line: _Tenant) -> None:
        self._set_room(admits=not self._spools.is_full)
        self._admit(line, admits=not line.spool.is_full)

    def _admit(self, line: _Tenant, *, admits: bool) -> None:
        if admits != line.admits:
            line.admits = admits
            self._alarms.room(line.id, admits)

    def _set_room(self, *, admits: bool) -> None:
        if admits != self._admits:
            self._admits = admits
            self._alarms.room(None, admits)


def _time() -> float:
    return asyncio.get_running_loop().time()


def _oldest(line: _Tenant) -> float:
    if line.line:
        return line.line[0].since
    return line.since if line.facts else float("inf")
