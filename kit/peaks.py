"""How loud a recording is over its length, small enough to draw before any of it is sent."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import soundfile

BINS = 1200
"""So many parts each channel is drawn in at most: more than a wide screen has room for."""
_BLOCK = 1 << 16
_LOUDEST = 32_768
_HEAD = struct.Struct(">BIQ")


class NoSound(Exception):
    """What was read is no sound that we know."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """The loudest sample of each part, 0 to 255, of each channel; ``milliseconds``: of the whole."""

    milliseconds: int
    channels: tuple[bytes, ...]

    def packed(self) -> bytes:
        """Return them as they are kept."""
        return _HEAD.pack(len(self.channels), len(self.channels[0]), self.milliseconds) + b"".join(self.channels)


def unpacked(stored: bytes) -> Peaks:
    """Return what :meth:`Peaks.packed` gave. Raises :class:`NoSound`."""
    try:
        channels, bins, milliseconds = _HEAD.unpack_from(stored)
    except struct.error as error:
        raise NoSound from error
    rest = stored[_HEAD.size :]
    if not bins or len(rest) != channels * bins:
        raise NoSound
    return Peaks(milliseconds, tuple(rest[at : at + bins] for at in range(0, len(rest), bins)))


def measure(source: BinaryIO) -> Peaks:
    """Read a FLAC or WAV to its end, a block at a time (blocks). Raises :class:`NoSound`."""
    try:
        with soundfile.SoundFile(source) as sound:
            frames, rate, channels = sound.frames, sound.samplerate, sound.channels
            if not frames:
                raise NoSound
            bins = min(BINS, frames)
            found = np.zeros((bins, channels), np.int32)
            at = 0
            while at < frames:
                block = sound.read(_BLOCK, dtype="int16", always_2d=True)
                if not len(block):
                    break
                where = (np.arange(at, at + len(block)) * bins) // frames
                begins = np.flatnonzero(np.diff(where, prepend=-1))
                loudest = np.maximum.reduceat(np.abs(block.astype(np.int32)), begins)
                found[where[begins]] = np.maximum(found[where[begins]], loudest)
                at += len(block)
    except soundfile.SoundFileError as error:
        raise NoSound from error
    level = np.minimum(255, found * 256 // _LOUDEST).astype(np.uint8)
    return Peaks(frames * 1000 // rate, tuple(level[:, n].tobytes() for n in range(channels)))
