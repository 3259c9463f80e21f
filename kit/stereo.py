"""Voices that were recorded one by one, put together: left and right of one FLAC file, each at its time."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from kit.sound import Captured, Unusable, Wav

CHANNELS = 2
_BLOCK = 1 << 16
"""So many samples of a channel are in memory at a time."""
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM, _BYTES = 1, 2
_LOUDEST = np.iinfo(np.int16).max


@dataclass(frozen=True, slots=True)
class Placed:
    """A voice. ``channel``: 0 left, 1 right; ``begins``: on which sample of the whole; ``ends``: before which one."""

    sound: Wav
    channel: int
    begins: int
    ends: int

    def into(self, block: npt.NDArray[np.int32], start: int) -> None:
        """Add what falls into a block that begins at the sample ``start``."""
        first, last = max(self.begins, start), min(self.ends, start + len(block))
        if first < last:
            read = self.sound.read(first - self.begins, last - first)
            block[first - start : first - start + len(read), self.channel] += read


def put_together(voices: Sequence[Placed], to: Path) -> Captured:
    """Write all voices into a FLAC file of two channels, and return what it is (blocks).

    The digest is of the WAV file that ``flac -d`` makes of it. Voices of one channel that sound at once are added.
    Raises ``OSError`` and :class:`Unusable`.
    """
    rates = {voice.sound.rate for voice in voices}
    total = max((voice.ends for voice in voices), default=0)
    if len(rates) != 1 or total <= 0:
        raise Unusable
    (rate,) = rates
    made = hashlib.sha256(_header(rate, total))
    try:
        with soundfile.SoundFile(to, "w", rate, CHANNELS, "PCM_16", format="FLAC") as file:
            for start in range(0, total, _BLOCK):
                block = np.zeros((min(_BLOCK, total - start), CHANNELS), np.int32)
                for voice in voices:
                    voice.into(block, start)
                samples = np.clip(block, -_LOUDEST - 1, _LOUDEST).astype("<i2")
                made.update(samples.tobytes())
                file.write(samples)
    except soundfile.SoundFileError as error:
        raise OSError(f"not written: {error}") from error
    return Captured(made.hexdigest(), total * 1000 // rate, any(voice.sound.broken for voice in voices))


def _header(rate: int, samples: int) -> bytes:
    frame = CHANNELS * _BYTES
    size = samples * frame
    return _HEADER.pack(
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, _PCM, CHANNELS, rate, rate * frame, frame, 8 * _BYTES, b"data", size
    )
