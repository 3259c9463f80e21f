"""Clients' systems that are read and told by their own API: what is set, and how looking for changes goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

import webhooks.service.connectors as deliveries
from exchange.adapters.chosen import CONNECTORS
from exchange.core.outgoing import Words
from exchange.facts import ConnectorSet
from exchange.schemas import ConnectorBody
from exchange.service import doors, erasing, maps, rows
from exchange.service.rows import Row
from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.db import Scope
from kit.errors import Detail, ValidationFailed
from kit.ids import new_id
from tenants.errors import ConnectionNotActive
from webhooks.service.states import host_of

PAIRED: Final = frozenset({"jira", "servicenow", "zendesk"})
"""Kinds that are let in by a name and a token, ``name:token``."""
_OF = """
SELECT connection, tells, takes_new, every_minutes, settings::text AS settings, cursor, due_at, started_at,
  finished_at, looked, found, error, quiet_until FROM gf.exchange_connector
WHERE tenant_id = $1 AND connection = $2
"""
_PUT = """
INSERT INTO gf.exchange_connector AS c
  (tenant_id, id, connection, tells, takes_new, every_minutes, settings, cursor, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, clock_timestamp()) ON CONFLICT (tenant_id, connection) DO UPDATE
SET tells = $4, takes_new = $5, every_minutes = $6, settings = $7::jsonb, due_at = clock_timestamp(), error = NULL,
  quiet_until = NULL, cursor = CASE WHEN $9 THEN $8 ELSE c.cursor END
"""
_SYSTEM = """
UPDATE gf.exchange_connection SET adapter = $3, ask_url = $4, ask_secret = $5, signed = signed AND adapter = $3
WHERE tenant_id = $1 AND connection = $2
"""
_QUIET = """
UPDATE gf.exchange_connector
SET quiet_until = greatest(quiet_until, clock_timestamp() + $3::interval) WHERE tenant_id = $1 AND connection = $2
"""


@dataclass(frozen=True, slots=True)
class Target:
    """A connection's system, ready to be called."""

    connection: str
    adapter: str
    address: str
    secret: str
    words: Words
    takes_new: bool
    cursor: str


async def of(scope: Scope, connection: str) -> Mapping[str, Any] | None:
    """Return what is set, and how looking goes; None: nothing is set."""
    found = await scope.fetch(_OF, scope.tenant_id, connection)
    return {**found[0], "settings": orjson.loads(found[0]["settings"])} if found else None


async def shown(scope: Scope, connection: str) -> dict[str, Any] | None:
    """Return what is set, and how looking goes, without what lets us in or where it is; None: nothing is set."""
    if (held := await of(scope, connection)) is None:
        return None
    return {name: value for name, value in held.items() if name not in {"connection", "cursor"}}


async def target(scope: Scope, row: Row) -> Target | None:
    """Return a connection's system as it is called; None: it has no connector. Raises ``KeysAway``."""
    held = await of(scope, row["code"])
    if held is None or row["adapter"] not in CONNECTORS:
        return None
    chosen = await maps.in_force(scope, row)
    words = chosen.outward or CONNECTORS[row["adapter"]].words
    return Target(
        row["code"], row["adapter"], row["ask_url"] or "", await doors.ask_secret(scope, row),
        replace(words, settings=held["settings"]), held["takes_new"], held["cursor"],
    )  # fmt: skip


def after(target: Target, cursor: str) -> Target:
    """Return it as it is asked for the next page."""
    return replace(target, cursor=cursor)


async def put(scope: Scope, code: str, wanted: ConnectorBody, actor: Actor, now: datetime) -> None:
    """Set how a connection's system is read and told; what happens from now on is told to it.

    An address for messages stays; of another kind of system it is one for unsigned hints. A secret stays at its address
    only: nobody gets it by naming another one. Raises ``NotFound``, ``ConnectionNotActive`` and ``ValidationFailed``.
    """
    row = await rows.locked(scope, code)
    if row["state"] != "active":
        raise ConnectionNotActive(state=row["state"])
    same = row["adapter"] == wanted.adapter and row["ask_url"] == wanted.url
    kept = row["ask_secret"] if same else None
    _check(wanted, has_secret=kept is not None)
    sealed = kept
    if wanted.secret is not None:
        sealed = (await vault.sealing(scope)).seal(wanted.secret, doors.place("ask_secret", row["id"]))
    await scope.fetch(_SYSTEM, scope.tenant_id, code, wanted.adapter, wanted.url, sealed)
    await erasing.erase_unused(scope)
    settings = orjson.dumps(wanted.settings).decode()
    await scope.fetch(
        _PUT, scope.tenant_id, new_id(), code, wanted.tells, wanted.takes_new, wanted.every_minutes, settings,
        now.isoformat(), not same,
    )  # fmt: skip
    if wanted.tells:
        await deliveries.aim(scope, code, wanted.url)
    else:
        await deliveries.drop(scope, code)
    fact = ConnectorSet(
        connection=code, adapter=wanted.adapter, host=host_of(wanted.url), tells=wanted.tells,
        takes_new=wanted.takes_new, every_minutes=wanted.every_minutes,
    )  # fmt: skip
    journal.append(scope, fact, subject=row["connection_id"], at=now, actor=actor)


async def quiet(scope: Scope, connection: str, wait: timedelta) -> None:
    """Ask and tell a system nothing for so long: it said that it has too much to do."""
    await scope.fetch(_QUIET, scope.tenant_id, connection, wait)
    await deliveries.quiet(scope, connection, wait)


def _check(wanted: ConnectorBody, *, has_secret: bool) -> None:
    if wanted.adapter not in CONNECTORS:
        raise ValidationFailed(errors=(Detail("/adapter", "unknown_adapter", f"one of {', '.join(CONNECTORS)}"),))
    adapter = CONNECTORS[wanted.adapter]
    needed = (*adapter.looks, *(adapter.needs if wanted.tells else ()))
    found = [Detail(f"/settings/{name}", "needed", name) for name in needed if name not in wanted.settings]
    if wanted.secret is None and not has_secret:
        found.append(Detail("/secret", "needed", "what lets us in; a new address needs it again"))
    if wanted.secret is not None and wanted.adapter in PAIRED and ":" not in wanted.secret:
        found.append(Detail("/secret", "pair", "name:token"))
    if found:
        raise ValidationFailed(errors=tuple(found))
