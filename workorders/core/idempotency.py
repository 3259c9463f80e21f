"""What makes two requests the same (workorders.md, section 6); their key is read by ``kit.idempotency``."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any, Final

LIFE: Final = timedelta(days=7)
"""How long an answer is kept; published, and longer than the 75 hours of retries."""


def fingerprint(method: str, path: str, body: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return SHA-256 of the canonical request: equal JSON values are equal, whatever their spaces and order of keys."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{method} {path}\n{canonical}".encode()).digest()
