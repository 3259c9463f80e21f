"""The address that answers to a work order's mail go to: it says which order, until when, and proves that we gave it.

Its local part is 63 letters and digits (base32, whatever the case, as relays may change it; RFC 5321 allows 64): six
bytes of the tenant's id, the order's id, the last day, and 15 bytes of HMAC-SHA256 by the connection's own secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

_KIND: Final = b"mail-reply/1\0"
_TENANT, _ORDER, _DAY, _MAC = 6, 16, 2, 15
_SAID: Final = _TENANT + _ORDER + _DAY
_CHARACTERS: Final = 63
_FIRST: Final = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """What an address says; nothing of it is true before :meth:`is_signed` says so."""

    said: bytes
    mac: bytes

    @property
    def order(self) -> UUID:
        """The work order."""
        return UUID(bytes=self.said[_TENANT : _TENANT + _ORDER])

    @property
    def until(self) -> date:
        """The last day on which mail to it is taken (UTC)."""
        return _FIRST + timedelta(days=int.from_bytes(self.said[-_DAY:]))

    def may_be_of(self, tenant_id: UUID) -> bool:
        """Say whether this tenant may have given it: a few bytes that narrow the search, no proof."""
        return self.said[:_TENANT] == tenant_id.bytes[-_TENANT:]

    def is_signed(self, secret: bytes) -> bool:
        """Say whether this secret signed it."""
        return hmac.compare_digest(self.mac, _mac(secret, self.said))


def made(secret: bytes, tenant_id: UUID, order: UUID, until: date) -> str:
    """Return the local part of an address."""
    said = tenant_id.bytes[-_TENANT:] + order.bytes + (until - _FIRST).days.to_bytes(_DAY)
    return base64.b32encode(said + _mac(secret, said)).decode().rstrip("=").lower()


def read(local: str) -> ReplyAddress | None:
    """Return what a local part says; None: it is none of ours."""
    if len(local) != _CHARACTERS or not local.isascii():
        return None
    try:
        raw = base64.b32decode(local.upper() + "=")
    except binascii.Error:
        return None
    if base64.b32encode(raw).decode().rstrip("=") != local.upper():  # another spelling of the same bytes
        return None
    return ReplyAddress(raw[:_SAID], raw[_SAID:])


def _mac(secret: bytes, said: bytes) -> bytes:
    return hmac.digest(secret, _KIND + said, hashlib.sha256)[:_MAC]
