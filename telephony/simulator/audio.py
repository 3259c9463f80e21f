"""Sound in the simulated network: lengths of files, tones in them, and tones written as files. 8 kHz mono, 16 bit."""

from __future__ import annotations

import wave
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

Samples = npt.NDArray[np.float64]

RATE = 8000
MUSIC = 697
"""The hertz of the music that a waiting contact hears."""
KNOWN_TONES = (440, MUSIC, 1000, 1300, 1700)
_AMPLITUDE = 0.18
"""Of one voice; five together still fit into full scale."""
_SHARE_OF_LOUDEST = 0.05
_NARROW = 0.2
"""A tone holds at least this share of a file's energy; speech and music spread theirs."""
_NEIGHBOURHOOD = 15.0
_FULL_SCALE = 32767


def sound_path(value: str) -> Path:
    """Name the WAV file of a ``FILE`` sound."""
    return Path(f"{value}.wav")


def length(path: Path) -> timedelta:
    """How long a WAV file plays. Raises ``OSError`` or ``wave.Error`` when it cannot be read."""
    with wave.open(str(path), "rb") as file:
        return timedelta(seconds=file.getnframes() / file.getframerate())


def read(path: Path) -> Samples:
    """Return the samples of a mono 16-bit WAV between -1 and 1. Raises ``OSError`` or ``wave.Error``."""
    with wave.open(str(path), "rb") as file:
        frames = file.readframes(file.getnframes())
    return np.frombuffer(frames, dtype="<i2").astype(np.float64) / _FULL_SCALE


def write(path: Path, parts: Iterable[Samples]) -> None:
    """Write samples, given in parts, as one playable file; louder ones are clipped. Raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for samples in parts:
            file.writeframes((np.clip(samples, -1.0, 1.0) * _FULL_SCALE).astype("<i2").tobytes())


def tones(hertz: Iterable[int], start: int, count: int) -> Samples:
    """``count`` samples of the tones together; ``start`` keeps their phase steady from one piece to the next."""
    instants = np.arange(start, start + count) / RATE
    total = np.zeros(count)
    for each in hertz:
        total += _AMPLITUDE * np.sin(2 * np.pi * each * instants)
    return total


def known_tones(samples: Samples) -> frozenset[int]:
    """Which of the known tones stand out of these samples."""
    if not samples.size or not np.any(samples):
        return frozenset()
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    frequencies = np.fft.rfftfreq(samples.size, 1 / RATE)
    energy = {each: float(power[np.abs(frequencies - each) <= _NEIGHBOURHOOD].sum()) for each in KNOWN_TONES}
    loudest = max(energy.values())
    if loudest < _NARROW * float(power.sum()):
        return frozenset()
    return frozenset(each for each, value in energy.items() if value >= _SHARE_OF_LOUDEST * loudest)
