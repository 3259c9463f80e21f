"""A connection by mail: how it is set, and its mails on their way out, in the order of its feed.

The mails are a reader of the feed (:mod:`webhooks.service.feed`) with a place of their own, so there is no second
queue. A worker that dies after the server took a mail sends it again under the same Message-ID.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import webhooks.service.connectors as deliveries
from exchange.core import address
from exchange.facts import ConnectionChannelSet
from exchange.schemas import MailBody
from exchange.service import erasing, maps, rows
from exchange.service.agreements import By
from exchange.service.rows import Row
from journal import service as journal
from kit import vault
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.errors import ConnectionNotActive
from webhooks.service import feed

LEASE: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = timedelta(minutes=15)
_BATCH: Final = 20
_SECRET: Final = 32
_STATE: Final = ("sent_at", "error", "bounces", "bounced_at", "automatic_at")
_PUT = """
INSERT INTO gf.exchange_mail AS m (tenant_id, id, connection, position, due_at, address, senders, locale, days, words,
  secret) SELECT $1, $2, $3, feed, $4, $5, $6, $7, $8, $9, $10 FROM gf.journal_head WHERE tenant_id = $1
ON CONFLICT (tenant_id, connection) DO UPDATE SET address = excluded.address, senders = excluded.senders,
  locale = excluded.locale, days = excluded.days, words = excluded.words, bounces = 0, bounced_at = NULL,
  bounce = NULL, due_at = excluded.due_at, tries = 0, error = NULL,
  position = CASE WHEN $11 THEN m.position ELSE excluded.position END,
  secret = CASE WHEN $11 THEN m.secret ELSE excluded.secret END, secret_before = CASE WHEN $11 THEN m.secret_before END
"""
"""One that was not in use begins where the feed ends now, by a new key; one that was goes on where it is."""
_CHANNEL = """
UPDATE gf.exchange_connection SET adapter = $3, signed = true, token_hash = NULL, secret = NULL, secret_before = NULL,
  ask_secret = NULL
WHERE tenant_id = $1 AND connection = $2
"""
_ROW = "SELECT * FROM gf.exchange_mail WHERE tenant_id = $1 AND connection = $2"
_ROTATE = """
UPDATE gf.exchange_mail SET secret = $3, secret_before = $4 WHERE tenant_id = $1 AND id = $2
"""
_CLAIM = """
UPDATE gf.exchange_mail AS m SET due_at = clock_timestamp() + $2::interval
FROM gf.exchange_connection AS x, gf.connection AS c
WHERE m.tenant_id = $1 AND x.tenant_id = $1 AND c.tenant_id = $1 AND x.connection = m.connection
  AND c.code = m.connection AND c.retired_at IS NULL AND x.state = 'active'
  AND x.adapter = 'mail' AND m.due_at <= clock_timestamp()
  AND EXISTS (SELECT FROM gf.webhook_event AS v WHERE v.tenant_id = $1 AND v.connection = m.connection
    AND v.position > m.position)
RETURNING m.*
"""
_WENT = """
UPDATE gf.exchange_mail SET position = $3, due_at = clock_timestamp() + CASE WHEN $5 THEN '0'::interval ELSE $6 END,
  error = NULL, tries = 0, sent_at = CASE WHEN $7 THEN clock_timestamp() ELSE sent_at END
WHERE tenant_id = $1 AND id = $2 AND position = $4 RETURNING id
"""
_WAITS = """
UPDATE gf.exchange_mail SET tries = tries + 1, error = $3,
  due_at = clock_timestamp() + least('5 seconds'::interval * 2 ^ least(tries, 20), $4::interval)
WHERE tenant_id = $1 AND id = $2
"""
_BOUNCED = """
UPDATE gf.exchange_mail SET bounces = bounces + $4, bounced_at = $5, bounce = $3 WHERE tenant_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Errand:
    """The next mails of a connection: events with their places in the feed, oldest first."""

    id: UUID
    connection: str
    position: int
    to: str
    locale: str
    days: int
    words: tuple[str, ...]
    secret: bytes
    events: Sequence[tuple[int, Mapping[str, Any]]]

    def reply_address(self, tenant_id: UUID, order: UUID, now: datetime) -> str:
        """Return the local part that answers about an order go to."""
        return address.made(self.secret, tenant_id, order, now.date() + timedelta(days=self.days))


def place(column: str, row: UUID) -> str:
    """Return where a text of the connection's mail is sealed for."""
    return f"exchange_mail|{column}|{row}"


async def put(scope: Scope, code: str, wanted: MailBody, by: By, now: datetime) -> None:
    """Let a connection go by mail. Raises ``NotFound`` and :class:`ConnectionNotActive`."""
    row = await channel(scope, code)
    before, keys = await scope.fetch(_ROW, scope.tenant_id, code), await vault.sealing(scope)
    own = before[0]["id"] if before else new_id()
    await scope.fetch(
        _PUT, scope.tenant_id, own, code, now, keys.seal(wanted.address, place("address", own)),
        [each.lower() for each in wanted.senders], wanted.locale, wanted.days, wanted.words,
        keys.seal(_fresh(), place("secret", own)), row["adapter"] == "mail",
    )  # fmt: skip
    await set_channel(scope, row, "mail", by, now)


async def channel(scope: Scope, code: str) -> Row:
    """Return a connection whose channel may be changed, locked. Raises ``NotFound``, :class:`ConnectionNotActive`."""
    row = await rows.locked(scope, code)
    if row["state"] != "active":
        raise ConnectionNotActive(state=row["state"])
    return row


async def set_channel(scope: Scope, row: Row, name: str, by: By, now: datetime) -> None:
    """Let a connection go by mail or files from now on: its address for webhooks and calls of its API are over."""
    await scope.fetch(_CHANNEL, scope.tenant_id, row["code"], name)
    await erasing.erase_unused(scope)
    await deliveries.drop(scope, row["code"])
    fact = ConnectionChannelSet(connection=row["code"], channel=name)
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=by.actor)


async def rotate(scope: Scope, code: str, by: By, now: datetime) -> None:
    """Sign new addresses by a new secret; the one before is good until the next change. Raises ``NotFound``."""
    row, mail = await rows.locked(scope, code), await row_of(scope, code)
    keys = await vault.sealing(scope)
    before = keys.seal(keys.open(mail["secret"], place("secret", mail["id"])), place("secret_before", mail["id"]))
    await scope.fetch(_ROTATE, scope.tenant_id, mail["id"], keys.seal(_fresh(), place("secret", mail["id"])), before)
    fact = ConnectionChannelSet(connection=code, channel="mail")
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=by.actor)


async def row_of(scope: Scope, code: str) -> Row:
    """Return how a connection's mail is kept, sealed. Raises ``NotFound``."""
    found = await scope.fetch(_ROW, scope.tenant_id, code)
    if not found:
        raise NotFound
    return found[0]


async def shown(scope: Scope, code: str) -> dict[str, Any] | None:
    """Return how a connection's mail is set and how it goes; None: it was never set."""
    found = await scope.fetch(_ROW, scope.tenant_id, code)
    if not found:
        return None
    row = dict(found[0])
    opened = await vault.opened(
        scope,
        lambda keys: {
            name: row[name] and keys.open(row[name], place(name, row["id"])) for name in ("address", "bounce")
        },
    )
    return {**{name: row[name] for name in ("senders", "locale", "days", "words", *_STATE)}, **opened}


async def state(scope: Scope, code: str) -> dict[str, Any] | None:
    """Return how a connection's mails go, without an address or what a server said; None: it was never set."""
    found = await scope.fetch(_ROW, scope.tenant_id, code)
    return {name: found[0][name] for name in _STATE} if found else None


async def secrets_of(scope: Scope, row: Row) -> list[bytes]:
    """Return what signs a connection's addresses, and what did before."""
    stored = [(name, row[name]) for name in ("secret", "secret_before") if row[name]]
    opened = await vault.opened(scope, lambda keys: [keys.open(text, place(name, row["id"])) for name, text in stored])
    return [b64decode(each) for each in opened]


async def claim(scope: Scope) -> list[Errand]:
    """Take the connections that have something to mail, for the time of a lease. Raises ``KeysAway``."""
    found = []
    for row in await scope.fetch(_CLAIM, scope.tenant_id, LEASE):
        at = place("address", row["id"])
        to = await vault.opened(scope, lambda keys, text=row["address"], where=at: keys.open(text, where))  # type: ignore[misc] # bound now
        events = await feed.after(scope, row["connection"], row["position"], _BATCH)
        chosen = await maps.in_force(scope, await rows.one(scope, row["connection"]))
        said = tuple(chosen.statuses) if row["words"] else ()
        signs = (await secrets_of(scope, row))[0]
        found.append(
            Errand(row["id"], row["connection"], row["position"], to, row["locale"], row["days"], said, signs, events)
        )
    return found


async def went(scope: Scope, errand: Errand, before: int, after: int, *, sent: bool, last: bool) -> bool:
    """Keep how far the mails went; False: somebody else took over meanwhile."""
    return bool(await scope.fetch(_WENT, scope.tenant_id, errand.id, after, before, last, LEASE, sent))


async def waits(scope: Scope, errand: Errand, why: str) -> None:
    """Go on later: the mail server did not take it."""
    await scope.fetch(_WAITS, scope.tenant_id, errand.id, why[:200], LONGEST_WAIT)


async def bounced(scope: Scope, row_id: UUID, said: str, now: datetime, *, for_good: bool = True) -> None:
    """Keep what a server said of a mail that it could not deliver."""
    sealed = (await vault.sealing(scope)).seal(said, place("bounce", row_id))
    await scope.fetch(_BOUNCED, scope.tenant_id, row_id, sealed, int(for_good), now)


def _fresh() -> str:
    return b64encode(secrets.token_bytes(_SECRET)).decode()
