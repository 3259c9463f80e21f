"""What can go wrong around flows."""

from __future__ import annotations

from kit.errors import Problem


class SpeechFailed(Exception):
    """A text could not be spoken; the message says what the engine said."""


class LocaleUnspoken(SpeechFailed):
    """No voice speaks this locale."""


class BadSound(Exception):
    """An uploaded recording is not taken. ``reason`` is a code: ``no_wav``, ``cut_off``, ``silent``, ..."""

    def __init__(self, reason: str) -> None:
        """Take the code of the reason."""
        super().__init__(reason)
        self.reason = reason


class SoundNotTaken(Problem):
    """The file that was sent is no recording that the phones can play; ``reason`` says why, as a code."""

    status = 422
    code = "sound_not_taken"
    title = "This recording is not taken"
