"""Small secrets at rest: what a row must hold and its reader must not see (a second factor, a database's address).

AES-256-GCM under the installation's master key (``GF_MASTER_KEY``), which is in no database. What is sealed is bound to
its place by ``where`` (the associated data): a value that somebody copies into another row does not open there.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12


class Unreadable(Exception):
    """A sealed value was changed, moved to another place, or sealed under another key."""


class SecretBox:
    """Seals and opens under one 32-byte key."""

    def __init__(self, key: bytes) -> None:
        """Take the key; refuse one of another length."""
        self._cipher = AESGCM(_of_length(key))

    def seal(self, value: bytes, where: str) -> bytes:
        """Return ``version | nonce | ciphertext and tag``; ``where`` is ``table|column|row``, as for :meth:`open`."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, value, where.encode())

    def open(self, sealed: bytes, where: str) -> bytes:
        """Return what was sealed. Raises :class:`Unreadable`."""
        if sealed[:1] != _VERSION:
            raise Unreadable
        try:
            return self._cipher.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], where.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error


def _of_length(key: bytes) -> bytes:
    if len(key) != 32:  # noqa: PLR2004 - AES-256
        raise ValueError("the master key has 32 bytes")
    return key
