"""What this room refuses."""

from __future__ import annotations


class SignatureInvalid(Exception):
    """A message is not signed by the holder of the secret, or is too old; the sentence says which, for a log."""
