"""One-time codes: the six digits of an authenticator app (RFC 6238), and recovery codes as people type them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from pyotp.totp import TOTP

STEP_S = 30
"""How long a code is shown, in seconds (RFC 6238, section 5.2)."""
SKEW_STEPS = 1
"""So many steps a person's clock may be off, either way."""
DIGITS = 6
RECOVERY_BYTES = 10
"""80 random bits: too many to try, so their plain SHA-256 is stored."""
_GROUP = 4


def step_of(now: datetime) -> int:
    """Return the number of the time step that ``now`` lies in."""
    return int(now.timestamp()) // STEP_S


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Return the time step that ``code`` belongs to, or None.

    A step that is not after ``last_step`` is never taken: a code that was used, or seen being typed, is worth nothing.
    """
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return None
    made, here, found = TOTP(secret, digits=DIGITS, interval=STEP_S), step_of(now), None
    for step in range(here - SKEW_STEPS, here + SKEW_STEPS + 1):
        fits = hmac.compare_digest(made.generate_otp(step), typed)
        if fits and step > last_step:
            found = step
    return found


def authenticator_uri(secret: str, email: str, issuer: str) -> str:
    """Return the address that an authenticator app reads from the picture."""
    return str(TOTP(secret, digits=DIGITS, interval=STEP_S).provisioning_uri(name=email, issuer_name=issuer))


def in_groups(text: str) -> str:
    """Return a code or a secret in groups of four, as people read it aloud."""
    return "-".join(text[n : n + _GROUP] for n in range(0, len(text), _GROUP))


def recovery_text(octets: bytes) -> str:
    """Return the code that a person keeps for these random bytes: base32 in small letters, in groups of four."""
    return in_groups(base64.b32encode(octets).decode().rstrip("=").lower())


def recovery_hash(user_id: UUID, typed: str) -> bytes:
    """Return what is stored for a recovery code; spaces, hyphens and capitals do not matter."""
    plain = "".join(character for character in typed.lower() if character.isalnum())
    return hashlib.sha256(user_id.bytes + plain.encode()).digest()
