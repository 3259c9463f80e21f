"""The key by which a request that is sent again is the same one (draft-ietf-httpapi-idempotency-key-header)."""

from __future__ import annotations

import re

_BARE = re.compile(r"[\x21\x23-\x7e][\x21-\x7e]{0,254}")
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"')


def parse_key(header: str) -> str | None:
    """Return the key of a header: a structured-field String (RFC 9651, 3.3.3), or the same bare; None if malformed."""
    text = header.strip(" ")
    if quoted := _QUOTED.fullmatch(text):
        return re.sub(r"\\(.)", r"\1", quoted.group(1))
    return text if _BARE.fullmatch(text) else None
