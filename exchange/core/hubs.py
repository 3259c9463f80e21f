"""Signatures of webhooks over their raw bytes, as several vendors have them; what they call the headers is theirs.

Whatever a stranger sends, these return or raise :class:`SignatureInvalid`, nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from webhooks.core.signature import TOLERANCE
from webhooks.errors import SignatureInvalid


def verify_hub(method: Literal["sha1", "sha256"], secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Verify ``X-Hub-Signature: <method>=<hex>`` (WebSub, section 8), which says no time. Raises as the module says."""
    same(f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}", headers.get("x-hub-signature", ""))


def verify_stamped(secret: str, signature: str, at: str, body: bytes, now: datetime) -> None:
    """Verify the base64 of HMAC-SHA256 over ``at``, an instant in RFC 3339, and the body right behind it.

    Raises as the module says, for an instant that is more than five minutes from ``now`` too.
    """
    same(b64encode(hmac.new(secret.encode(), at.encode() + body, hashlib.sha256).digest()).decode(), signature)
    try:
        off = abs(datetime.fromisoformat(at) - now)
    except (ValueError, TypeError, OverflowError) as error:  # no instant, or one without its zone
        raise SignatureInvalid("the timestamp is no instant") from error
    if off > TOLERANCE:
        raise SignatureInvalid("the timestamp is too far from now")


def same(expected: str, given: str) -> None:
    """Compare in constant time. Raises as the module says."""
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise SignatureInvalid("no signature fits" if given else "there is no signature")
