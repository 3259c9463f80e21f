"""How an endpoint is: what failed or was taken, and telling it once for each change.

It is told as a fact, to the connection's other endpoints and in its feed. One failure is no news: an endpoint that has
taken nothing for :data:`TOLD_AFTER` is failing, and only one that was told to be failing or disabled recovers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from yarl import URL

from journal import service as journal
from journal.core.facts import SYSTEM, NewFact
from kit import outbox
from kit.clock import now
from kit.db import Scope
from webhooks.core.events import ENDPOINTS, Happened, endpoint_body
from webhooks.core.retries import DISABLE_AFTER, Next, Verdict
from webhooks.facts import EndpointDisabled, EndpointFailing, EndpointRecovered, EndpointTold
from webhooks.service.endpoints_of import WANTED
from webhooks.service.owed import Telling, owe

TOLD_AFTER: Final = timedelta(minutes=5)
_FAILED = """
WITH was AS (
  SELECT id, state, told_failing_at, failing_since FROM gf.webhook_endpoint WHERE tenant_id = $1 AND id = $2 FOR UPDATE
), is_now AS (
  SELECT id, told_failing_at IS NULL AND coalesce(failing_since <= clock_timestamp() - $7::interval, false) AS began,
    state = 'active' AND ($5 OR coalesce(failing_since < clock_timestamp() - $6::interval, false)) AS ends FROM was
)
UPDATE gf.webhook_endpoint AS e SET failing_since = coalesce(e.failing_since, clock_timestamp()),
  throttled_until = CASE WHEN $3 THEN clock_timestamp() + $4::interval ELSE e.throttled_until END,
  state = CASE WHEN i.ends THEN 'disabled' ELSE e.state END,
  state_reason = CASE WHEN i.ends THEN CASE WHEN $5 THEN 'gone' ELSE 'failing' END ELSE e.state_reason END,
  told_failing_at = CASE WHEN i.began OR i.ends THEN clock_timestamp() ELSE e.told_failing_at END,
  changes = e.changes + (i.began OR i.ends)::int
FROM is_now AS i WHERE e.tenant_id = $1 AND e.id = i.id
RETURNING e.id, e.connection, e.description, e.url, e.state_reason, e.failing_since, e.changes, i.began, i.ends
"""
_TAKEN = """
WITH was AS (
  SELECT id, failing_since, told_failing_at IS NOT NULL AS told,
    pulled_at IS NULL OR pulled_at <= clock_timestamp() - $3::interval AS pull
  FROM gf.webhook_endpoint WHERE tenant_id = $1 AND id = $2
    AND (failing_since IS NOT NULL OR told_failing_at IS NOT NULL) FOR UPDATE
)
UPDATE gf.webhook_endpoint AS e SET failing_since = NULL, told_failing_at = NULL, changes = e.changes + was.told::int,
  pulled_at = CASE WHEN was.pull THEN clock_timestamp() ELSE e.pulled_at END
FROM was WHERE e.tenant_id = $1 AND e.id = was.id
RETURNING e.id, e.connection, e.description, e.url, was.failing_since, e.changes, was.told, was.pull
"""
_OTHERS = f"""
SELECT e.id FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND e.connection = $2 AND e.id <> $3
  AND e.state IN ('active', 'disabled') AND {WANTED.format(type="$4::text")}
"""  # noqa: S608 - our own constants


async def failed(scope: Scope, endpoint_id: UUID, then: Next) -> None:
    """Take note of a failure; after too many of them, or when it is gone, nothing is sent to it any more."""
    gone = then.verdict is Verdict.DISABLE
    rows = await scope.fetch(
        _FAILED, scope.tenant_id, endpoint_id, then.throttle, then.wait, gone, DISABLE_AFTER, TOLD_AFTER
    )
    for row in rows:
        if row["ends"]:
            _tell(scope, EndpointDisabled, row, row["state_reason"])
        elif row["began"]:
            _tell(scope, EndpointFailing, row, "failing")


async def taken(scope: Scope, endpoint_id: UUID, pull_every: timedelta) -> bool:
    """Take note of a success; return whether what waits for a retry should go out now."""
    rows = await scope.fetch(_TAKEN, scope.tenant_id, endpoint_id, pull_every)
    for row in rows:
        if row["told"]:
            _tell(scope, EndpointRecovered, row, "")
    return any(row["pull"] for row in rows)


async def push_state(scope: Scope, fact: NewFact) -> bool:
    """Let the connection's feed and other endpoints, and the client's developers, know of a fact about a state."""
    data = fact.payload.data()
    happened = Happened(fact.kind, str(fact.subject), fact.at.isoformat().replace("+00:00", "Z"), data)
    kind = ENDPOINTS[fact.kind]
    telling = Telling(
        data["connection"], kind, fact.subject, data["sequence"], partial(endpoint_body, happened=happened)
    )
    others = await scope.fetch(_OTHERS, scope.tenant_id, data["connection"], fact.subject, kind)
    await owe(scope, telling, [row["id"] for row in others], fact.at)
    await outbox.add(scope, "webhooks.told", {"subject": str(fact.subject), "kind": fact.kind, **data})
    return True


def _tell(scope: Scope, kind: type[EndpointTold], row: Mapping[str, Any], reason: str) -> None:
    at = now()
    fact = kind(
        connection=row["connection"], description=row["description"], host=host_of(row["url"]), reason=reason,
        since=(row["failing_since"] or at).isoformat(), sequence=row["changes"],
    )  # fmt: skip
    journal.append(scope, fact, subject=row["id"], at=at, actor=SYSTEM)


def host_of(url: str) -> str:
    """Return what of an address may be told further: a path or query may hold a token."""
    try:
        return URL(url).host or ""
    except ValueError:
        return ""
