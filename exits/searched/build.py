"""Build the file of an export: sounds first, then the facts, then the list, then the manifest that makes a file of it.

What was deleted since it was asked for is not in it. Each page of conversations is read in a transaction of its own, so
that a builder of hours holds nothing up, and before the file counts it is looked whether all of it is still there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from exits.searched.salvage import Spared
from exits.service import recorded
from exits.service.build import KIND
from exits.service.order import Order
from exits.service.sinks import ZipSink
from exits.service.tables import csv_line
from interactions import service as interactions
from interactions.audio import where
from interactions.columns import chosen, in_zone
from interactions.records import which_exist
from interactions.shown import as_shown
from kit import sealedfile, vault
from kit.db import Plane, Scope
from kit.objects import Kept
from kit.tenantkeys import Tampered, TenantKeys, UnknownKey
from tenants.core.masks import mask_value, shown_named

_BATCH = 20
"""So many conversations are read, and told as progress, at once."""
_LONGEST_HISTORY = 100_000
_RECORDINGS = """
SELECT id, interaction_id, key, kind, media, sha256, content_sha256, duration_ms, stored_at, deleted_at
FROM gf.recording WHERE tenant_id = $1 AND interaction_id = ANY($2::uuid[]) AND kind <> 'desktop' ORDER BY id
"""
_STILL = """
SELECT count(*) AS n FROM gf.recording WHERE tenant_id = $1 AND id = ANY($2::uuid[]) AND deleted_at IS NULL
"""
_INDEX = ["file", "recording", "interaction", "kind", "stored_at", "duration_ms", "sha256", "state"]

Told = Callable[[int, int], Awaitable[None]]
"""Told how many steps are done, and how many bytes are written."""


@dataclass(slots=True)
class Job:
    """One export in the making: its row, the open description, where it is written, what an earlier builder left."""

    plane: Plane
    order: Order
    row: Mapping[str, Any]
    told_of: Mapping[str, Any]
    sink: ZipSink
    spared: Mapping[str, Spared]
    tell: Told
    done: int = 0
    gone: set[UUID] = field(default_factory=set)
    sounds: dict[UUID, UUID] = field(default_factory=dict)
    """The recordings that are in it, each with its conversation."""
    index: list[list[Any]] = field(default_factory=list)

    @property
    def pages(self) -> list[Sequence[UUID]]:
        """The conversations, a few at a time."""
        ids = [UUID(str(each)) for each in self.row["ids"]]
        return [ids[n : n + _BATCH] for n in range(0, len(ids), _BATCH)]

    async def step(self, page: Sequence[UUID]) -> None:
        """Note that one kind of thing of these is written."""
        self.done += len(page)
        await self.tell(self.done, sum(int(str(file["bytes"])) for file in self.sink.files))


async def write(job: Job) -> bytes:
    """Write the file and return its signed manifest. Raises as :func:`exits.service.build.build` does."""
    wants = set(job.row["wants"])
    if "recordings" in wants:
        await _recordings(job)
    if "facts" in wants:
        await _facts(job)
    if "csv" in wants:
        await _list(job)
    manifest = orjson.dumps(job.order.signer.sign(_document(job)), option=orjson.OPT_INDENT_2)
    await asyncio.to_thread(job.sink.finish, manifest)
    return manifest


async def is_all_there(scope: Scope, job: Job) -> bool:
    """Say whether nothing that is in the file was deleted since it was written there."""
    ids = [UUID(str(each)) for each in job.row["ids"]]
    sounds = await scope.fetch(_STILL, scope.tenant_id, list(job.sounds))
    return len(await which_exist(scope, ids)) == len(ids) - len(job.gone) and sounds[0]["n"] == len(job.sounds)


def _document(job: Job) -> dict[str, Any]:
    row, told = job.row, job.told_of
    return {
        "type": KIND, "of": "search", "export": str(row["id"]), "tenant": str(job.order.tenant_id),
        "code": job.order.code, "name": job.order.name, "at": job.order.at.isoformat(),
        "asked_at": row["asked_at"].isoformat(),
        "asked_by": row["asked_name"], "reason": row["reason"], "filter": told["filters"], "zone": told["zone"],
        "journal_upto": row["upto"], "numbers": row["shown"], "wants": list(row["wants"]), "found": row["found"],
        "conversations": row["found"] - len(job.gone), "deleted_meanwhile": sorted(str(each) for each in job.gone),
        "recordings": len(job.sounds), "files": job.sink.files,
    }  # fmt: skip


async def _recordings(job: Job) -> None:
    for page in job.pages:
        async with job.plane.transaction(job.order.tenant_id) as scope:
            rows = await scope.fetch(_RECORDINGS, scope.tenant_id, list(page))
            job.gone |= set(page) - await which_exist(scope, page)
            keys = await vault.sealing(scope)
        place = {each: n for n, each in enumerate(page)}
        for row in sorted(rows, key=lambda row: place[row["interaction_id"]]):
            await _recording(job, row, keys)
        await job.step(page)
    with job.sink.file("recordings.csv") as file:
        for line in (_INDEX, *job.index):
            file.write(csv_line(line))


async def _recording(job: Job, row: Mapping[str, Any], keys: TenantKeys) -> None:
    name = recorded.name_of(row)
    state = "deleted" if row["deleted_at"] is not None else await asyncio.to_thread(_copied, job, row, keys, name)
    written = state in {"whole", "changed"}
    if written:
        job.sounds[row["id"]] = UUID(str(row["interaction_id"]))
    told = [name if written else "", row["id"], row["interaction_id"], row["kind"], row["stored_at"].isoformat()]
    job.index.append([*told, row["duration_ms"], recorded.digest_of(row), state])


def _copied(job: Job, row: Mapping[str, Any], keys: TenantKeys, name: str) -> str:
    if (left := job.spared.get(name)) is not None:
        return "whole" if left.copy(job.sink, name) == recorded.digest_of(row) else "changed"
    kept = Kept(job.order.recordings, row["key"])
    try:
        key_id = sealedfile.look(kept).key_id
        own = (where(row["id"]), recorded.digest_of(row))
        return recorded.copy(job.sink, kept, keys.require(key_id) if key_id else None, own, name)
    except FileNotFoundError:
        return "missing"
    except (Tampered, UnknownKey):
        return "unreadable"


async def _facts(job: Job) -> None:
    shown = shown_named(job.row["shown"])
    with job.sink.file("facts.ndjson") as file:
        for page in job.pages:
            async with job.plane.transaction(job.order.tenant_id) as scope:
                there = await which_exist(scope, page)
                for each in (each for each in page if each in there):
                    facts = [
                        {"seq": f.seq, "at": f.at, "kind": f.kind, "version": f.version, "actor": f.actor,
                         "data": mask_value(dict(f.data), shown)}
                        for f in await interactions.history(scope, each, _LONGEST_HISTORY) if f.seq <= job.row["upto"]
                    ]  # fmt: skip
                    line = {"interaction": str(each), "facts": facts}
                    file.write(orjson.dumps(line, option=orjson.OPT_UTC_Z) + b"\n")
            job.gone |= set(page) - there
            await job.step(page)


async def _list(job: Job) -> None:
    told, shown = job.told_of, shown_named(job.row["shown"])
    columns, zone = chosen(",".join(told["columns"])), ZoneInfo(told["zone"])
    with job.sink.file("interactions.csv") as file:
        file.write(b"\xef\xbb\xbf" + b"".join(csv_line(line) for line in (*told["head"], told["titles"])))
        for page in job.pages:
            async with job.plane.transaction(job.order.tenant_id) as scope:
                found = {row["id"]: row for row in await interactions.several(scope, page)}
                rows = await as_shown(scope, [found[str(each)] for each in page if str(each) in found], shown)
            file.write(b"".join(csv_line([c.raw(in_zone(row, zone)) for c in columns]) for row in rows))
            job.gone |= {each for each in page if str(each) not in found}
            await job.step(page)


def heard(job: Job, after: int, upto: int) -> list[tuple[UUID, UUID]]:
    """Return the recordings, each with its conversation, of the conversations from ``after`` on up to ``upto``."""
    ids = {UUID(str(each)) for each in job.row["ids"][after:upto]}
    return [(sound, of) for sound, of in job.sounds.items() if of in ids]
