"""Passkeys (WebAuthn Level 3): made, listed, removed, and shown instead of a password and a second factor.

The device has to verify its person (a finger, a face, a PIN), so a passkey is both factors. Each challenge is asked
once, belongs to one half-done proof of one browser (tenants.service.pending), and is forgotten with the first answer.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import generate_challenge, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kit.db import Database
from kit.errors import Conflict
from tenants.access import Principal
from tenants.identity.errors import SignInExpired, WrongCode
from tenants.identity.facts import SecondFactorChanged
from tenants.service import pending
from tenants.service.entrance import Entrance, tell
from tenants.service.factors import drop_lone_codes
from tenants.service.sessions import token_hash

MOST = 20
"""Passkeys of one person."""
LONGEST_NAME = 60
_ADD = """
INSERT INTO control.passkey (id, user_id, public_key, sign_count, name, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING RETURNING 1
"""
_USED = """
UPDATE control.passkey SET sign_count = $2, used_at = $3
WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING user_id
"""
_READ = """
SELECT k.user_id, k.public_key, k.sign_count FROM control.passkey k JOIN control."user" u ON u.id = k.user_id
WHERE k.id = $1 AND u.disabled_at IS NULL
"""
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Site:
    """Whom a passkey is made for: the host's name that it is bound to, and the origin that its pages have."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Held:
    """One passkey as its owner sees it; ``id`` is hexadecimal."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a device answered, before it is checked: about whom, to which proof, and the passkey's row, if any."""

    user_id: UUID
    asked: pending.Pending
    credential: AuthenticationCredential | None
    row: Mapping[str, Any] | None


def site_of(origin: str) -> Site | None:
    """Return the site of an origin; None where browsers know no passkeys: under a bare address (WebAuthn, 5.1.2)."""
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, origin) if host else None
    return None


async def passkeys_of(control: Database, user_id: UUID) -> list[Held]:
    """Return a person's passkeys, the oldest first."""
    rows = await (await control.pool()).fetch(
        "SELECT id, name, created_at, used_at FROM control.passkey WHERE user_id = $1 ORDER BY created_at, id", user_id
    )
    return [Held(r["id"].hex(), r["name"], r["created_at"], r["used_at"]) for r in rows]


async def ask_new(control: Database, who: Principal, site: Site, now: datetime) -> tuple[str, str]:
    """Ask a device for a new passkey: return the proof's token, and the options as JSON. Raises :class:`Conflict`."""
    user_id = UUID(who.id)
    held = await passkeys_of(control, user_id)
    if len(held) >= MOST:
        raise Conflict("A person has at most 20 passkeys")
    challenge = generate_challenge()
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Glassfloor",
        user_id=user_id.bytes,
        user_name=who.email,
        user_display_name=who.name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes.fromhex(key.id)) for key in held],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    token = await pending.open_pending(control, "register", now, user_id=user_id, challenge=challenge)
    return token, options_to_json(options)


async def add(entrance: Entrance, who: Principal, shown: tuple[str, str], site: Site, now: datetime) -> bytes:
    """Keep the passkey that the device made and return its id; ``shown``: the proof's token, and the device's answer.

    Raises :class:`SignInExpired` and :class:`WrongCode`.
    """
    token, answer = shown
    asked = await pending.take_challenge(entrance.control, token, now)
    challenge = asked.challenge
    if asked.purpose != "register" or asked.user_id != UUID(who.id) or challenge is None:
        raise SignInExpired
    made = _checked(
        lambda: verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    )
    await tell(entrance, asked.user_id, SecondFactorChanged(who.id, "added", "passkey"), now)
    pool, name = await entrance.control.pool(), f"{now:%Y-%m-%d}"
    row = (made.credential_id, asked.user_id, made.credential_public_key, made.sign_count, name, now)
    if await pool.fetchval(_ADD, *row) is None:
        raise WrongCode  # somebody has a passkey of this id
    await pending.finish(entrance.control, token)
    return made.credential_id


async def rename(control: Database, user_id: UUID, key: str, name: str) -> bool:
    """Call a passkey of one's own something; False for another's, or none."""
    done = "UPDATE control.passkey SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING 1"
    return await (await control.pool()).fetchval(done, _octets(key), user_id, name[:LONGEST_NAME]) is not None


async def remove(entrance: Entrance, user_id: UUID, key: str, now: datetime) -> bool:
    """Forget a passkey of one's own; False for another's, or none."""
    gone = "DELETE FROM control.passkey WHERE id = $1 AND user_id = $2 RETURNING 1"
    if await (await entrance.control.pool()).fetchval(gone, _octets(key), user_id) is None:
        return False
    await drop_lone_codes(entrance.control, user_id)
    await tell(entrance, user_id, SecondFactorChanged(str(user_id), "removed", "passkey"), now)
    return True


async def ask(control: Database, token: str | None, site: Site, now: datetime) -> tuple[str, str]:
    """Ask for any passkey of this site, or, within a living proof, for one of its person's.

    Return the proof's token, a new one without ``token``, and the options as JSON. Raises :class:`SignInExpired`.
    """
    challenge, allowed = generate_challenge(), []
    if token is None:
        token = await pending.open_pending(control, "passkey", now, challenge=challenge)
    else:
        await pending.set_challenge(control, token, challenge, now)
        person = await (await control.pool()).fetchval(
            "SELECT user_id FROM control.pending_sign_in WHERE token_hash = $1", token_hash(token)
        )
        allowed = await passkeys_of(control, person) if person else []
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=bytes.fromhex(key.id)) for key in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return token, options_to_json(options)


async def claimed(control: Database, token: str, answer: str, now: datetime) -> Claim:
    """Use the challenge up and return what a device claims, unchecked: whom it is about is told when it is wrong.

    Raises :class:`SignInExpired`, and :class:`WrongCode` for an answer that is about nobody.
    """
    asked = await pending.take_challenge(control, token, now)
    if asked.purpose == "register" or asked.challenge is None:
        raise SignInExpired
    credential: AuthenticationCredential | None
    try:
        credential = _checked(lambda: parse_authentication_credential_json(answer))
    except WrongCode:
        credential = None
    row = None if credential is None else await (await control.pool()).fetchrow(_READ, credential.raw_id)
    owner = asked.user_id or (row["user_id"] if row else None)
    if owner is None:
        raise WrongCode
    return Claim(owner, asked, credential, row)


async def check(control: Database, claim: Claim, site: Site, now: datetime) -> None:
    """Check a claim: a valid answer to this very challenge, by a passkey of its person. Raises :class:`WrongCode`."""
    row, credential, challenge = claim.row, claim.credential, claim.asked.challenge
    if row is None or credential is None or challenge is None or row["user_id"] != claim.user_id:
        raise WrongCode
    handle = credential.response.user_handle
    if handle is not None and handle != row["user_id"].bytes:
        raise WrongCode
    shown = _checked(
        lambda: verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=row["public_key"],
            credential_current_sign_count=row["sign_count"],
            require_user_verification=True,
        )
    )
    used = (credential.raw_id, shown.new_sign_count, now)
    if await (await control.pool()).fetchval(_USED, *used) is None:
        raise WrongCode


def _checked(check: Callable[[], _R]) -> _R:
    """Run the library over what a stranger sent: whatever it makes of it, it is not a right answer."""
    try:
        return check()
    except Exception as error:  # each format of attestation and each broken CBOR has errors of its own
        raise WrongCode from error


def _octets(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""
