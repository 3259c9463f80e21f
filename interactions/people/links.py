"""The address of a page by which one of the client's people is told of a call: signed, for one telling, with an end.

It names the tenant, so that nothing is looked up for a forged one, and it is not stored anywhere: who has the database
has no link.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from kit.signing import BadSignature, DocumentSigner

PATH = "/c/"
_KIND = "client-context/1"
_FORM = struct.Struct(">16s16sI")


@dataclass(frozen=True, slots=True)
class Pass:
    """What a link says: whose it is, which telling, and until when it may be opened."""

    tenant_id: UUID
    context_id: UUID
    ends: datetime


def token(signer: DocumentSigner, tenant_id: UUID, context_id: UUID, ends: datetime) -> str:
    """Return the secret part of the address."""
    return signer.token(_KIND, _FORM.pack(tenant_id.bytes, context_id.bytes, int(ends.timestamp())))


def address(signer: DocumentSigner, public_url: str, tenant_id: UUID, context_id: UUID, ends: datetime) -> str:
    """Return the whole address."""
    return f"{public_url.rstrip('/')}{PATH}{token(signer, tenant_id, context_id, ends)}"


def read(signer: DocumentSigner, text: str) -> Pass:
    """Return what a link says that we signed, also one that has ended. Raises :class:`BadSignature`."""
    content = signer.content(_KIND, text)
    try:
        tenant, context, ends = _FORM.unpack(content)
    except struct.error as error:
        raise BadSignature from error
    return Pass(UUID(bytes=tenant), UUID(bytes=context), datetime.fromtimestamp(ends, UTC))
