"""The waiting music that a private engine plays when it was given none: made here, so it needs no licence.

Soft fifths around F. The F5 sounds all the time and is tuned to 697 Hz, so that a test recognises the music by the same
tone as any other party.
"""

from __future__ import annotations

import array
import math
import os
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

RATE = 8000
SECONDS = 12
PAD = ((697.0, 0.16), (348.5, 0.05), (522.75, 0.04))
"""Hertz and loudness of the notes that sound all the time."""
MELODY = (348.5, 522.75, 391.0, 522.75, 586.0, 391.0, 348.5, 522.75, 293.0, 391.0, 348.5, 261.5)
"""One plucked note a second; none near a tone that a party speaks with."""


def sample(at: float) -> float:
    """Return the music's value, within -1 and 1, ``at`` seconds from its start; the end leads into the start."""
    swell = 0.85 + 0.15 * math.cos(2 * math.pi * at / 4)
    pad = sum(loud * math.sin(2 * math.pi * hertz * at) for hertz, loud in PAD)
    since = at % 1.0
    note = MELODY[int(at) % len(MELODY)]
    return swell * pad + 0.12 * math.exp(-3 * since) * min(since * 100, 1) * math.sin(2 * math.pi * note * since)


def music_folder(home: Path) -> Path:
    """Return the folder with the waiting music beside an installed engine; written once."""
    return _folder(
        home / "music", "waiting.wav", (int(32767 * sample(number / RATE)) for number in range(RATE * SECONDS))
    )


def silence_folder(home: Path) -> Path:
    """Return a folder with music without a sound; written once."""
    return _folder(home / "silence", "silence.wav", (0 for _ in range(RATE)))


def _folder(folder: Path, name: str, values: Iterable[int]) -> Path:
    target = folder / name
    if not target.exists():
        folder.mkdir(exist_ok=True)
        partial = folder / f".{os.getpid()}.partial"
        with wave.open(str(partial), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(array.array("h", values).tobytes())
        partial.rename(target)
    return folder
