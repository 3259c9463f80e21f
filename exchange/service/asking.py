"""Messages that are only hints: which systems are to be asked, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from exchange.service import connectors, doors, rows
from exchange.service.inbox import place
from kit import outbox, vault
from kit.db import Scope
from kit.errors import NotFound

MOST_ATTEMPTS: Final = 10
LEASE: Final = timedelta(seconds=60)
_CLAIM = """
UPDATE gf.exchange_inbox SET due_at = clock_timestamp() + $2::interval, attempts = attempts + 1
WHERE tenant_id = $1 AND id IN (
  SELECT i.id FROM gf.exchange_inbox AS i
  WHERE i.tenant_id = $1 AND i.state = 'fetching' AND i.due_at <= clock_timestamp()
    AND NOT EXISTS (SELECT FROM gf.exchange_connection AS x WHERE x.tenant_id = $1 AND x.connection = i.connection
      AND x.state <> 'active')
    AND NOT EXISTS (SELECT FROM gf.exchange_connector AS c WHERE c.tenant_id = $1 AND c.connection = i.connection
      AND c.quiet_until > clock_timestamp())
  ORDER BY i.due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, connection, external_id, attempts
"""
_KEEP = """
UPDATE gf.exchange_inbox SET fetched = $3, state = 'received', error = NULL
WHERE tenant_id = $1 AND id = $2 AND state = 'fetching' RETURNING id
"""
_LATER = """
UPDATE gf.exchange_inbox SET error = $3, due_at = clock_timestamp() + $4::interval,
  state = CASE WHEN attempts >= $5 THEN 'dead' ELSE state END,
  processed_at = CASE WHEN attempts >= $5 THEN clock_timestamp() END
WHERE tenant_id = $1 AND id = $2 AND state = 'fetching' RETURNING state
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a client's system is asked about."""

    inbox_id: UUID
    connection: str
    adapter: str
    external_id: str
    url: str
    secret: str
    attempts: int


async def claim(scope: Scope, limit: int = 10) -> list[Question]:
    """Take what is to be asked for the time of a lease. Raises ``KeysAway``: nothing is taken then."""
    found = []
    for each in await scope.fetch(_CLAIM, scope.tenant_id, LEASE, limit):
        try:
            row = await rows.one(scope, each["connection"])
        except NotFound:  # it was taken out of the blueprint
            continue
        sealed, at = each["external_id"], place("external_id", each["id"])
        external_id = await vault.opened(scope, lambda keys, text=sealed, where=at: keys.open(text, where))  # type: ignore[misc] # bound now
        secret = await doors.ask_secret(scope, row)
        url = row["ask_url"] or ""
        found.append(Question(each["id"], row["code"], row["adapter"], external_id, url, secret, each["attempts"]))
    return found


async def answered(scope: Scope, question: Question, answers: Sequence[Any]) -> None:
    """Keep what the system said; the message goes its way."""
    sealed = (await vault.sealing(scope)).seal_bytes(orjson.dumps(answers), place("fetched", question.inbox_id))
    if await scope.fetch(_KEEP, scope.tenant_id, question.inbox_id, sealed):
        await outbox.add(scope, "exchange.process", {"subject": str(question.inbox_id)})


async def away(scope: Scope, question: Question, why: str, quiet: timedelta | None = None) -> None:
    """Ask again later, or give the message up; what waits behind it goes on then.

    ``quiet``: so long the system wants to hear nothing at all.
    """
    wait = max(timedelta(seconds=5) * 3 ** min(question.attempts - 1, 7), quiet or timedelta(0))
    if quiet is not None:
        await connectors.quiet(scope, question.connection, quiet)
    rows_ = await scope.fetch(_LATER, scope.tenant_id, question.inbox_id, why[:300], wait, MOST_ATTEMPTS)
    if rows_ and rows_[0]["state"] == "dead":
        await outbox.add(scope, "exchange.process", {"subject": str(question.inbox_id)})
