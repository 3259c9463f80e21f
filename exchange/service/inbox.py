"""The inbox: messages are kept as they came, once for each id, and dealt with one after the other for each thing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from exchange.adapters.chosen import ADAPTERS
from exchange.errors import NotAMessage
from exchange.facts import InboundReceived
from exchange.service import doors
from exchange.service.rows import Row
from journal import service as journal
from journal.core.facts import Actor
from kit import strictjson, vault
from kit.db import Scope
from kit.ids import new_id
from tenants.core.origin import Origin

KEPT: Final = timedelta(days=30)
"""So long a message that was dealt with is kept, with its id: a sender that retries for days is not heard twice."""
LANE: Final = "exchange_inbox.external_id"
"""What ``lane_bidx`` is an index of."""
_LONGEST_ID = 255
_DEEPEST = 32
_INSERT = """
INSERT INTO gf.exchange_inbox (tenant_id, id, connection, message_id, external_id, lane_bidx, state, body, received_at,
  due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (tenant_id, connection, message_id) DO NOTHING RETURNING id
"""
_FORGET = """
DELETE FROM gf.exchange_inbox WHERE tenant_id = $1 AND processed_at < $2
"""


@dataclass(frozen=True, slots=True)
class Came:
    """A message on its way in: its headers by lower-case names, its bytes, and where it came from."""

    headers: Mapping[str, str]
    body: bytes
    origin: Origin


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: its id in the inbox, None for one that was there already."""

    id: UUID | None
    message_id: str


def place(column: str, row: UUID) -> str:
    """Return where a part of a message is sealed for."""
    return f"exchange_inbox|{column}|{row}"


async def take(scope: Scope, row: Row, came: Came, now: datetime) -> Taken:
    """Verify a message and keep it. Raises ``SignatureRefused``, ``SenderRefused``, :class:`NotAMessage`, ``KeysAway``.

    Nothing of a hint is believed but which thing it is about: the system is asked (state ``fetching``).
    """
    adapter, message_id, skew = ADAPTERS[row["adapter"]], "", None
    if row["signed"]:
        message_id = await doors.judge(scope, row, came.headers, came.body, now)
    else:
        doors.let_in(row, came.origin)
    if doors.is_hint(row):
        external_id = adapter.hint(parsed(came.body))
        message_id = adapter.message_id(came.headers) or f"sha256:{hashlib.sha256(came.body).hexdigest()}"
    else:
        external_id, skew = adapter.read(parsed(came.body)).external_id, _skew(came.headers, now)
    if len(message_id) > _LONGEST_ID or not (message_id.isascii() and message_id.isprintable()):
        raise NotAMessage(f"a message's id has 1 to {_LONGEST_ID} visible ASCII characters")
    await doors.heard(scope, row, now, skew)
    return Taken(await keep(scope, row, came.body, (message_id, external_id), now), message_id)


async def keep_hint(scope: Scope, row: Row, external_id: str, message_id: str, now: datetime) -> bool:
    """Have a thing asked about that was found to have changed; False: it was, for this change."""
    return await keep(scope, row, b"{}", (message_id, external_id), now) is not None


async def keep(scope: Scope, row: Row, body: bytes, called: tuple[str, str], now: datetime) -> UUID | None:
    """Keep a message that was judged; ``called``: its id, and that of the thing. None: it was kept before."""
    message_id, external_id = called
    inbox_id, keys = new_id(), await vault.sealing(scope)
    kept = await scope.fetch(
        _INSERT, scope.tenant_id, inbox_id, row["code"], message_id,
        keys.seal(external_id, place("external_id", inbox_id)), keys.blind(external_id, LANE),
        "fetching" if doors.is_hint(row) else "received", keys.seal_bytes(body, place("body", inbox_id)), now,
    )  # fmt: skip
    if not kept:
        return None
    fact = InboundReceived(connection=row["code"], message_id=message_id, external_id=external_id)
    journal.append(scope, fact, subject=inbox_id, at=now, actor=Actor("key", f"connection:{row['code']}"))
    return inbox_id


async def forget(scope: Scope, now: datetime) -> None:
    """Delete messages that were dealt with long ago."""
    await scope.fetch(_FORGET, scope.tenant_id, now - KEPT)


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a message. Raises :class:`NotAMessage`, for a name given twice too."""
    try:
        found = strictjson.whole(strictjson.read(body.decode()))
    except (ValueError, RecursionError) as error:
        raise NotAMessage(f"it is no JSON: {error}"[:200]) from error
    if not isinstance(found, dict):
        raise NotAMessage("it is no JSON object")
    if strictjson.is_deep(found, _DEEPEST):
        raise NotAMessage(f"it is more than {_DEEPEST} levels deep")
    return found


def _skew(headers: Mapping[str, str], now: datetime) -> int:
    return int(headers["webhook-timestamp"]) * 1000 - int(now.timestamp() * 1000)
