"""Addresses for messages of clients' systems: made, replaced, and judged each time that something comes to one.

An address names tenant and connection, is signed, and carries 32 random bytes, of which the digest is stored: nothing
is looked up for a forged one, and who has the database has no address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from exchange.adapters.chosen import ADAPTERS, WITHOUT_ADDRESS
from exchange.errors import AddressUnknown, SenderRefused, SignatureRefused
from exchange.facts import ConnectionAddressMade
from exchange.schemas import DoorBody
from exchange.service import erasing, rows
from exchange.service.rows import Row
from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.signing import BadSignature, DocumentSigner
from tenants.errors import ConnectionNotActive
from webhooks.core.signature import encode_secret, verify
from webhooks.errors import SignatureInvalid

_SECRET: Final = 32
_FORM = struct.Struct(f">16s16s{_SECRET}s")
_SIGNED: Final = "inbound-address/1"
_MAKE = """
UPDATE gf.exchange_connection SET adapter = $3, signed = $4, networks = $5, token_hash = $6, secret_before = $7,
  secret = $8, ask_url = CASE WHEN $11 THEN ask_url ELSE $9 END,
  ask_secret = CASE WHEN $11 THEN ask_secret ELSE $10 END WHERE tenant_id = $1 AND connection = $2
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

    Of a system with a connector, what it is and how it is called are set there. Raises ``NotFound``,
    :class:`ConnectionNotActive` and ``ValidationFailed``.
    """
    row = await rows.locked(scope, code)
    if row["state"] != "active":
        raise ConnectionNotActive(state=row["state"])
    _check(wanted, row)
    random, keys = secrets.token_bytes(_SECRET), await vault.sealing(scope)
    shown = encode_secret(secrets.token_bytes(_SECRET)) if wanted.signed else ""
    before = keys.open(row["secret"], place("secret", row["id"])) if row["secret"] else None
    asks = wanted.ask_secret
    await scope.fetch(
        _MAKE, scope.tenant_id, code, wanted.adapter, wanted.signed, wanted.networks, hashlib.sha256(random).digest(),
        keys.seal(before, place("secret_before", row["id"])) if before else None,
        keys.seal(shown, place("secret", row["id"])) if shown else None, wanted.ask_url,
        keys.seal(asks, place("ask_secret", row["id"])) if asks else None, row["called"],
    )  # fmt: skip
    await erasing.erase_unused(scope)
    fact = ConnectionAddressMade(connection=code, adapter=wanted.adapter, signed=wanted.signed)
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=actor)
    return Made(signer.token(_SIGNED, _FORM.pack(scope.tenant_id.bytes, row["id"].bytes, random)), shown)


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
    """Return the id of a signed message. Raises :class:`SignatureRefused`."""
    stored = [(name, row[name]) for name in ("secret", "secret_before") if row[name]]
    known = await vault.opened(scope, lambda keys: [keys.open(text, place(name, row["id"])) for name, text in stored])
    why = "the connection has no secret"
    for secret in known:
        try:
            return verify(secret, headers, body, now=now)
        except SignatureInvalid as error:
            why = str(error)
    raise SignatureRefused(why)


def let_in(row: Row, address: str) -> None:
    """Let an unsigned message in by the network that it comes from. Raises :class:`SenderRefused`."""
    try:
        sender = ipaddress.ip_address(address)
    except ValueError as error:
        raise SenderRefused from error
    if not any(sender in ipaddress.ip_network(network) for network in row["networks"]):
        raise SenderRefused


async def heard(scope: Scope, row: Row, at: datetime, skew_ms: int | None) -> None:
    """Keep when the system was heard from last, and how far its clock was from ours."""
    await scope.fetch(_HEARD, scope.tenant_id, row["id"], at, skew_ms)


async def ask_secret(scope: Scope, row: Row) -> str:
    """Return what lets us into the client's system; empty: nothing is needed."""
    if not row["ask_secret"]:
        return ""
    return await vault.opened(scope, lambda keys: keys.open(row["ask_secret"], place("ask_secret", row["id"])))


def _check(wanted: DoorBody, row: Row) -> None:
    found = []
    if row["called"] and (wanted.adapter, wanted.signed) != (row["adapter"], False):
        found.append(Detail("/adapter", "set_by_connector", f"{row['adapter']}, whose messages are not signed"))
    kinds = [name for name in ADAPTERS if name not in WITHOUT_ADDRESS]
    if wanted.adapter not in kinds:
        found.append(Detail("/adapter", "unknown_adapter", f"one of {', '.join(kinds)}"))
    for number, network in enumerate(wanted.networks):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            found.append(Detail(f"/networks/{number}", "network", "an address or a network as 192.0.2.0/24"))
    if not wanted.signed and not wanted.networks:
        found.append(Detail("/networks", "needed", "without a signature, say from where messages come"))
    if not wanted.signed and wanted.ask_url is None and not row["called"]:
        found.append(Detail("/ask_url", "needed", "without a signature, say where the system is asked"))
    if found:
        raise ValidationFailed(errors=tuple(found))
