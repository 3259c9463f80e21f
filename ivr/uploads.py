"""A recording that somebody uploads for a prompt: judged by its content, and made into what the phone engine plays.

Only WAV (RIFF, https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html): every sound program writes it,
and it cannot hold more sound than bytes. The name and the type that a browser sends are not looked at.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import numpy as np
import soundfile

from ivr.errors import BadSound
from ivr.espeak import RATE, phone_wav

MOST_BYTES = 10 * 1024 * 1024
SHORTEST_S, LONGEST_S = 0.3, 180.0
SLOWEST, FASTEST = 8000, 96000
"""Samples a second."""
MOST_CHANNELS = 2
_SUBTYPES = frozenset({"PCM_U8", "PCM_S8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"})
_HEARD = 0.001
"""A recording whose loudest sample is below this share of full scale is silence."""
_CHUNK = struct.Struct("<4sI")


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording as the phone engine plays it: a WAV of 8 kHz, mono, 16 bit, and how long it is."""

    wav: bytes
    duration_ms: int


def for_phones(upload: bytes) -> Heard:
    """Judge and convert an upload. Raises :class:`ivr.errors.BadSound`, whose ``reason`` is one of its table."""
    if len(upload) > MOST_BYTES:
        raise BadSound("too_big")
    if upload[:4] != b"RIFF" or upload[8:12] != b"WAVE":
        raise BadSound("no_wav")
    if _is_cut_off(upload):
        raise BadSound("cut_off")
    try:
        found = soundfile.info(io.BytesIO(upload))
        _judge(found)
        samples, rate = soundfile.read(io.BytesIO(upload), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise BadSound("no_wav") from error
    loud = float(np.abs(samples).max(initial=0.0))
    if not np.isfinite(samples).all() or loud < _HEARD:
        raise BadSound("silent")
    return Heard(phone_wav(samples, rate), round(1000 * len(samples) / rate))


def _judge(found: soundfile._SoundFileInfo) -> None:
    if found.subtype not in _SUBTYPES:
        raise BadSound("encoding")
    if found.channels > MOST_CHANNELS:
        raise BadSound("channels")
    if not SLOWEST <= found.samplerate <= FASTEST:
        raise BadSound("rate")
    if found.duration < SHORTEST_S:
        raise BadSound("too_short")
    if found.duration > LONGEST_S:
        raise BadSound("too_long")


def _is_cut_off(upload: bytes) -> bool:
    """Say whether the sound itself ends before its header says, or is not there at all."""
    at = 12
    while at + _CHUNK.size <= len(upload):
        name, size = _CHUNK.unpack_from(upload, at)
        if name == b"data":
            return bool(at + _CHUNK.size + size > len(upload))
        at += _CHUNK.size + size + size % 2
    return True


__all__ = ["LONGEST_S", "MOST_BYTES", "RATE", "Heard", "for_phones"]
