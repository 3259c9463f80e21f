"""Recordings: their names while the engine writes them, and their place when they are done.

The name carries tenant, interaction, kind and id, so that a recording is stored even if the process that asked for it
is gone. The place (:func:`interactions.audio.key_of`) is below the recordings folder; what lies there is sealed by the
tenant's key. The engine's file goes when its sealed copy is on the disk: a process that dies in between starts over.
"""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from interactions.audio import key_of, where
from kit import sealedfile
from kit.errors import KeysDestroyed
from kit.tenantkeys import TenantKeys
from switchboard.core.effects import Store
from switchboard.inputs import RecordingKept

KeysOf = Callable[[UUID], Awaitable[TenantKeys]]
"""Opens a tenant's keys. Raises ``KeysAway`` and ``KeysDestroyed``."""

_PARTS = 4
_KINDS = frozenset({"call", "voicemail"})


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


async def keep(store: Store, folder: Path, at: datetime, keys: KeysOf) -> RecordingKept | None:
    """Seal a finished recording into its place below ``folder``; ``None`` when there is nothing usable.

    The hash and the size that it returns are those of the sound as the engine wrote it. Raises what ``keys`` raises,
    and ``OSError``: the engine's file is still there then.
    """
    named = read_name(store.recording)
    if named is None or not await asyncio.to_thread(Path(store.path).is_file):
        return None
    try:
        opened = await keys(named.tenant)
    except KeysDestroyed:
        await asyncio.to_thread(Path(store.path).unlink, missing_ok=True)  # whose it was has left
        return None
    return await asyncio.to_thread(_keep, store, named, folder / key_of(named.tenant, named.kind, named.id, at), opened)


def _keep(store: Store, named: Named, place: Path, keys: TenantKeys) -> RecordingKept | None:
    path = Path(store.path)
    try:
        plain = sealedfile.seal(path, place, keys, where(named.id))
    except FileNotFoundError:
        if not path.is_file():
            return None
        raise
    path.unlink(missing_ok=True)
    duration_ms = store.duration // timedelta(milliseconds=1)
    key = place.relative_to(place.parents[5]).as_posix()
    return RecordingKept(store.recording, key, plain.sha256, plain.size, duration_ms)


def left_behind(engine_folder: Path, live: frozenset[str]) -> Iterator[Store]:
    """Yield the recordings of ours that ended while nobody listened: their files still lie in the engine's folder."""
    for path in sorted(engine_folder.glob("*.wav")):
        if read_name(path.stem) is not None and path.stem not in live:
            try:
                with wave.open(str(path), "rb") as file:
                    lasts = timedelta(seconds=file.getnframes() / file.getframerate())
            except (OSError, EOFError, wave.Error):
                continue
            yield Store(path.stem, str(path), lasts)
