"""A connection by files: how it is set, which file is written next, and what the lines of a client's file become.

A file is planned, then written under a name that begins with a dot, then renamed; each step is kept before the next
begins. Whoever dies in between goes on where it was: nothing is written twice, even if the file was taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import asyncssh
import orjson

from exchange.adapters.chosen import ADAPTERS
from exchange.core import sheet
from exchange.core.sheet import Line, Wrong
from exchange.errors import NotAMessage
from exchange.schemas import DropBody
from exchange.service import doors, inbox, rows
from exchange.service.agreements import By
from exchange.service.mailing import channel, set_channel
from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.ids import new_id
from webhooks.service import feed

LEASE: Final = timedelta(seconds=180)
EVERY: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = timedelta(minutes=30)
_BATCH: Final = 500
_STATE: Final = ("sent_at", "round_at", "error")
_PUT = """
INSERT INTO gf.exchange_drop AS d (tenant_id, id, connection, position, due_at, host, port, login, secret, host_key,
  out_folder, in_folder) SELECT $1, $2, $3, feed, $4, $5, $6, $7, $8, $9, $10, $11 FROM gf.journal_head
  WHERE tenant_id = $1
ON CONFLICT (tenant_id, connection) DO UPDATE SET host = excluded.host, port = excluded.port, login = excluded.login,
  secret = excluded.secret, host_key = excluded.host_key, out_folder = excluded.out_folder,
  in_folder = excluded.in_folder, due_at = excluded.due_at, tries = 0, error = NULL,
  position = CASE WHEN $12 THEN d.position ELSE excluded.position END,
  planned = CASE WHEN $12 THEN d.planned END, written = $12 AND d.written
"""
_ROW = "SELECT * FROM gf.exchange_drop WHERE tenant_id = $1 AND connection = $2"
_CLAIM = """
UPDATE gf.exchange_drop AS d SET due_at = clock_timestamp() + $2::interval
FROM gf.exchange_connection AS x, gf.connection AS c
WHERE d.tenant_id = $1 AND x.tenant_id = $1 AND c.tenant_id = $1 AND x.connection = d.connection
  AND c.code = d.connection AND c.retired_at IS NULL AND x.state = 'active'
  AND x.adapter = 'drop' AND d.due_at <= clock_timestamp()
RETURNING d.*
"""
_PLAN = "UPDATE gf.exchange_drop SET planned = $3, written = false WHERE tenant_id = $1 AND id = $2"
_WRITTEN = "UPDATE gf.exchange_drop SET written = true WHERE tenant_id = $1 AND id = $2 AND planned = $3"
_WENT = """
UPDATE gf.exchange_drop SET position = $3, planned = NULL, written = false,
  sent_at = CASE WHEN $4 THEN clock_timestamp() ELSE sent_at END WHERE tenant_id = $1 AND id = $2
"""
_ROUND = """
UPDATE gf.exchange_drop SET due_at = clock_timestamp() + $3::interval, error = NULL, tries = 0,
  round_at = clock_timestamp() WHERE tenant_id = $1 AND id = $2
"""
_WAITS = """
UPDATE gf.exchange_drop SET tries = tries + 1, error = $3,
  due_at = clock_timestamp() + least('30 seconds'::interval * 2 ^ least(tries, 20), $4::interval)
WHERE tenant_id = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Drop:
    """A connection's server, and how far what it was given goes."""

    id: UUID
    connection: str
    host: str
    port: int
    login: str
    secret: str
    host_key: str
    out_folder: str
    in_folder: str
    position: int
    planned: int | None
    written: bool

    @property
    def file(self) -> str:
        """The name of the file that is planned: by the places of its first and last event."""
        return f"orders-{self.position + 1:012d}-{self.planned or 0:012d}.csv"


async def put(scope: Scope, code: str, wanted: DropBody, by: By, now: datetime) -> None:
    """Let a connection go by files. Raises ``NotFound``, ``ConnectionNotActive`` and ``ValidationFailed``."""
    row = await channel(scope, code)
    before, keys = await scope.fetch(_ROW, scope.tenant_id, code), await vault.sealing(scope)
    own = before[0]["id"] if before else new_id()
    _check(wanted, known=bool(before) and row["adapter"] == "drop")
    sealed = keys.seal(wanted.secret, _place(own)) if wanted.secret else before[0]["secret"]
    await scope.fetch(
        _PUT, scope.tenant_id, own, code, now, wanted.host, wanted.port, wanted.login, sealed, wanted.host_key,
        wanted.out_folder, wanted.in_folder, row["adapter"] == "drop",
    )  # fmt: skip
    await set_channel(scope, row, "drop", by, now)


async def shown(scope: Scope, code: str) -> Mapping[str, Any] | None:
    """Return how a connection's files are set and how it goes, without what lets us in; None: it was never set."""
    found = await scope.fetch(_ROW, scope.tenant_id, code)
    told = ("host", "port", "login", "host_key", "out_folder", "in_folder", *_STATE)
    return {**{name: found[0][name] for name in told}, "has_secret": bool(found[0]["secret"])} if found else None


async def state(scope: Scope, code: str) -> Mapping[str, Any] | None:
    """Return how a connection's files go; None: it was never set."""
    found = await scope.fetch(_ROW, scope.tenant_id, code)
    return {name: found[0][name] for name in _STATE} if found else None


async def claim(scope: Scope) -> list[Drop]:
    """Take the connections whose turn it is, for the time of a lease. Raises ``KeysAway``."""
    names = Drop.__dataclass_fields__
    found = []
    for row in await scope.fetch(_CLAIM, scope.tenant_id, LEASE):
        at = _place(row["id"])
        secret = await vault.opened(scope, lambda keys, text=row["secret"], where=at: keys.open(text, where))  # type: ignore[misc] # bound now
        found.append(Drop(**{**{name: row[name] for name in names}, "secret": secret}))
    return found


async def plan(scope: Scope, drop: Drop) -> tuple[Drop, list[list[Any]]]:
    """Return the next file and its lines; a file that was begun is the same again. Without lines there is none."""
    events = await feed.after(scope, drop.connection, drop.position, _BATCH)
    if drop.planned is None and events:
        drop = replace(drop, planned=events[-1][0], written=False)
        await scope.fetch(_PLAN, scope.tenant_id, drop.id, drop.planned)
    ours = f"connection:{drop.connection}"
    told = [
        event for place, event in events
        if place <= (drop.planned or 0) and event["origin"] != ours and event["type"].startswith("work_order.")
    ]  # fmt: skip
    return drop, sheet.orders(told, drop.connection)


async def written(scope: Scope, drop: Drop) -> Drop:
    """Keep that the file lies there whole, still under its first name."""
    await scope.fetch(_WRITTEN, scope.tenant_id, drop.id, drop.planned)
    return replace(drop, written=True)


async def went(scope: Scope, drop: Drop, *, sent: bool) -> Drop:
    """Keep that the file has its own name now, or that there was nothing to write."""
    await scope.fetch(_WENT, scope.tenant_id, drop.id, drop.planned, sent)
    return replace(drop, position=drop.planned or drop.position, planned=None, written=False)


async def rested(scope: Scope, drop: Drop) -> None:
    """Go on after the usual time."""
    await scope.fetch(_ROUND, scope.tenant_id, drop.id, EVERY)


async def waits(scope: Scope, drop: Drop, why: str) -> None:
    """Go on later: the server did not do what it should."""
    await scope.fetch(_WAITS, scope.tenant_id, drop.id, why[:300], LONGEST_WAIT)


async def keep(scope: Scope, drop: Drop, lines: Sequence[Line], now: datetime) -> list[Wrong]:
    """Put lines into the inbox, each once for ever; return what is wrong with those that are not messages."""
    row, wrong = await rows.one(scope, drop.connection), list[Wrong]()
    for line in lines:
        try:
            about = ADAPTERS[row["adapter"]].read(line.message).external_id
        except NotAMessage as error:
            places = error.errors or (Detail("", error.code, error.detail),)
            wrong += [Wrong(line.number, line.row, each.pointer, each.code, each.detail) for each in places]
            continue
        await inbox.keep(scope, row, orjson.dumps(line.message), (line.message_id, about), now)
    await doors.heard(scope, row, now, None)
    return wrong


def _check(wanted: DropBody, *, known: bool) -> None:
    found = []
    try:
        asyncssh.import_public_key(wanted.host_key)
    except asyncssh.KeyImportError:
        found.append(
            Detail("/host_key", "host_key", "a public key as ssh-keyscan prints it, without the name before it")
        )
    if wanted.secret is None and not known:
        found.append(Detail("/secret", "needed", "a password or a private key"))
    if wanted.secret is not None and is_key(wanted.secret):
        try:
            asyncssh.import_private_key(wanted.secret)
        except asyncssh.KeyImportError:
            found.append(
                Detail("/secret", "private_key", "a private key without a pass phrase, in OpenSSH's or PEM's form")
            )
    if found:
        raise ValidationFailed(errors=tuple(found))


def is_key(secret: str) -> bool:
    """Say whether what lets us in is a private key, not a password."""
    return secret.lstrip().startswith("-----BEGIN")


def _place(row: UUID) -> str:
    return f"exchange_drop|secret|{row}"
