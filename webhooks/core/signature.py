"""Sign and verify Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).

Signed is ``id.timestamp.body`` with the bytes as they are sent: by a secret that both sides have (``whsec_``,
HMAC-SHA256, written ``v1,<base64>``) or by a key that only we have (``whsk_``, Ed25519 of RFC 8032, ``v1a,<base64>``),
whose public half (``whpk_``) everybody may have. A header may hold several, separated by spaces, while a secret is
rotated. Whatever a stranger sends, :func:`verify` returns or raises :class:`SignatureInvalid`, nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from webhooks.errors import SignatureInvalid

Scheme = Literal["v1", "v1a"]
"""How messages are signed, as the header names it: by a shared secret, or by a key of which we show the public half."""
SHARED: Final[Scheme] = "v1"
ASYMMETRIC: Final[Scheme] = "v1a"
PREFIX: Final = "whsec_"
PRIVATE: Final = "whsk_"
PUBLIC: Final = "whpk_"
TOLERANCE: Final = timedelta(minutes=5)
"""How far a timestamp may lie from our clock, either way."""

_SHORTEST, _LONGEST = 24, 64
_SEED = 32
_DIGITS_OF_A_TIMESTAMP = 12


def encode_secret(key: bytes) -> str:
    """Write a key of 24 to 64 bytes as it is shown to people: ``whsec_<base64>``."""
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"a webhook key has {_SHORTEST} to {_LONGEST} bytes")
    return PREFIX + _text(key)


def encode_private(seed: bytes) -> str:
    """Write an Ed25519 key of 32 bytes with its public half behind it, as other senders do: ``whsk_<base64>``."""
    return PRIVATE + _text(seed + _public(seed))


def public_of(secret: str) -> str | None:
    """Return ``whpk_<base64>``, by which everybody can verify what this key signed; None of a shared secret."""
    return PUBLIC + _text(_public(_seed(secret))) if secret.startswith(PRIVATE) else None


def decode_secret(secret: str) -> bytes:
    """Return the key of a shown secret. Raises :class:`SignatureInvalid` for anything else."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:  # binascii.Error is one
        raise SignatureInvalid("the secret is not base64") from error


def sign(secret: str, message_id: str, at: datetime, body: bytes, *, old: str | None = None) -> dict[str, str]:
    """Return the three headers of one attempt; ``at`` is the attempt's own instant, aware.

    ``old``: a secret that was replaced a short while ago and signs too, behind the new one; of either kind.
    """
    timestamp = str(int(at.timestamp()))
    signed = _signed(message_id, timestamp, body)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(each, signed) for each in (secret, old) if each is not None),
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
    expected = _mac(decode_secret(secret), _signed(message_id, timestamp, body)).encode()
    if not any(hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in signatures.split(" ")):
        raise SignatureInvalid("no signature fits")
    if abs(int(timestamp) - now.timestamp()) > tolerance.total_seconds():
        raise SignatureInvalid("the timestamp is too far from now")
    return message_id


def _signature(secret: str, signed: bytes) -> str:
    if secret.startswith(PRIVATE):
        return f"{ASYMMETRIC},{_text(Ed25519PrivateKey.from_private_bytes(_seed(secret)).sign(signed))}"
    return _mac(decode_secret(secret), signed)


def _mac(key: bytes, signed: bytes) -> str:
    return f"{SHARED},{_text(hmac.new(key, signed, hashlib.sha256).digest())}"


def _signed(message_id: str, timestamp: str, body: bytes) -> bytes:
    return b".".join((message_id.encode("utf-8", "replace"), timestamp.encode(), body))


def _seed(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PRIVATE), validate=True)[:_SEED]


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
