"""The machine that speaks prompts, the same for the phones and for who listens to a prompt in the portal."""

from __future__ import annotations

import shlex
from pathlib import Path

from ivr.espeak import Espeak
from kit.settings import Settings


def sounds_of(settings: Settings) -> Path:
    """Return the folder in which spoken texts are kept."""
    return settings.data_folder.resolve() / "prompts"


def speaker_of(settings: Settings) -> Espeak | None:
    """Return the machine, or None where none is set up."""
    if not settings.speech_command:
        return None
    return Espeak(shlex.split(settings.speech_command), sounds_of(settings))
