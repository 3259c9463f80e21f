"""Texts spoken by espeak-ng (https://github.com/espeak-ng/espeak-ng), run as a command, one process for each text."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from ivr.errors import LocaleUnspoken, SpeechFailed
from ivr.service import folder_of

RATE = 8000
VOICES: Mapping[str, str] = {
    "zh-CN": "cmn",
    "zh-TW": "cmn",
    "zh-HK": "yue",
    "en": "en",
}
"""The voice of each locale; a locale with a region that is not listed takes its language's."""


class Espeak:
    """A :class:`ivr.speech.Speaker`.

    ``command`` begins the command line (a program, or a loader with its program). Sounds are kept in ``folder`` under a
    name that is the digest of text, locale and voice, so a text is spoken once; any process may share the folder.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        within: timedelta = timedelta(seconds=30),
        words_a_minute: int = 150,
    ) -> None:
        self._command = tuple(command)
        self._folder = folder
        self._within = within
        self._words_a_minute = words_a_minute

    def speak(self, text: str, locale: str) -> bytes:
        """Return the text as a WAV of 8 kHz, mono, 16 bit; raises ``LocaleUnspoken``, ``SpeechFailed``."""
        return self.file_of(text, locale).read_bytes()

    def file_of(self, text: str, locale: str, whose: str = "") -> Path:
        """Return the file of a spoken text, and speak it when it does not exist yet.

        ``whose``: see :func:`ivr.service.folder_of`.
        """
        voice = voice_of(locale)
        named = "\0".join((text, locale, voice, str(self._words_a_minute)))
        path = self._folder / folder_of(whose) / f"{hashlib.sha256(named.encode()).hexdigest()}.wav"
        if not path.exists():
            self._keep(path, for_the_phone(self._run(text, voice)))
        return path

    def _run(self, text: str, voice: str) -> bytes:
        line = [*self._command, "-v", voice, "-s", str(self._words_a_minute), "-b", "1", "--stdin", "--stdout"]
        try:
            done = subprocess.run(  # noqa: S603 -- the command is ours, the text goes in by stdin
                line, input=text.encode(), capture_output=True, check=False, timeout=self._within.total_seconds()
            )
        except (OSError, subprocess.TimeoutExpired) as failure:
            raise SpeechFailed(f"{self._command[0]}: {failure}") from failure
        if done.returncode != 0 or not done.stdout.startswith(b"RIFF"):
            raise SpeechFailed(done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}")
        return done.stdout

    def _keep(self, path: Path, sound: bytes) -> None:
        """Write a file at once or not at all: whoever reads never sees half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(sound)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def voice_of(locale: str) -> str:
    """Return the voice of a locale; raises ``LocaleUnspoken``."""
    voice = VOICES.get(locale) or VOICES.get(locale.partition("-")[0])
    if voice is None:
        raise LocaleUnspoken(f"no voice speaks '{locale}'; there are: {', '.join(VOICES)}")
    return voice


def for_the_phone(wav: bytes) -> bytes:
    """Resample a WAV to 8 kHz, mono, 16 bit."""
    # a streamed WAV does not know its length: its header promises more than comes
    samples, rate = soundfile.read(io.BytesIO(_with_length(wav)), dtype="float32", always_2d=True)
    if samples.size == 0:
        raise SpeechFailed("the engine said nothing")
    return phone_wav(samples, rate)


def phone_wav(samples: npt.NDArray[np.float32], rate: int) -> bytes:
    """Return samples (frames by channels, from -1 to 1) as a WAV of 8 kHz, mono, 16 bit."""
    narrow = np.clip(soxr.resample(samples.mean(axis=1), rate, RATE), -1.0, 1.0)
    out = io.BytesIO()
    soundfile.write(out, narrow, RATE, format="WAV", subtype="PCM_16")
    return out.getvalue()


def _with_length(wav: bytes) -> bytes:
    """Put the true lengths into the header of a WAV that was written to a pipe (a RIFF header of 44 bytes)."""
    size = len(wav)
    return wav[:4] + (size - 8).to_bytes(4, "little") + wav[8:40] + (size - 44).to_bytes(4, "little") + wav[44:]
