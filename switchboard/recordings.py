"""Recordings: their names while the engine writes them, and their place when they are done.

The name carries tenant, interaction, kind and id, so that a recording is stored even if the process that asked for it
is gone. The place is ``t/<tenant>/<kind>/<yyyy>/<mm>/<id>.wav`` below the recordings folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from switchboard.core.effects import Store
from switchboard.inputs import RecordingKept

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


async def keep(store: Store, folder: Path, at: datetime) -> RecordingKept | None:
    """Move a finished recording to its place below ``folder``; ``None`` when there is nothing usable."""
    named = read_name(store.recording)
    if named is None:
        return None
    return await asyncio.to_thread(_keep, store, named, folder, at)


def _keep(store: Store, named: Named, folder: Path, at: datetime) -> RecordingKept | None:
    key = f"t/{named.tenant}/{named.kind}/{at:%Y/%m}/{named.id}.wav"
    place, path = folder / key, Path(store.path)
    if not path.is_file():
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, place)
    with place.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    duration_ms = store.duration // timedelta(milliseconds=1)
    return RecordingKept(store.recording, key, digest, place.stat().st_size, duration_ms)


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
