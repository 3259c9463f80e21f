"""The port to whatever speaks texts."""

from __future__ import annotations

from typing import Protocol


class Speaker(Protocol):
    """Speaks texts as sounds for the phone."""

    def speak(self, text: str, locale: str) -> bytes:
        """Return a WAV of 8 kHz, mono, 16 bit; raises ``LocaleUnspoken``, ``SpeechFailed``. May take a second."""
