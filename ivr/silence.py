"""Prompts for the simulated phone network, where nobody listens: silence, as long as speaking the text would take."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

from ivr.service import folder_of

_RATE = 8000
_HAN_S = 0.22
"""Seconds for a Chinese character at an easy pace."""
_LETTER_S = 0.065
"""Seconds for a letter of another script, spaces included."""


class Silence:
    """Keeps a file for each text, as :class:`ivr.espeak.Espeak` does; needs no synthesiser."""

    def __init__(self, folder: Path) -> None:
        """Keep the files in ``folder``."""
        self._folder = folder

    def file_of(self, text: str, locale: str, whose: str = "") -> Path:
        """Return the file of a text; ``whose``: see :func:`ivr.service.folder_of`."""
        path = (
            self._folder / folder_of(whose) / f"{hashlib.sha256(f'silence {locale} {text}'.encode()).hexdigest()}.wav"
        )
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            with wave.open(str(part), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(_RATE)
                file.writeframes(bytes(2 * int(_RATE * _seconds(text))))
            part.replace(path)
        return path


def _seconds(text: str) -> float:
    return sum(_HAN_S if ord(letter) > 0x2E7F else _LETTER_S for letter in text)  # noqa: PLR2004 - where Han begins
