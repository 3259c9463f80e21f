"""Sign and verify Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).

The signature is HMAC-SHA256 over ``id.timestamp.body`` with the bytes as they are sent, written ``v1,<base64>``. A
header may hold several, separated by spaces, while a secret is rotated. Whatever a stranger sends, :func:`verify`
returns or raises :class:`SignatureInvalid`, nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from webhooks.errors import SignatureInvalid

PREFIX: Final = "whsec_"
TOLERANCE: Final = timedelta(minutes=5)
"""How far a timestamp may lie from our clock, either way."""

_SHORTEST, _LONGEST = 24, 64
_DIGITS_OF_A_TIMESTAMP = 12


def encode_secret(key: bytes) -> str:
    """Write a key of 24 to 64 bytes as it is shown to people: ``whsec_<base64>``."""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"a webhook key has {_SHORTEST} to {_LONGEST} bytes")
    return PREFIX + base64.b64encode(key).decode()


def decode_secret(secret: str) -> bytes:
    """Return the key of a shown secret. Raises :class:`SignatureInvalid` for anything else."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:  # binascii.Error is one
        raise SignatureInvalid("the secret is not base64") from error


def sign(secret: str, message_id: str, at: datetime, body: bytes, *, old: str | None = None) -> dict[str, str]:
    """Return the three headers of one attempt; ``at`` is the attempt's own instant, aware.

    ``old``: a secret that was replaced a short while ago and signs too, behind the new one.
    """
    timestamp = str(int(at.timestamp()))
    secrets = (secret,) if old is None else (secret, old)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            f"v1,{_mac(decode_secret(each), message_id, timestamp, body)}" for each in secrets
        ),
    }


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: datetime, tolerance: timedelta = TOLERANCE
) -> str:
    """Return the message's id if the secret signed it and its time is near ``now``.

    ``headers`` have lower-case names. Raises :class:`SignatureInvalid`.
    """
    given = [headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
    message_id, timestamp, signatures = given
    if not all(given):
        raise SignatureInvalid("a webhook header is missing")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _DIGITS_OF_A_TIMESTAMP):
        raise SignatureInvalid("the timestamp is not a number of seconds")
    expected = f"v1,{_mac(decode_secret(secret), message_id, timestamp, body)}".encode()
    if not any(hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in signatures.split(" ")):
        raise SignatureInvalid("no signature fits")
    if abs(int(timestamp) - now.timestamp()) > tolerance.total_seconds():
        raise SignatureInvalid("the timestamp is too far from now")
    return message_id


def _mac(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    signed = b".".join((message_id.encode("utf-8", "replace"), timestamp.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
