"""What can go wrong around flows."""

from __future__ import annotations


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
