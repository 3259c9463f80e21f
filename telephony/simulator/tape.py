"""A recording in the making: who spoke which tone when, turned into samples when it ends."""

from __future__ import annotations

import wave
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from telephony.simulator import audio

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_PART = 60 * audio.RATE
"""In samples: what is in memory at a time."""
_LONGEST = 4 * 3600 * audio.RATE
"""In samples. A turned clock can jump days; nobody needs a recording of them."""


@dataclass(frozen=True, slots=True)
class _Voices:
    at: datetime
    hertz: tuple[int, ...]


@dataclass(slots=True)
class _FilePlayed:
    at: datetime
    path: Path
    until: datetime | None = None


@dataclass(slots=True)
class Tape:
    """Collects what sounds in a call from ``began_at`` on."""

    began_at: datetime
    path: Path
    _gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    _paused_at: datetime | None = None
    _voices: list[_Voices] = field(default_factory=list)
    _files: list[_FilePlayed] = field(default_factory=list)

    def voices(self, at: datetime, hertz: tuple[int, ...]) -> None:
        """From ``at`` on these tones sound; one that is spoken twice is twice as loud."""
        if not self._voices or self._voices[-1].hertz != hertz:
            self._voices.append(_Voices(at, hertz))

    def file_began(self, at: datetime, path: Path) -> None:
        """Note that a file plays into the call, from its beginning at ``at`` (which may lie before the recording's)."""
        self._files.append(_FilePlayed(at, path))

    def file_ended(self, at: datetime) -> None:
        """Note that the file that began last is over, at its end or before."""
        if self._files and self._files[-1].until is None:
            self._files[-1].until = at

    def pause(self, at: datetime) -> None:
        """Leave out what sounds from now on; harmless when it is left out already."""
        self._paused_at = self._paused_at or at

    def resume(self, at: datetime) -> None:
        """Go on; harmless when it goes on."""
        if self._paused_at is not None:
            self._gaps.append((self._paused_at, max(at, self._paused_at)))
            self._paused_at = None

    def finish(self, at: datetime) -> bool:
        """Write everything up to ``at``; false when the file could not be written."""
        self.resume(at)
        total = min(self._offset(at), _LONGEST)
        parts = [(start, min(start + _PART, total)) for start in range(0, total, _PART)]
        try:
            files = [self._read(played, at) for played in self._files]
            audio.write(self.path, (self._mixed(start, end, files) for start, end in parts))
        except (OSError, wave.Error):
            return False
        return True

    def _read(self, played: _FilePlayed, at: datetime) -> tuple[int, audio.Samples]:
        """Tell a file's first sample on the tape, and what of it was played while the tape ran."""
        sound = audio.read(played.path)[: _samples(played.at, played.until or at)]
        for paused, resumed in reversed(self._gaps):
            first, last = max(_samples(played.at, paused), 0), max(_samples(played.at, resumed), 0)
            sound = np.concatenate([sound[:first], sound[last:]])
        return self._offset(played.at), sound

    def _mixed(self, start: int, end: int, files: list[tuple[int, audio.Samples]]) -> audio.Samples:
        """Everything that sounded between two samples."""
        mixed = np.zeros(end - start)
        ends = [self._offset(piece.at) for piece in self._voices[1:]] + [end]
        for piece, piece_end in zip(self._voices, ends, strict=False):
            first, last = max(self._offset(piece.at), start), min(piece_end, end)
            if piece.hertz and first < last:
                mixed[first - start : last - start] += audio.tones(piece.hertz, first, last - first)
        for began, sound in files:
            first, last = max(began, start), min(began + sound.size, end)
            if first < last:
                mixed[first - start : last - start] += sound[first - began : last - began]
        return mixed

    def _offset(self, at: datetime) -> int:
        """Count the samples up to an instant, without the gaps; negative before the beginning."""
        left_out = sum(_samples(paused, min(at, resumed)) for paused, resumed in self._gaps if paused < at)
        return _samples(self.began_at, at) - left_out

    def duration(self, at: datetime) -> timedelta:
        """How long the recording is when it ends at ``at``."""
        return at - self.began_at - sum((resumed - paused for paused, resumed in self._gaps), timedelta())


def _samples(since: datetime, until: datetime) -> int:
    return round((until - since).total_seconds() * audio.RATE)
