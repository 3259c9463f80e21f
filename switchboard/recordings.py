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
from typing import Any
from uuid import UUID

import structlog

from interactions.audio import key_of, where
from interactions.recordings.facts import RecordingStored
from kit import sealedfile, sound, stereo
from kit.errors import KeysDestroyed
from kit.ids import made_at
from kit.objects import Kept, Objects
from kit.tenantkeys import TenantKeys
from switchboard.core import voices
from switchboard.core.effects import Store
from switchboard.inputs import RecordingKept, RecordingOrphaned

KeysOf = Callable[[UUID], Awaitable[TenantKeys]]
"""Opens a tenant's keys. Raises ``KeysAway`` and ``KeysDestroyed``."""

Beside = Callable[..., Awaitable[Any]]

_MIXED = 1
"""So many channels has what the engine mixes of everybody."""
_SIDES = {voices.CONTACT: (0, "left"), voices.OTHERS: (1, "right")}
_PARTS = 4
MESSAGE = "voicemail"
_KINDS = frozenset({"call", MESSAGE})

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


def stored_fact(named: Named, kept: RecordingKept) -> RecordingStored:
    """Return the fact that a recording is stored."""
    return RecordingStored(
        recording_id=str(named.id), key=kept.key, sha256=kept.sha256, duration_ms=kept.duration_ms, kind=named.kind,
        bytes=kept.bytes, media=kept.media, content_sha256=kept.content_sha256, channels=kept.channels,
        repaired=kept.repaired, parts=kept.parts,
    )  # fmt: skip


def files_of(place: Path) -> list[Path]:
    """Return the engine's files of a recording: one, or of parties apart those of the voices."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.parent.glob(f"{place.stem}_*.wav") if voices.part_of(path.stem) is not None)


def is_apart(place: Path) -> bool:
    """Whether the recording of this place is made of voices."""
    return not place.is_file()


async def keep(
    store: Store, objects: Objects, at: datetime, keys: KeysOf, beside: Beside = asyncio.to_thread
) -> RecordingKept | RecordingOrphaned | None:
    """Compress and seal a finished recording into its place; ``None`` when there is nothing usable.

    ``beside`` does what blocks, in a thread. The engine's files stay. Raises what ``keys`` raises (but
    ``KeysDestroyed``), and ``OSError``.
    """
    named = read_name(store.recording)
    if named is None or not await asyncio.to_thread(files_of, Path(store.path)):
        return None
    try:
        opened = await keys(named.tenant)
    except KeysDestroyed:
        return RecordingOrphaned(store.recording)
    key = key_of(named.tenant, named.kind, named.id, made_at(named.id) or at)
    kept: RecordingKept | None = await beside(_keep, store, named, Kept(objects, key), opened)
    return kept


def delete(place: Path) -> None:
    """Delete the engine's files of a recording."""
    for path in files_of(place):
        path.unlink(missing_ok=True)


def delete_empty(place: Path) -> None:
    """Delete the engine's files of a recording that hold no sample: there is nothing to keep, now or later."""
    for path in files_of(place):
        try:
            sound.wav(path)
        except sound.Empty:
            path.unlink(missing_ok=True)
        except (OSError, sound.Unusable):
            continue


def _keep(store: Store, named: Named, kept: Kept, keys: TenantKeys) -> RecordingKept | None:
    path = Path(store.path)
    made = path.with_name(f".{path.stem}.flac")
    parts: list[dict[str, Any]] | None = None
    try:
        if is_apart(path):
            placed, parts = _placed(path)
            captured, channels = stereo.put_together(placed, made), stereo.CHANNELS
        else:
            captured, channels = sound.compress(sound.wav(path), made), _MIXED
        plain = sealedfile.seal(made, kept, keys, where(named.id))
    except sound.Unusable:
        log.warning("recording_unusable", recording=store.recording)
        return None
    except FileNotFoundError:
        if files_of(path):
            raise
        return None
    finally:
        made.unlink(missing_ok=True)
    return RecordingKept(
        store.recording, kept.key, captured.sha256, plain.size, captured.milliseconds, sound.MEDIA, plain.sha256,
        channels, captured.broken, parts,
    )  # fmt: skip


def _placed(place: Path) -> tuple[list[stereo.Placed], list[dict[str, Any]]]:
    """Return where each voice belongs, and what it is; one that is heard anew ends what was recorded of it before.

    That the engine was late to stop does no harm: what it wrote of a pause, or of what was said aside, is left out.
    """
    found = [(part, wav) for path in files_of(place) if (wav := _usable(path)) and (part := voices.part_of(path.stem))]
    found.sort(key=lambda each: each[0].offset_ms)
    placed, told = [], []
    for at, (part, wav) in enumerate(found):
        begins = part.offset_ms * wav.rate // 1000
        later = (other.offset_ms for other, _ in found[at + 1 :] if other.voice == part.voice)
        ends = min([begins + wav.samples, *(each * wav.rate // 1000 for each in later)])
        channel, side = _SIDES[part.channel]
        placed.append(stereo.Placed(wav, channel, begins, ends))
        lasts = (ends - begins) * 1000 // wav.rate
        told.append({"channel": side, "from_ms": part.offset_ms, "lasts_ms": lasts, "sha256": wav.digest()})
    return placed, told


def _usable(path: Path) -> sound.Wav | None:
    try:
        return sound.wav(path)
    except sound.Unusable:
        return None


def left_behind(engine_folder: Path, live: frozenset[str]) -> Iterator[Store]:
    """Yield the recordings of ours that ended while nobody listened: their files still lie in the engine's folder.

    A file whose engine died while it wrote is among them, as far as it went, and so is an empty one. Of parties apart
    each voice must be over.
    """
    going_on = {name if (part := voices.part_of(name)) is None else part.whole for name in live}
    found: dict[str, int] = {}
    for path in sorted(engine_folder.glob("*.wav")):
        part = voices.part_of(path.stem)
        whole = path.stem if part is None else part.whole
        if read_name(whole) is None or whole in going_on:
            continue
        try:
            lasts = sound.wav(path).milliseconds
        except sound.Empty:
            lasts = 0
        except (OSError, sound.Unusable):
            continue
        found[whole] = max(found.get(whole, 0), lasts + (0 if part is None else part.offset_ms))
    for whole, lasts in found.items():
        yield Store(whole, str(engine_folder / f"{whole}.wav"), timedelta(milliseconds=lasts))
