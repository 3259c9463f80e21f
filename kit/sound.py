"""Sound as a phone engine writes it (WAV), and as it is kept (FLAC, RFC 9639): every sample, in half the room.

An engine that dies leaves a WAV whose header still says that it is empty: what counts is what lies behind the header.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
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


class Empty(Unusable):
    """A file holds no sample: its engine died before it wrote the first one."""


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
        """Return samples from ``start`` on; fewer where the file has become shorter."""
        with self.path.open("rb") as file:
            file.seek(self.begins + 2 * start)
            return np.frombuffer(file.read(2 * count), dtype="<i2")

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
class Captured:
    """What was captured, by the SHA-256 in hex of the engine's file."""

    sha256: str
    milliseconds: int
    broken: bool


def wav(path: Path) -> Wav:
    """Look at a recording. Raises ``OSError``, :class:`Unusable` and :class:`Empty`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Empty
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
    if (kind, channels, bits) != (_PCM, _MONO, _BITS) or not rate:
        raise Unusable
    if not samples:
        raise Empty
    return Wav(path, rate, begins, samples, broken=said != 2 * samples)


def _repaired(head: bytes, length: int) -> bytes:
    return head[:4] + struct.pack("<I", len(head) - 8 + length) + head[8:-4] + struct.pack("<I", length)


def compress(recording: Wav, to: Path) -> Captured:
    """Write a recording into a FLAC file, and return what it was (blocks). Raises ``OSError``."""
    try:
        with soundfile.SoundFile(to, "w", recording.rate, _MONO, "PCM_16", format="FLAC") as file:
            for start in range(0, recording.samples, _BLOCK):
                file.write(recording.read(start, min(_BLOCK, recording.samples - start)))
    except soundfile.SoundFileError as error:
        raise OSError(f"not written: {error}") from error
    return Captured(recording.digest(), recording.milliseconds, recording.broken)


def digest_of(chunks: Iterator[bytes]) -> str:
    """Return the SHA-256 in hex of what is read."""
    made = hashlib.sha256()
    for chunk in chunks:
        made.update(chunk)
    return made.hexdigest()
