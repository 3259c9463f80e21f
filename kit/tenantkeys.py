"""A tenant's data keys, open: they seal and open personal values, and make what equal values are found by.

A sealed text is ``gf1:`` and base64url of ``key id | nonce | ciphertext and tag``, AES-256-GCM (NIST SP 800-38D). Its
place is bound to it (``tenant|table|column|row``): copied into another row, column or tenant it does not open. What
does not begin like that was stored before there were keys, and is returned as it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kit.errors import KeysAway, KeysDestroyed

PREFIX = "gf1:"
_BYTES_PREFIX = b"\0gf1"
_NONCE, _ID = 12, 16

ERASED = "[erased]"
"""What a sealed text reads as once its tenant's keys are destroyed."""
UNREADABLE = "[unreadable]"
"""What a sealed text reads as that was changed or moved; the log names the place."""

log = structlog.get_logger(__name__)


class UnknownKey(Exception):
    """Sealed under a key that was made after these were read: read them again."""


class Tampered(Exception):
    """The value was changed, or belongs to another place."""


class TenantKeys:
    """One tenant's keys. ``active`` seals, all of them open; ``index`` makes blind indexes."""

    def __init__(self, tenant_id: UUID, keys: Mapping[UUID, bytes], active: UUID | None, index: bytes | None) -> None:
        """Made by :class:`kit.vault.Vault` only."""
        self.tenant_id = tenant_id
        self.active = active
        self.destroyed = False
        self._keys = keys
        self._ciphers = {key_id.bytes: AESGCM(key) for key_id, key in keys.items()}
        self._tenant = f"{tenant_id}|"
        self._index = index

    @classmethod
    def gone(cls, tenant_id: UUID) -> TenantKeys:
        """Return the keys of a tenant whose keys are destroyed: everything sealed reads as erased."""
        keys = cls(tenant_id, {}, None, None)
        keys.destroyed = True
        return keys

    def require(self, key_id: UUID) -> TenantKeys:
        """Return these keys, with this one among them. Raises :class:`UnknownKey` and :class:`KeysDestroyed`."""
        if self.destroyed:
            raise KeysDestroyed
        if key_id not in self._keys:
            raise UnknownKey
        return self

    def is_newest(self, value: str | bytes) -> bool:
        """Say whether a stored value is sealed under the key that seals now."""
        if self.active is None:
            return False
        if isinstance(value, bytes):
            return value.startswith(_BYTES_PREFIX + self.active.bytes)
        return value.startswith(PREFIX + base64.urlsafe_b64encode(self.active.bytes[:15]).decode())

    # ------------------------------------------------------------------------------------------------------------ texts

    def seal(self, text: str, where: str) -> str:
        """Return the sealed text; ``where`` is ``table|column|row``."""
        return PREFIX + base64.urlsafe_b64encode(self._seal(text.encode(), where)).decode()

    def open(self, text: str, where: str) -> str:
        """Return the text, :data:`ERASED` or :data:`UNREADABLE`. Raises :class:`UnknownKey`."""
        if not text.startswith(PREFIX):
            return text
        if self.destroyed:
            return ERASED
        try:
            return self._open(_decoded(text[len(PREFIX) :]), where).decode()
        except (Tampered, binascii.Error, ValueError):
            log.error("sealed_value_unreadable", tenant_id=str(self.tenant_id), where=where)  # noqa: TRY400 - no bug of ours
            return UNREADABLE

    # ------------------------------------------------------------------------------------------------------------ bytes

    def seal_bytes(self, value: bytes, where: str) -> bytes:
        """Return the sealed bytes."""
        return _BYTES_PREFIX + self._seal(value, where)

    def open_bytes(self, value: bytes, where: str) -> bytes:
        """Return the bytes. Raises :class:`UnknownKey`, :class:`Tampered` and :class:`KeysDestroyed`."""
        if not value.startswith(_BYTES_PREFIX):
            return value
        if self.destroyed:
            raise KeysDestroyed
        return self._open(value[len(_BYTES_PREFIX) :], where)

    # ------------------------------------------------------------------------------------------------- index and files

    def blind(self, text: str, what: str) -> bytes:
        """Return what equal texts of one column are found by: HMAC-SHA256 under a key of this tenant only."""
        if self._index is None:
            return b""
        return hmac.new(self._index, f"{what}\0{text}".encode(), hashlib.sha256).digest()

    def file_key(self, key_id: UUID, salt: bytes) -> bytes:
        """Return the key of one file (RFC 5869), from a data key and the file's own salt."""
        self.require(key_id)
        return HKDF(SHA256(), 32, salt, b"glassfloor file").derive(self._keys[key_id])

    def sealing_key(self) -> UUID:
        """Return the id of the key that seals now."""
        if self.destroyed:
            raise KeysDestroyed
        if self.active is None:
            raise KeysAway("this client has no key yet")
        return self.active

    def _seal(self, value: bytes, where: str) -> bytes:
        key_id = self.sealing_key().bytes
        nonce = secrets.token_bytes(_NONCE)
        return key_id + nonce + self._ciphers[key_id].encrypt(nonce, value, self._place(where))

    def _open(self, raw: bytes, where: str) -> bytes:
        if len(raw) < _ID + _NONCE:
            raise Tampered
        cipher = self._ciphers.get(raw[:_ID])
        if cipher is None:
            raise UnknownKey
        try:
            return cipher.decrypt(raw[_ID : _ID + _NONCE], raw[_ID + _NONCE :], self._place(where))
        except InvalidTag as error:
            raise Tampered from error

    def _place(self, where: str) -> bytes:
        return (self._tenant + where).encode()


def _decoded(text: str) -> bytes:
    """Read base64url (RFC 4648 5). The last letter has bits to spare: what is not spelt as we spell it was changed."""
    raw = base64.urlsafe_b64decode(text)
    if base64.urlsafe_b64encode(raw).decode() != text:
        raise Tampered
    return raw
