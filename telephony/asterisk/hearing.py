"""Which known tones a recorded party heard."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np

from telephony.port import SIGNAL_HZ

if TYPE_CHECKING:
    from pathlib import Path

TONES = (440, 697, 1000, 1300, SIGNAL_HZ, 1700)
"""Hertz: a caller, the music, an agent, a supervisor, a tone for an agent alone, an outside party."""
NEAR_HZ = 12
QUIETEST = 0.12
"""Of the strongest tone's amplitude: a party in a mix is at least that loud, a codec's distortion is not."""
SILENCE = 60.0
"""Amplitude (of 32767) below which nothing is heard."""


def tones_in(path: Path) -> frozenset[int]:
    """Return the tones of :data:`TONES` in a mono 16-bit WAV, by its spectrum."""
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64)
    if samples.size < rate // 10:
        return frozenset()
    window = np.hanning(samples.size)
    amplitude = np.abs(np.fft.rfft(samples * window)) * 2 / window.sum()
    frequency = np.fft.rfftfreq(samples.size, 1 / rate)
    found = {tone: float(amplitude[np.abs(frequency - tone) <= NEAR_HZ].max()) for tone in TONES}
    threshold = max(SILENCE, QUIETEST * max(found.values()))
    return frozenset(tone for tone, loud in found.items() if loud >= threshold)
