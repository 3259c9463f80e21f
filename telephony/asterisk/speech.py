"""Spoken prompts by the espeak-ng that is installed beside the engine, as the 8 kHz mono WAV that the engine plays."""

from __future__ import annotations

import asyncio
import tempfile
import wave
from pathlib import Path

import numpy as np
import soxr

RATE = 8000
VOICES = {"zh": "cmn", "zh-CN": "cmn", "zh-TW": "cmn", "zh-HK": "yue", "yue": "yue", "en": "en-us", "en-GB": "en-gb"}
"""espeak-ng's names; any other language is tried as it is written."""
WORDS_PER_MINUTE = 155


class SpeechFailed(RuntimeError):
    """espeak-ng could not say it."""


async def speak(home: Path, text: str, language: str, target: Path) -> None:
    """Write ``text`` spoken in ``language`` (BCP 47) to ``target``; ``home`` is the installed phone engine."""
    voice = VOICES.get(language) or VOICES.get(language.partition("-")[0], language.lower())
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        command = (str(home / "bin/espeak-ng"), "-v", voice, "-s", str(WORDS_PER_MINUTE), "-w", str(spoken), "--stdin")
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
        _, complaint = await process.communicate(text.encode())
        if process.returncode or not spoken.exists():
            raise SpeechFailed(f"espeak-ng, voice {voice}: {complaint.decode(errors='replace').strip()}")
        await asyncio.to_thread(_resample, spoken, target)


def _resample(source: Path, target: Path) -> None:
    """Bring espeak-ng's rate (22,050 Hz) to the engine's; the file appears whole."""
    with wave.open(str(source)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    resampled = soxr.resample(samples, rate, RATE)
    partial = target.with_name(f".{target.name}.partial")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(resampled.astype("<i2").tobytes())
    partial.replace(target)
