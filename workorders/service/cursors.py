"""Cursors of lists: where a page ended, bound to the tenant and to the list."""

from __future__ import annotations

import base64
import binascii
import hashlib
from uuid import UUID

from kit.errors import ValidationFailed

_MARK = 8


def write(tenant_id: UUID, of: str, place: bytes) -> str:
    """Return a cursor for a place in a list of a tenant."""
    return base64.urlsafe_b64encode(place + _mark(tenant_id, of)).decode()


def read(tenant_id: UUID, of: str, cursor: str) -> bytes:
    """Return the place. Raises :class:`ValidationFailed` for what is no cursor, or another list's."""
    try:
        raw = base64.urlsafe_b64decode(cursor)
    except (binascii.Error, ValueError) as error:
        raise ValidationFailed("the cursor is not one of ours") from error
    if len(raw) <= _MARK or raw[-_MARK:] != _mark(tenant_id, of):
        raise ValidationFailed("the cursor belongs to another list")
    return raw[:-_MARK]


def _mark(tenant_id: UUID, of: str) -> bytes:
    return hashlib.sha256(f"{tenant_id} {of}".encode()).digest()[:_MARK]
