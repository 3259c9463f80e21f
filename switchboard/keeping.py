"""Keeps recordings beside the loop: into their place, and out of the engine's folder once the fact is stored.

Nothing is lost in between, whoever dies: until the fact is committed the engine's file is there, and whoever looks next
stores it again, under the same key. Who looks: a process that begins, and each process once a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import UUID

import structlog

from interactions import records
from journal.core.facts import NewFact
from kit import vault
from kit.aside import Aside
from kit.away import MAYBE_AWAY
from kit.db import Plane
from kit.errors import KeysAway, KeysDestroyed, Problem
from kit.tenantkeys import TenantKeys
from switchboard import metrics, recordings
from switchboard.clock import Clock
from switchboard.commit import store_alone
from switchboard.core.effects import Store
from switchboard.inputs import RecordingKept, RecordingOrphaned, StoreChanged
from switchboard.services import FloorServices
from switchboard.spool import Batch
from telephony.port import RecordingEnded
from tenants.access import for_system

AGAIN_AFTER_S = 1.0
"""A recording that could not be kept, because the store, the database or the client's keys are away, waits so long."""
AT_ONCE = 4
"""So many recordings are on their way into the store at once: a slow one must not take the threads of everything."""
SWEPT_EVERY_S = 60.0
QUIET_S = 60.0
"""A file that the engine has not written to for so many seconds is over, if its call is."""

log = structlog.get_logger(__name__)


class Keeper:
    """One floor's recordings on their way from the engine's folder to the store."""

    def __init__(
        self, services: FloorServices, serves: Callable[[UUID], bool], tell: Callable[[StoreChanged], None]
    ) -> None:
        """Begin with nothing on its way. ``serves``: whether the floor writes a tenant's facts."""
        self._tell = tell
        self._waiting: dict[str, str] = {}
        """By name: why the store did not take a recording that waits."""
        self._serves = serves
        self._plane: Plane = services.plane
        self._objects = services.recordings
        self._clock: Clock = services.clock
        alone = {} if services.engine_recordings is None else {"": services.engine_recordings}
        self._folders: dict[str, Path] = {**alone, **services.node_recordings}
        self._aside, self._scout = Aside(AT_ONCE), asyncio.Lock()
        self._is_away = False
        """Whether the store took nothing the last time: then one recording tries whether it is back, the rest wait."""
        self._unkept = 0
        self._held: dict[str, Path] = {}
        """By name: the engine's files of recordings that are on their way, or whose fact is."""

    async def keep(self, wanted: Store) -> RecordingKept | RecordingOrphaned | None:
        """Keep a recording, however long it takes; ``None`` when there is nothing to keep or to tell any more."""
        if wanted.recording in self._held:
            return None
        self._held[wanted.recording] = Path(wanted.path)
        self._counts(1)
        try:
            kept = await self._keep(wanted)
        finally:
            self._counts(-1)
            self._waits(wanted.recording, "")
        if kept is None:
            self._held.pop(wanted.recording, None)
            await asyncio.to_thread(recordings.delete_empty, Path(wanted.path))
        return kept

    async def _keep(self, wanted: Store) -> RecordingKept | RecordingOrphaned | None:
        while True:
            try:
                kept = await self._turn(wanted)
                named = recordings.read_name(wanted.recording)
                if not isinstance(kept, RecordingKept) or named is None or self._serves(named.tenant):
                    return kept
                await self._keep_elsewhere(named, kept)
                await asyncio.to_thread(recordings.delete, Path(wanted.path))
                return None  # noqa: TRY300 - the loop's end
            except (*MAYBE_AWAY, Problem) as error:  # the file stays with the engine until then
                log.warning("recording_not_kept_yet", recording=wanted.recording, error=repr(error))
                if isinstance(error, OSError):
                    self._waits(wanted.recording, "refused" if isinstance(error, PermissionError) else "away")
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _turn(self, wanted: Store) -> RecordingKept | RecordingOrphaned | None:
        """Try to keep a recording when it is its turn: one at a time while the store is away."""
        if self._is_away:
            async with self._scout:
                if self._is_away:
                    try:
                        return await self._try(wanted)
                    except OSError:
                        await asyncio.sleep(AGAIN_AFTER_S)
                        raise
        return await self._try(wanted)

    async def _try(self, wanted: Store) -> RecordingKept | RecordingOrphaned | None:
        try:
            kept = await recordings.keep(wanted, self._objects, self._clock.now(), self._keys, self._aside.run)
        except OSError:
            self._is_away = True
            raise
        self._is_away = False
        return kept

    def _counts(self, more: int) -> None:
        self._unkept += more
        metrics.RECORDINGS_WAITING.set(self._unkept)

    def _waits(self, recording: str, reason: str) -> None:
        """Note why a recording waits (empty: it does not); the first one, and the last one gone, are told."""
        before = bool(self._waiting)
        if reason:
            self._waiting[recording] = reason
        else:
            self._waiting.pop(recording, None)
        if bool(self._waiting) != before:
            self._tell(StoreChanged(reason))

    async def _keep_elsewhere(self, named: recordings.Named, kept: RecordingKept) -> None:
        """Store the fact of a recording whose tenant is not on this floor any more."""
        fact = NewFact(recordings.stored_fact(named, kept), named.interaction, self._clock.now())
        async with self._plane.transaction(for_system(named.tenant, "recordings")) as scope:
            if not await records.which_stored(scope, [named.id]):
                await store_alone(scope, fact)

    def stored(self, batch: Batch) -> None:
        """Delete the engine's files of what a committed batch says is stored, or can be nobody's."""
        for fact in batch.facts:
            data = fact.payload.data()
            owner, interaction = batch.tenant, fact.subject
            if fact.kind == "RecordingOrphaned":
                owner, interaction = UUID(data["client"]), UUID(data["interaction_id"])
            elif fact.kind != "RecordingStored":
                continue
            path = self._held.pop(
                recordings.name_of(data["kind"], owner, interaction, UUID(data["recording_id"])), None
            )
            if path is not None:
                recordings.delete(path)

    async def left(self, live: frozenset[str], node: str | None = None) -> list[RecordingEnded]:
        """Return what ended while nobody was there; what is stored already is deleted.

        ``live`` are recordings that go on; ``node``: with this engine only. While the database is away nothing is: the
        next sweep finds it.
        """
        folders = [folder for name, folder in self._folders.items() if node in (None, name)]
        found = [left for folder in folders for left in await asyncio.to_thread(_left_behind, folder, live)]
        found = [left for left in found if left.recording not in self._held]
        stored, unknown = await self._stored(found)
        found = [left for left in found if left.recording not in unknown]
        await asyncio.to_thread(_delete, [left.path for left in found if left.recording in stored])
        now = self._clock.now()
        return [
            RecordingEnded(left.recording, left.path, left.duration, ok=True, at=now)
            for left in found
            if left.recording not in stored
        ]

    async def sweep(self, is_live: Callable[[UUID], bool], tell: Callable[[RecordingEnded], None]) -> None:
        """Look for what was left, again and again, until cancelled. ``is_live``: whether an interaction goes on."""
        while True:
            await asyncio.sleep(SWEPT_EVERY_S)
            for ended in await self.left(frozenset()):
                named = recordings.read_name(ended.recording)
                if named is not None and not is_live(named.interaction) and await asyncio.to_thread(_quiet, ended.path):
                    tell(ended)

    async def _stored(self, found: Iterable[Store]) -> tuple[set[str], set[str]]:
        """Return the names of those that have a row, and of those of which nobody can say so now."""
        by_tenant: dict[UUID, dict[UUID, str]] = {}
        for left in found:
            named = recordings.read_name(left.recording)
            if named is not None:
                by_tenant.setdefault(named.tenant, {})[named.id] = left.recording
        stored: set[str] = set()
        unknown: set[str] = set()
        for tenant, names in by_tenant.items():
            try:
                async with self._plane.transaction(for_system(tenant, "recordings")) as scope:
                    stored |= {names[each] for each in await records.which_stored(scope, names)}
            except KeysDestroyed:
                continue  # nothing of it is stored any more
            except (*MAYBE_AWAY, Problem) as error:
                log.warning("left_recordings_unknown", tenant=str(tenant), error=repr(error))
                unknown.update(names.values())
        return stored, unknown

    async def _keys(self, tenant: UUID) -> TenantKeys:
        if not self._serves(tenant):
            vault.vault().forget(tenant)  # they may have been destroyed since
        kept = vault.vault().kept(tenant)
        if kept is not None and kept.active is not None:
            return kept
        try:
            async with self._plane.transaction(for_system(tenant, "recordings")) as scope:
                return await vault.sealing(scope)
        except OSError as error:  # it is the database that is away, not the store
            raise KeysAway from error


def _left_behind(folder: Path, live: frozenset[str]) -> list[Store]:
    """Return what is left; an empty file may have just begun."""
    return [left for left in recordings.left_behind(folder, live) if left.duration or _quiet(left.path)]


def _delete(paths: Iterable[str]) -> None:
    for path in paths:
        recordings.delete(Path(path))


def _quiet(path: str) -> bool:
    try:
        newest = max((file.stat().st_mtime for file in recordings.files_of(Path(path))), default=time.time())
        return time.time() - newest > QUIET_S
    except FileNotFoundError:
        return False
