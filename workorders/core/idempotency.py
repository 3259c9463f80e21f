"""What makes two requests the same (draft-ietf-httpapi-idempotency-key-header; workorders.md, section 6)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any, Final

LIFE: Final = timedelta(days=7)
"""How long an answer is kept; published, and longer than the 75 hours of retries."""

_BARE = re.compile(r"[\x21\x23-\x7e][\x21-\x7e]{0,254}")
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"')


def parse_key(header: str) -> str | None:
    """Return the key of a header: a structured-field String (RFC 9651, 3.3.3), or the same bare; None if malformed."""
    text = header.strip(" ")
    if quoted := _QUOTED.fullmatch(text):
        return re.sub(r"\\(.)", r"\1", quoted.group(1))
    return text if _BARE.fullmatch(text) else None


def fingerprint(method: str, path: str, body: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return SHA-256 of the canonical request: equal JSON values are equal, whatever their spaces and order of keys."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{method} {path}\n{canonical}".encode()).digest()
