"""Facts that wait for PostgreSQL, in a file beside the process: in order, synced to the disk, each batch once.

A batch keeps its number and its owner's fencing number, so that a replay after an unclear commit stores it once, and a
replay by somebody who lost the floor meanwhile is refused. The file holds contacts' numbers: only its owner reads it.
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


@dataclass(frozen=True, slots=True)
class Batch:
    """Facts of one tenant that are stored together, and what is kept beside their interactions."""

    tenant: UUID
    fence: int
    number: int
    facts: tuple[NewFact, ...]
    kept: tuple[Keep, ...]


class Spool:
    """The file of one floor. ``room`` is the size in bytes from which on no new calls are taken."""

    def __init__(self, path: Path, room: int = 64 * MIB) -> None:
        self.path = path
        self._room = room
        self._size = path.stat().st_size if path.exists() else 0

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
