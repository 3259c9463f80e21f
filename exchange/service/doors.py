"""Addresses for messages of clients' systems: made, replaced, and judged each time that something comes to one.

An address names tenant and connection, is signed, and carries 32 random bytes, of which the digest is stored: nothing
is looked up for a forged one, and who has the database has no address.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from exchange.adapters.chosen import ADAPTERS, CONNECTORS, WITHOUT_ADDRESS
from exchange.errors import AddressUnknown, SenderRefused, SignatureRefused
from exchange.facts import ConnectionAddressMade, ConnectionSecretChanged
from exchange.schemas import DoorBody, SecretBody
from exchange.service import erasing, rows
from exchange.service.rows import Row
from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.signing import BadSignature, DocumentSigner
from kit.tenantkeys import TenantKeys
from tenants.core.origin import Bounds, Origin
from tenants.errors import ConnectionNotActive
from tenants.oauth.bounds import judged_bounds
from webhooks.core.signature import encode_secret, verify
from webhooks.errors import SignatureInvalid

_SECRET: Final = 32
_FORM = struct.Struct(f">16s16s{_SECRET}s")
_SIGNED: Final = "inbound-address/1"
_SIGNS: Final = ("secret", "secret_before")
_MAKE = """
UPDATE gf.exchange_connection SET adapter = $3, signed = $4, networks = $5, certificates = $12, token_hash = $6,
  secret_before = $7, secret = $8, ask_url = CASE WHEN $11 THEN ask_url ELSE $9 END,
  ask_secret = CASE WHEN $11 THEN ask_secret ELSE $10 END WHERE tenant_id = $1 AND connection = $2
"""
_ROTATE = """
UPDATE gf.exchange_connection SET secret = $3, secret_before = $4 WHERE tenant_id = $1 AND connection = $2
"""
_HEARD = """
UPDATE gf.exchange_connection SET last_in_at = $3, skew_ms = coalesce($4, skew_ms) WHERE tenant_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Pass:
    """What an address says that we signed."""

    tenant_id: UUID
    row: UUID
    secret: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """An address that was just made: its token, and the secret that signs; neither can be read again."""

    token: str
    secret: str


def read_token(signer: DocumentSigner, text: str) -> Pass:
    """Return what an address says. Raises :class:`AddressUnknown` for one that we did not sign."""
    try:
        tenant, row, secret = _FORM.unpack(signer.content(_SIGNED, text))
    except (BadSignature, struct.error, UnicodeError) as error:
        raise AddressUnknown from error
    return Pass(UUID(bytes=tenant), UUID(bytes=row), secret)


def place(column: str, row: UUID) -> str:
    """Return where a secret of a connection is sealed for."""
    return f"exchange_connection|{column}|{row}"


async def make(
    scope: Scope, signer: DocumentSigner, code: str, wanted: DoorBody, actor: Actor, now: datetime
) -> Made:  # fmt: skip
    """Make an address; one that there was is over, its signing secret verifies on until the next change.

    Where their side makes the secret, it is told afterwards (:func:`change_secret`), and until then nothing gets in.
    Of a system with a connector, what it is and how it is called are set there. Raises ``NotFound``,
    :class:`ConnectionNotActive` and ``ValidationFailed``.
    """
    row = await rows.locked(scope, code)
    if row["state"] != "active":
        raise ConnectionNotActive(state=row["state"])
    bounds = _check(wanted, row)
    random, keys, asks = secrets.token_bytes(_SECRET), await vault.sealing(scope), wanted.ask_secret
    shown, signs = "", (row["secret"], row["secret_before"])
    if not (wanted.signed and makes_secret(wanted.adapter)):
        shown = encode_secret(secrets.token_bytes(_SECRET)) if wanted.signed else ""
        signs = _after(keys, row, shown)
    elif not row["signed"] or row["adapter"] != wanted.adapter:
        signs = (None, None)
    await scope.fetch(
        _MAKE, scope.tenant_id, code, wanted.adapter, wanted.signed, list(bounds.networks),
        hashlib.sha256(random).digest(), signs[1], signs[0], wanted.ask_url,
        keys.seal(asks, place("ask_secret", row["id"])) if asks else None, row["called"],
        list(bounds.certificates),
    )  # fmt: skip
    await erasing.erase_unused(scope)
    fact = ConnectionAddressMade(connection=code, adapter=wanted.adapter, signed=wanted.signed)
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=actor)
    return Made(signer.token(_SIGNED, _FORM.pack(scope.tenant_id.bytes, row["id"].bytes, random)), shown)


async def change_secret(scope: Scope, code: str, wanted: SecretBody, actor: Actor, now: datetime) -> str:
    """Change what signs the messages of an address, which stays; return it if we made it, as it is told this once.

    The one before verifies on until the next change. Raises ``NotFound``, :class:`ConnectionNotActive`,
    :class:`AddressUnknown` for a connection without an address, and ``ValidationFailed``.
    """
    row = await rows.locked(scope, code)
    if row["state"] != "active":
        raise ConnectionNotActive(state=row["state"])
    if row["token_hash"] is None:
        raise AddressUnknown
    if not row["signed"]:
        raise ValidationFailed(errors=(Detail("/signing_secret", "unsigned", "this address takes unsigned messages"),))
    if makes_secret(row["adapter"]) != (wanted.signing_secret is not None):
        why = "made_there" if wanted.signing_secret is None else "made_here"
        raise ValidationFailed(errors=(Detail("/signing_secret", why, f"of {row['adapter']}"),))
    new, keys = wanted.signing_secret or encode_secret(secrets.token_bytes(_SECRET)), await vault.sealing(scope)
    await scope.fetch(_ROTATE, scope.tenant_id, code, *_after(keys, row, new))
    fact = ConnectionSecretChanged(connection=code)
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=actor)
    return "" if wanted.signing_secret else new


def makes_secret(adapter: str) -> bool:
    """Say whether the system makes the secret that signs its webhooks itself."""
    return adapter in CONNECTORS and CONNECTORS[adapter].makes_secret


def is_hint(row: Row) -> bool:
    """Say whether nothing of a message is believed but what it is about: unsigned, or of a system that is asked."""
    return not row["signed"] or row["adapter"] in CONNECTORS


async def door(scope: Scope, shown: Pass) -> Row:
    """Return the connection behind an address. Raises :class:`AddressUnknown` and :class:`ConnectionNotActive`."""
    row = await rows.by_address(scope, shown.row)
    if row is None or row["token_hash"] is None:
        raise AddressUnknown
    if not hmac.compare_digest(bytes(row["token_hash"]), hashlib.sha256(shown.secret).digest()):
        raise AddressUnknown
    if row["state"] != "active":
        raise ConnectionNotActive(f"The connection is {row['state']}", state=row["state"])
    return row


async def judge(
    scope: Scope, row: Row, headers: Mapping[str, str], body: bytes, now: datetime
) -> str:  # fmt: skip
    """Return the id of a signed message, empty for one whose signature does not cover it.

    It is verified as its kind of system signs, from its bytes alone. Raises :class:`SignatureRefused`.
    """
    stored = [(name, row[name]) for name in _SIGNS if row[name]]
    known = await vault.opened(scope, lambda keys: [keys.open(text, place(name, row["id"])) for name, text in stored])
    why = "the connection has no secret"
    for secret in known:
        try:
            return _verify(row["adapter"], secret, headers, body, now)
        except SignatureInvalid as error:
            why = str(error)
    raise SignatureRefused(why)


def let_in(row: Row, origin: Origin) -> None:
    """Let an unsigned message in by the network and certificate that it comes with. Raises :class:`SenderRefused`."""
    bounds = Bounds(row["networks"], row["certificates"])
    if not bounds or not bounds.admit(origin):
        raise SenderRefused


async def heard(scope: Scope, row: Row, at: datetime, skew_ms: int | None) -> None:
    """Keep when the system was heard from last, and how far its clock was from ours."""
    await scope.fetch(_HEARD, scope.tenant_id, row["id"], at, skew_ms)


async def ask_secret(scope: Scope, row: Row) -> str:
    """Return what lets us into the client's system; empty: nothing is needed."""
    if not row["ask_secret"]:
        return ""
    return await vault.opened(scope, lambda keys: keys.open(row["ask_secret"], place("ask_secret", row["id"])))


def _check(wanted: DoorBody, row: Row) -> Bounds:
    bounds, found = judged_bounds(wanted.networks, wanted.certificates)
    if row["called"] and wanted.adapter != row["adapter"]:
        found.append(Detail("/adapter", "set_by_connector", row["adapter"]))
    kinds = [name for name in ADAPTERS if name not in WITHOUT_ADDRESS]
    if wanted.adapter not in kinds:
        found.append(Detail("/adapter", "unknown_adapter", f"one of {', '.join(kinds)}"))
    if not wanted.signed and not (wanted.networks or wanted.certificates):
        found.append(Detail("/networks", "needed", "without a signature, say from where messages come"))
    hints = not wanted.signed or wanted.adapter in CONNECTORS
    if hints and wanted.ask_url is None and not row["called"]:
        found.append(Detail("/ask_url", "needed", "its messages are hints: say where the system is asked"))
    if found:
        raise ValidationFailed(errors=tuple(found))
    return bounds


def _verify(adapter: str, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    if adapter not in CONNECTORS:
        return verify(secret, headers, body, now=now)
    CONNECTORS[adapter].verify(secret, headers, body, now)
    return ""


def _after(keys: TenantKeys, row: Row, new: str) -> tuple[str | None, str | None]:
    """Return what signs from now on and what verifies beside it, sealed; without a new secret nothing signs."""
    before = next((keys.open(row[name], place(name, row["id"])) for name in _SIGNS if row[name]), None)
    return (
        keys.seal(new, place("secret", row["id"])) if new else None,
        keys.seal(before, place("secret_before", row["id"])) if before else None,
    )
