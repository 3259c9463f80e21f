"""Facts that wait for PostgreSQL, in files beside the process: in order, synced to the disk, each batch once.

Each tenant has a file of its own: a database that is away for hours fills one share of the room, and stops the new
calls of nobody else. A batch keeps its number and its owner's fencing number, so that a replay after an unclear commit
stores it once, and a replay by somebody who lost the floor meanwhile is refused. The files hold contacts' numbers: each
line is sealed by a key of its tenant that needs no database (:mod:`kit.sealedlines`), and goes dark with it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from journal.core.facts import KINDS, Actor, NewFact
from kit.keystore import LocalKeyStore
from kit.sealedlines import LineSealer
from switchboard.core.effects import Keep

MIB = 1024 * 1024
SHARE = 2
"""No tenant's facts take more than one in so many parts of the room."""
_UUID = "-".join("?" * digits for digits in (8, 4, 4, 4, 12))


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one tenant that are stored together, and what is kept beside their interactions."""

    tenant: UUID
    fence: int
    number: int
    facts: tuple[NewFact, ...]
    kept: tuple[Keep, ...]


class Spool:
    """The file of one tenant. ``room`` is the size in bytes from which on no new calls are taken.

    ``sealer``: None for the file of an older version, which is only read.
    """

    def __init__(self, path: Path, sealer: LineSealer | None = None, room: int = 64 * MIB) -> None:
        self.path = path
        self._sealer = sealer
        self._room = room
        self._lines, self._size = _whole(path)

    @property
    def size(self) -> int:
        """How many bytes wait."""
        return self._size

    @property
    def is_full(self) -> bool:
        """Whether facts of new calls have no place; those of running calls still have."""
        return self._size >= self._room

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self._size == 0

    def append(self, batches: Sequence[Batch]) -> None:
        """Write batches and return when they are on the disk (blocks).

        Raises ``OSError``, ``KeysAway`` and ``KeysDestroyed``; then nothing was added.
        """
        if self._sealer is None:
            raise OSError("an older version's spool is only read")
        plain = [orjson.dumps(_dump(batch)) for batch in batches]
        lines = b"".join(line + b"\n" for line in self._sealer.seal(plain, self._lines))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            try:
                file.truncate(self._size)  # half a line of a process that died in the middle of it
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(self._size)  # no half line before the next one
                raise
        self._size += len(lines)
        self._lines += len(plain)

    def read(self) -> list[Batch]:
        """Return what an older process left, in order; a line that was cut off by its death was never promised.

        Raises ``KeysAway``, ``KeysDestroyed`` and ``kit.tenantkeys.Tampered``.
        """
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        opened = lines if self._sealer is None else self._sealer.open(lines)
        return [_load(orjson.loads(line)) for line in opened]

    def clear(self) -> None:
        """Forget everything: it is stored."""
        if self.path.exists():
            os.truncate(self.path, 0)
        self._lines, self._size = 0, 0

    def set_aside(self, name: str) -> Path:
        """Keep what is refused for people to look at, out of the way of the next."""
        place = self.path.with_name(f"{self.path.stem}.{name}{self.path.suffix}")
        if self.path.exists():
            self.path.replace(place)
        self._lines, self._size = 0, 0
        return place


class Spools:
    """The files of one floor. ``room``: bytes of all of them from which on no new calls are taken."""

    def __init__(self, folder: Path, floor: str, keys: LocalKeyStore, room: int = 64 * MIB) -> None:
        self.room = room
        self._folder, self._floor, self._keys = folder, floor, keys
        self._open: dict[UUID, Spool] = {}

    @property
    def is_full(self) -> bool:
        """Whether the facts of no new call have a place."""
        return sum(spool.size for spool in self._open.values()) >= self.room

    def of(self, tenant: UUID) -> Spool:
        """Return a tenant's spool."""
        if tenant not in self._open:
            self._open[tenant] = self._spool(self._folder / f"{self._floor}.{tenant}.jsonl", tenant)
        return self._open[tenant]

    def left(self) -> list[Spool]:
        """Return what an older process left, and that of an older version, which had one file for all."""
        older = Spool(self._folder / f"{self._floor}.jsonl")
        of_tenants = sorted(self._folder.glob(f"{self._floor}.{_UUID}.jsonl"))
        found = [older, *(self._spool(path, UUID(path.stem.removeprefix(f"{self._floor}."))) for path in of_tenants)]
        return [spool for spool in found if not spool.is_empty]

    def _spool(self, path: Path, tenant: UUID) -> Spool:
        return Spool(path, LineSealer(self._keys, tenant, f"spool of {self._floor}"), self.room // SHARE)


def _whole(path: Path) -> tuple[int, int]:
    """Return how many whole lines a file has, and their bytes."""
    if not path.exists():
        return 0, 0
    content = path.read_bytes()
    return content.count(b"\n"), content.rfind(b"\n") + 1


def _dump(batch: Batch) -> dict[str, Any]:
    facts = [
        {"kind": f.kind, "subject": f.subject, "at": f.at, "actor": f.actor.data(), "data": f.payload.data()}
        for f in batch.facts
    ]
    kept = [{"interaction": k.interaction, "contact_number": k.contact_number, "resume": k.resume} for k in batch.kept]
    return {"tenant": batch.tenant, "fence": batch.fence, "number": batch.number, "facts": facts, "kept": kept}


def _load(stored: dict[str, Any]) -> Batch:
    tenant = UUID(stored["tenant"])
    facts = tuple(
        NewFact(KINDS[f["kind"]](**f["data"]), UUID(f["subject"]), datetime.fromisoformat(f["at"]), Actor(**f["actor"]))
        for f in stored["facts"]
    )
    kept = tuple(Keep(tenant, UUID(k["interaction"]), k["contact_number"], k["resume"]) for k in stored["kept"])
    return Batch(tenant, stored["fence"], stored["number"], facts, kept)
