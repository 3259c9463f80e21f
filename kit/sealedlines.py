"""Lines of a file that one tenant's data waits in while its database is away: sealed by a key that needs no database.

A line is ``gf1`` and two words: the id of the tenant's key, and base64 of nonce, ciphertext and tag (AES-256-GCM, NIST
SP 800-38D). The line's number is bound to it, and each file has a key of its own, so that a line that was changed,
moved within its file or brought from another one does not open. The key is derived from the tenant's own
(:mod:`kit.keystore`): it goes with it. A line that does not begin like that was written before there were keys, and is
returned as it is.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.keystore import LocalKeyStore
from kit.tenantkeys import Tampered

_BEGINS = b"gf1 "
_NONCE = 12


class LineSealer:
    """Seals and opens the lines of one tenant's file. Everything here blocks."""

    def __init__(self, store: LocalKeyStore, tenant_id: UUID, what: str) -> None:
        """Take the store of keys; nothing is read yet. ``what`` names the file: each has a key of its own."""
        self._store, self._tenant_id, self._what = store, tenant_id, what

    def seal(self, lines: Iterable[bytes], first: int = 0) -> list[bytes]:
        """Return the lines sealed, the first of them for the line number ``first`` of its file.

        Raises ``KeysAway`` and ``KeysDestroyed``.
        """
        key_id, key = self._store.derived(self._tenant_id, self._what)
        cipher = AESGCM(key)
        return [self._sealed(cipher, key_id, line, first + n) for n, line in enumerate(lines)]

    def open(self, lines: Sequence[bytes]) -> list[bytes]:
        """Return a whole file's lines. Raises ``KeysAway``, ``KeysDestroyed`` and :class:`Tampered`."""
        ciphers: dict[str, AESGCM] = {}
        return [self._opened(ciphers, line, n) for n, line in enumerate(lines)]

    def _sealed(self, cipher: AESGCM, key_id: str, line: bytes, number: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return b" ".join(
            (b"gf1", key_id.encode(), base64.b64encode(nonce + cipher.encrypt(nonce, line, _bound(number))))
        )

    def _opened(self, ciphers: dict[str, AESGCM], line: bytes, number: int) -> bytes:
        if not line.startswith(_BEGINS):
            return line
        try:
            _, key_id, text = line.split(b" ")
            raw = base64.b64decode(text, validate=True)
            name = key_id.decode()
        except (ValueError, binascii.Error) as error:
            raise Tampered from error
        if name not in ciphers:
            ciphers[name] = AESGCM(self._store.derived(self._tenant_id, self._what, name)[1])
        try:
            return ciphers[name].decrypt(raw[:_NONCE], raw[_NONCE:], _bound(number))
        except (InvalidTag, ValueError) as error:
            raise Tampered from error


def keys_of(path: Path) -> set[str]:
    """Return the ids of the keys that a file's lines are sealed under; none, when it is no file of such lines."""
    found: set[str] = set()
    with path.open("rb") as file:
        if file.read(len(_BEGINS)) != _BEGINS:
            return found
        file.seek(0)
        for line in file:
            if line.startswith(_BEGINS):
                found.add(line.split(b" ", 2)[1].decode(errors="replace"))
    return found


def _bound(number: int) -> bytes:
    return number.to_bytes(8)
