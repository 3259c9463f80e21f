"""Sound as a phone engine writes it (WAV), and as it is kept (FLAC, RFC 9639): every sample, in half the room.

An engine that dies leaves a WAV whose header still says that it is empty: what counts is what lies behind the header.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

MEDIA = "audio/flac"
_BLOCK = 1 << 16
"""So many samples are in memory at a time."""
_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_PCM, _MONO, _BITS = 1, 1, 16

Samples = npt.NDArray[np.int16]


class Unusable(Exception):
    """A file is not a WAV of one channel with 16 bits, or holds no sample."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A recording on the disk. ``begins``: where its samples do, in bytes; ``broken``: its header says otherwise."""

    path: Path
    rate: int
    begins: int
    samples: int
    broken: bool

    @property
    def milliseconds(self) -> int:
        """How long it lasts."""
        return self.samples * 1000 // self.rate

    def read(self, start: int, count: int) -> Samples:
        """Return samples from ``start`` on, silence beyond both ends."""
        first, last = max(start, 0), min(start + count, self.samples)
        heard = np.zeros(count, dtype=np.int16)
        if first < last:
            with self.path.open("rb") as file:
                file.seek(self.begins + 2 * first)
                found = np.frombuffer(file.read(2 * (last - first)), dtype="<i2")
            heard[first - start : first - start + found.size] = found
        return heard

    def digest(self) -> str:
        """Return the SHA-256 in hex of the file; of a broken one as it would be had its engine closed it."""
        made = hashlib.sha256()
        with self.path.open("rb") as file:
            head = file.read(self.begins)
            made.update(_repaired(head, 2 * self.samples) if self.broken else head)
            left = 2 * self.samples
            while left and (part := file.read(min(left, 2 * _BLOCK))):
                made.update(part)
                left -= len(part)
        return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Voice:
    """One recording's place in what is kept: its channel, and after how many milliseconds it begins."""

    wav: Wav
    channel: int = 0
    begins_ms: int = 0


@dataclass(frozen=True, slots=True)
class Captured:
    """What was captured. ``sha256``: of the one file; of several, of their digests in hex, one after the other."""

    sha256: str
    milliseconds: int
    channels: int
    broken: bool
    parts: list[dict[str, object]] = field(default_factory=list)


def wav(path: Path) -> Wav:
    """Look at a recording. Raises ``OSError`` and :class:`Unusable`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise Unusable
    at, shape = 12, (0, 0, 0, 0, 0, 0)
    while at + _CHUNK.size <= len(head):
        name, length = _CHUNK.unpack_from(head, at)
        at += _CHUNK.size
        if name == b"data":
            return _looked(path, shape, at, (length, (size - at) // 2))
        if name == b"fmt " and at + _FORMAT.size <= len(head):
            shape = _FORMAT.unpack_from(head, at)
        at += length + length % 2
    raise Unusable


def _looked(path: Path, shape: tuple[int, ...], begins: int, found: tuple[int, int]) -> Wav:
    kind, channels, rate, _, _, bits = shape
    said, samples = found
    if (kind, channels, bits) != (_PCM, _MONO, _BITS) or not samples or not rate:
        raise Unusable
    return Wav(path, rate, begins, samples, broken=said != 2 * samples)


def _repaired(head: bytes, length: int) -> bytes:
    return head[:4] + struct.pack("<I", len(head) - 8 + length) + head[8:-4] + struct.pack("<I", length)


def compress(voices: Sequence[Voice], to: Path) -> Captured:
    """Write recordings of one rate into one FLAC file, in step, and return what they were (blocks).

    Raises ``OSError`` and :class:`Unusable`.
    """
    first = voices[0].wav
    channels = max(voice.channel for voice in voices) + 1
    total = max(_begin(voice) + voice.wav.samples for voice in voices)
    try:
        with soundfile.SoundFile(to, "w", first.rate, channels, "PCM_16", format="FLAC") as file:
            for block in _blocks(voices, channels, total):
                file.write(block)
    except soundfile.SoundFileError as error:
        raise OSError(f"not written: {error}") from error
    parts: list[dict[str, object]] = [
        {"sha256": voice.wav.digest(), "channel": voice.channel, "begins_ms": voice.begins_ms} for voice in voices
    ]
    digests = [str(part["sha256"]) for part in parts]
    one = digests[0] if len(voices) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    return Captured(
        one, total * 1000 // first.rate, channels, any(voice.wav.broken for voice in voices),
        parts if len(voices) > 1 else [],
    )  # fmt: skip


def _begin(voice: Voice) -> int:
    return voice.begins_ms * voice.wav.rate // 1000


def _blocks(voices: Sequence[Voice], channels: int, total: int) -> Iterator[npt.NDArray[np.int16]]:
    """Yield what is heard, block by block; voices of one channel that sound together are added up."""
    for start in range(0, total, _BLOCK):
        count = min(_BLOCK, total - start)
        if len(voices) == 1 and not voices[0].begins_ms:
            yield voices[0].wav.read(start, count).reshape(count, 1)
            continue
        mixed = np.zeros((count, channels), dtype=np.int32)
        for voice in voices:
            mixed[:, voice.channel] += voice.wav.read(start - _begin(voice), count)
        yield np.clip(mixed, -32768, 32767).astype(np.int16)


def digest_of(chunks: Iterator[bytes]) -> str:
    """Return the SHA-256 in hex of what is read."""
    made = hashlib.sha256()
    for chunk in chunks:
        made.update(chunk)
    return made.hexdigest()
