"""Uploaded recordings of prompts: rows of the tenant, named by their digest, and files for the phone engine.

The row is the record: it moves, leaves and is erased with the tenant. The engine plays files, so the bytes are laid out
beside it, in a folder of the tenant's own, when a configuration that names them is read. They are not sealed: whoever
calls the number hears them.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import func, select
from sqlmodel import col

from journal import service as journal
from journal.core.facts import Actor
from kit.away import MAYBE_AWAY
from kit.db import AccessibleTenantId, Plane
from kit.errors import NotFound, Problem
from kit.scoping import ScopedSession
from tenants.access import for_system
from tenants.core.complaints import Complaint, Content
from tenants.core.configuration import FloorConfiguration
from tenants.core.documents import pointer
from tenants.errors import TooManySounds
from tenants.facts import PromptSoundUploaded
from tenants.models import PromptSound

RECORDED = Path("prompts") / "t"
"""Below the data folder: ``prompts/t/<tenant>/<digest>.wav``."""
MOST_SOUNDS = 200
"""A tenant keeps no more; older versions of its blueprint name those that are not played any more."""
_NAME = re.compile(r"sha256:([0-9a-f]{64})")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewSound:
    """A recording as the phones play it, and who brings it: by name, and as the tenant's journal names it."""

    wav: bytes
    duration_ms: int
    by: str
    actor: Actor
    at: datetime


def name_of(wav: bytes) -> str:
    """Return the name of a recording in a blueprint."""
    return f"sha256:{hashlib.sha256(wav).hexdigest()}"


async def keep_sound(scope: ScopedSession, new: NewSound) -> bool:
    """Keep a recording, and say whether it is new to the tenant. Raises :class:`TooManySounds`."""
    name = name_of(new.wav)
    await scope.fetch("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"sounds {scope.tenant_id}")
    if name in await _known(scope, [name]):
        return False
    count = (await scope.execute(select(func.count()).select_from(PromptSound))).scalar_one()
    if count >= MOST_SOUNDS:
        raise TooManySounds
    row = PromptSound(
        digest=name.removeprefix("sha256:"), sound=new.wav, duration_ms=new.duration_ms, uploaded_at=new.at,
        uploaded_by=new.by,
    )  # fmt: skip
    scope.add(row)
    await journal.open_journal(scope)
    fact = PromptSoundUploaded(row.digest, row.duration_ms, new.by)
    journal.append(scope, fact, subject=row.id, at=new.at, actor=new.actor)
    return True


async def missing_sounds(scope: ScopedSession, content: Content) -> list[Complaint]:
    """Return a complaint for each recording that a blueprint names and the tenant does not have."""
    known = await _known(scope, [name for _, name in _named(content)])
    return list(unknown_sounds(content, known))


def unknown_sounds(content: Content, known: Iterable[str]) -> Iterator[Complaint]:
    """Yield a complaint for each recording that is not among the known ones."""
    there = set(known)
    for place, name in _named(content):
        if name not in there:
            yield Complaint(place, "there is no recording with this digest")


async def sound_file(plane: Plane, data_folder: Path, tenant_id: AccessibleTenantId, name: str) -> Path:
    """Return the file of one of a tenant's recordings, laid out when it was not. Raises :class:`NotFound`."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise NotFound
    path = data_folder / RECORDED / str(tenant_id) / f"{found[1]}.wav"
    if not path.is_file():
        async with plane.session(tenant_id) as scope:
            wanted = select(col(PromptSound.sound)).where(col(PromptSound.digest) == found[1])
            sound = (await scope.execute(wanted)).scalar_one_or_none()
        if sound is None:
            raise NotFound
        await asyncio.to_thread(_write, path, sound)
    return path


async def lay_out(plane: Plane, data_folder: Path, configuration: FloorConfiguration) -> None:
    """Lay every recording that a floor plays out as a file; what cannot be is spoken instead, and logged."""
    for tenant in configuration.tenants:
        inside = for_system(tenant.id, "recordings of prompts")
        spoken = (*tenant.sounds.values(), *(act.sounds for act in tenant.acts))
        for name in {*tenant.music.values(), *(name for by in spoken for name in by.values())}:
            try:
                await sound_file(plane, data_folder, inside, name)
            except (*MAYBE_AWAY, Problem) as error:
                log.warning("recording_of_a_prompt_not_laid_out", tenant=str(tenant.id), error=type(error).__name__)


async def _known(scope: ScopedSession, names: Iterable[str]) -> set[str]:
    """Return those of the names that are the tenant's."""
    wanted = [name.removeprefix("sha256:") for name in names]
    rows = await scope.execute(select(col(PromptSound.digest)).where(col(PromptSound.digest).in_(wanted)))
    return {f"sha256:{digest}" for digest in rows.scalars()}


def _named(content: Content) -> Iterator[tuple[str, str]]:
    for index, prompt in enumerate(content["prompts"]):
        for language, name in prompt["audio"].items():
            yield pointer("prompts", index, "audio", language), name
    for index, piece in enumerate(content["music"]):
        yield pointer("music", index, "audio"), piece["audio"]


def _write(path: Path, sound: bytes) -> None:
    """Write a file at once or not at all: the phone engine never plays half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(sound)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)
