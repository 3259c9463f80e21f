"""Recordings: their names while the engine writes them, and their place when they are done.

The name carries tenant, interaction, kind and id, so that a recording is stored even if the process that asked for it
is gone. Its place (:func:`interactions.audio.key_of`) follows from the name; what lies there is compressed, and sealed
by the tenant's key. The engine's file goes when the fact that it is stored is committed (:mod:`switchboard.keeping`): a
process that dies in between starts over, and stores the same under the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from interactions.audio import key_of, where
from kit import sealedfile, sound
from kit.errors import KeysDestroyed
from kit.ids import made_at
from kit.objects import Kept, Objects
from kit.tenantkeys import TenantKeys
from switchboard.core.effects import Store
from switchboard.inputs import RecordingKept

KeysOf = Callable[[UUID], Awaitable[TenantKeys]]
"""Opens a tenant's keys. Raises ``KeysAway`` and ``KeysDestroyed``."""

_CHANNELS = 1
"""The engine mixes everybody into one."""
_PARTS = 4
_KINDS = frozenset({"call", "voicemail"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Named:
    """What a recording's name says."""

    kind: str
    tenant: UUID
    interaction: UUID
    id: UUID


def name_of(kind: str, tenant: UUID, interaction: UUID, recording: UUID) -> str:
    """Return the engine's name for a recording."""
    return f"{kind}_{tenant}_{interaction}_{recording}"


def read_name(name: str) -> Named | None:
    """Return what a name says; ``None`` for one that is not ours."""
    parts = name.split("_")
    if len(parts) != _PARTS or parts[0] not in _KINDS:
        return None
    try:
        return Named(parts[0], UUID(parts[1]), UUID(parts[2]), UUID(parts[3]))
    except ValueError:
        return None


async def keep(store: Store, objects: Objects, at: datetime, keys: KeysOf) -> RecordingKept | None:
    """Compress and seal a finished recording into its place; ``None`` when there is nothing usable.

    The engine's file stays. Raises what ``keys`` raises, and ``OSError``.
    """
    named = read_name(store.recording)
    if named is None or not await asyncio.to_thread(Path(store.path).is_file):
        return None
    try:
        opened = await keys(named.tenant)
    except KeysDestroyed:
        await asyncio.to_thread(Path(store.path).unlink, missing_ok=True)  # whose it was has left
        return None
    key = key_of(named.tenant, named.kind, named.id, made_at(named.id) or at)
    return await asyncio.to_thread(_keep, store, named, Kept(objects, key), opened)


def _keep(store: Store, named: Named, kept: Kept, keys: TenantKeys) -> RecordingKept | None:
    path = Path(store.path)
    made = path.with_name(f".{path.stem}.flac")
    try:
        captured = sound.compress(sound.wav(path), made)
        plain = sealedfile.seal(made, kept, keys, where(named.id))
    except sound.Unusable:
        log.warning("recording_unusable", recording=store.recording)
        return None
    except FileNotFoundError:
        if path.is_file():
            raise
        return None
    finally:
        made.unlink(missing_ok=True)
    return RecordingKept(
        store.recording, kept.key, captured.sha256, plain.size, captured.milliseconds, sound.MEDIA, plain.sha256,
        _CHANNELS, captured.broken,
    )  # fmt: skip


def left_behind(engine_folder: Path, live: frozenset[str]) -> Iterator[Store]:
    """Yield the recordings of ours that ended while nobody listened: their files still lie in the engine's folder.

    A file whose engine died while it wrote is among them, as far as it went.
    """
    for path in sorted(engine_folder.glob("*.wav")):
        if read_name(path.stem) is not None and path.stem not in live:
            try:
                lasts = sound.wav(path).milliseconds
            except (OSError, sound.Unusable):
                continue
            yield Store(path.stem, str(path), timedelta(milliseconds=lasts))
