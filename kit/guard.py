"""The signed tenant context that ``guard.tenant()`` checks inside the database (isolation.md, section 3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

LIFE_S = 60
"""How long a token may be used, in seconds; a transaction is far shorter."""

_BLOCK = 64


@dataclass(frozen=True, slots=True)
class ContextSigner:
    """Signs ``kid.tenant.backend_pid.exp`` with HMAC-SHA256; the pads of the same key lie in ``guard.key``."""

    kid: int
    key: bytes

    def token(self, tenant_id: UUID, backend_pid: int, database_now: float) -> str:
        """Make the token for one transaction on one connection. ``database_now`` is Unix time on the server's clock."""
        body = f"{self.kid}.{tenant_id}.{backend_pid}.{int(database_now) + LIFE_S}"
        mac = hmac.new(self.key, body.encode(), hashlib.sha256).hexdigest()
        return f"{body}.{mac}"

    def pads(self) -> tuple[bytes, bytes]:
        """Return the inner and outer pad (RFC 2104) that the database keeps instead of the key."""
        block = self.key.ljust(_BLOCK, b"\0")
        return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)
