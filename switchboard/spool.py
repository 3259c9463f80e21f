"""Facts that wait for PostgreSQL, in files beside the process: in order, synced to the disk, each batch once.

Each tenant has a file of its own: a database that is away for hours fills one share of the room, and stops the new
calls of nobody else. A batch keeps its number and its owner's fencing number, so that a replay after an unclear commit
stores it once, and a replay by somebody who lost the floor meanwhile is refused. The files hold contacts' numbers: only
their owner reads them.
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
    """The file of one tenant. ``room`` is the size in bytes from which on no new calls are taken."""

    def __init__(self, path: Path, room: int = 64 * MIB) -> None:
        self.path = path
        self._room = room
        self._size = path.stat().st_size if path.exists() else 0

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
        """Write batches and return when they are on the disk (blocks). Raises ``OSError``."""
        lines = b"".join(orjson.dumps(_dump(batch)) + b"\n" for batch in batches)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            try:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                file.truncate(self._size)  # no half line before the next one
                raise
        self._size += len(lines)

    def read(self) -> list[Batch]:
        """Return what an older process left, in order; a line that was cut off by its death was never promised."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [_load(orjson.loads(line)) for line in lines]

    def clear(self) -> None:
        """Forget everything: it is stored."""
        if self.path.exists():
            os.truncate(self.path, 0)
        self._size = 0

    def set_aside(self, name: str) -> Path:
        """Keep what is refused for people to look at, out of the way of the next."""
        place = self.path.with_name(f"{self.path.stem}.{name}{self.path.suffix}")
        if self.path.exists():
            self.path.replace(place)
        self._size = 0
        return place


class Spools:
    """The files of one floor. ``room``: bytes of all of them from which on no new calls are taken."""

    def __init__(self, folder: Path, floor: str, room: int = 64 * MIB) -> None:
        self.room = room
        self._folder, self._floor = folder, floor
        self._open: dict[UUID, Spool] = {}

    @property
    def is_full(self) -> bool:
        """Whether the facts of no new call have a place."""
        return sum(spool.size for spool in self._open.values()) >= self.room

    def of(self, tenant: UUID) -> Spool:
        """Return a tenant's spool."""
        if tenant not in self._open:
            path = self._folder / f"{self._floor}.{tenant}.jsonl"
            self._open[tenant] = Spool(path, self.room // SHARE)
        return self._open[tenant]

    def left(self) -> list[Spool]:
        """Return what an older process left, and that of an older version, which had one file for all."""
        found = [self._folder / f"{self._floor}.jsonl", *sorted(self._folder.glob(f"{self._floor}.{_UUID}.jsonl"))]
        return [spool for spool in map(Spool, found) if not spool.is_empty]


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
