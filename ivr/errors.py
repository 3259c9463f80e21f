"""What can go wrong around flows."""

from __future__ import annotations


class SpeechFailed(Exception):
    """A text could not be spoken; the message says what the engine said."""


class LocaleUnspoken(SpeechFailed):
    """No voice speaks this locale."""
