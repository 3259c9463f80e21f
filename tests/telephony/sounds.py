"""The tones that parties speak in, and how tests listen to them, live and on recordings."""

from __future__ import annotations

import asyncio
import secrets
import wave
from datetime import timedelta
from pathlib import Path

import numpy as np

from telephony.phones import Conversation
from telephony.port import Sound, SoundKind
from telephony.simulator import audio

CALLER_TONE, MUSIC, AGENT_TONE, SUPERVISOR_TONE, OUTSIDE_TONE = 440, 697, 1000, 1300, 1700
LISTENING = timedelta(milliseconds=200)
"""Long enough for a spectrum with lines of 5 Hz."""
ATTEMPTS = 24


async def hear(conversation: Conversation, *hertz: int) -> None:
    """Assert that a party hears exactly these tones, as soon as the sound has had its way to it."""
    for _ in range(ATTEMPTS):
        heard = await conversation.hears(LISTENING)
        if heard == set(hertz):
            return
    raise AssertionError(f"hears {sorted(heard)}, not {sorted(hertz)}")


async def hears(expected: dict[Conversation, set[int]]) -> None:
    """Assert who hears whom, all at once: each party exactly these tones, as soon as the sound has had its way."""
    for _ in range(ATTEMPTS):
        heard = await asyncio.gather(*(party.hears(LISTENING) for party in expected))
        if list(map(set, heard)) == list(expected.values()):
            return
    pairs = zip(heard, expected.values(), strict=True)
    wrong = {place: (sorted(was), sorted(should)) for place, (was, should) in enumerate(pairs) if was != should}
    raise AssertionError(f"parties hear (and should hear): {wrong}")


def tone_file(folder: Path, hertz: int, length: timedelta) -> Sound:
    """A prompt that plays one tone."""
    path = folder / f"{secrets.token_hex(6)}.wav"
    audio.write(path, [audio.tones([hertz], 0, int(length.total_seconds() * audio.RATE))])
    return Sound(SoundKind.FILE, str(path.with_suffix("")))


def recorded_tones(path: str) -> frozenset[int]:
    """The known tones in a recording, and that it is 8 kHz mono."""
    with wave.open(path) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (audio.RATE, 1, 2)
    samples = audio.read(Path(path))
    return audio.known_tones(samples[np.flatnonzero(samples)[0] :]) if np.any(samples) else frozenset()
