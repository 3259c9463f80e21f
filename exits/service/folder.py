"""An export into a folder, for whoever runs the centre: there is all of it, or nothing that passes for it."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from pathlib import Path

from exits.errors import FolderTaken
from exits.facts import ExportWritten
from exits.service.build import build
from exits.service.order import Order, Progress
from exits.service.sinks import FolderSink, ZipSink
from journal import service as journal
from journal.core.facts import Actor
from kit.agefile import INTRODUCTION
from kit.db import Plane
from kit.ids import new_id

UNFINISHED = ".unfinished"
"""Stands in the folder beside until the export is whole: what bears it is thrown away by the next attempt."""


async def export_to(plane: Plane, order: Order, folder: Path, by: str, progress: Progress) -> FolderSink:
    """Export into ``folder``, which must not exist or be empty. Raises :class:`FolderTaken` and as :func:`build`.

    It is written beside, as ``<folder>.part``, and renamed when it is whole.
    """
    part = await asyncio.to_thread(_prepare, folder)
    sink = FolderSink(part)
    try:
        manifest = await build(plane, order, sink, progress)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, part, ignore_errors=True)
        raise
    await asyncio.to_thread(_finish, part, folder)
    await _tell(plane, order, sink.files, manifest, by)
    return sink


async def export_closed(plane: Plane, order: Order, to: tuple[Path, str], by: str, progress: Progress) -> ZipSink:
    """Export into a file that only the holder of the client's own key opens; ``to``: the file, and the public key.

    It is written beside, as ``<file>.part``, encrypted from its first byte. Raises :class:`FolderTaken` and as above.
    """
    place, recipient = to
    part = place.with_name(f"{place.name}.part")
    if place.exists():
        raise FolderTaken(f"{place} exists")
    if part.exists() and not _is_ours(part):
        raise FolderTaken(f"{part} is not an interrupted export of ours; move it away")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    sink = ZipSink(part, recipient)
    try:
        manifest = await build(plane, order, sink, progress)
    except BaseException:
        sink.drop()
        part.unlink(missing_ok=True)
        raise
    await asyncio.to_thread(part.replace, place)
    await _tell(plane, order, sink.files, manifest, by)
    return sink


async def _tell(plane: Plane, order: Order, files: list[dict[str, object]], manifest: bytes, by: str) -> None:
    told = ExportWritten(
        export_id=str(new_id()), by=by, files=len(files), bytes=sum(int(str(f["bytes"])) for f in files),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
    )  # fmt: skip
    async with plane.transaction(order.tenant_id) as scope:
        journal.append(scope, told, subject=order.tenant_id, at=order.at, actor=Actor("command", by))


def _is_ours(part: Path) -> bool:
    with part.open("rb") as file:
        return INTRODUCTION.startswith(file.read(len(INTRODUCTION)))


def _prepare(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(f"{folder} is not empty")
    part = folder.with_name(f"{folder.name}.part")
    if part.exists():
        if not (part / UNFINISHED).is_file():
            raise FolderTaken(f"{part} is not an interrupted export of ours; move it away")
        shutil.rmtree(part)
    part.mkdir(mode=0o700, parents=True)
    (part / UNFINISHED).touch()
    return part


def _finish(part: Path, folder: Path) -> None:
    (part / UNFINISHED).unlink()
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
