"""Deliveries: claimed by lease, in order for each work order, settled by what the receiver said.

Nothing here is open while a message travels: a claim is one short transaction, and so is what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from kit import vault
from kit.db import Scope
from kit.errors import ValidationFailed
from kit.ids import new_id
from kit.tenantkeys import TenantKeys
from webhooks.core.events import CONTEXT_SENT, place
from webhooks.core.retries import Next, Verdict
from webhooks.service import contexts, states
from webhooks.service.endpoints_of import WANTED, open_secret

_CALLABLE = "e.state = 'active' AND (e.throttled_until IS NULL OR e.throttled_until <= clock_timestamp())"

_FREE = """
w.state = 'waiting' AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp())
AND NOT EXISTS (SELECT FROM gf.webhook_delivery AS earlier WHERE earlier.tenant_id = w.tenant_id
  AND earlier.endpoint_id = w.endpoint_id AND earlier.subject = w.subject AND earlier.sequence < w.sequence
  AND earlier.state = 'waiting' ORDER BY earlier.sequence OFFSET 0)
"""
"""Nobody has it, and nothing of the same work order must go first.

``ORDER BY .. OFFSET 0`` says by which index that is looked up, for each row that is claimed: the planner, with the
statistics of a quiet day, would read everything that waits for each row.
"""

_PROBE_DUE = (
    "e.failing_since IS NOT NULL AND greatest(e.probed_at, e.failing_since) <= clock_timestamp() - $2::interval"
)

_CALLING = f"""
SELECT e.id FROM gf.webhook_endpoint AS e WHERE e.tenant_id = $1 AND {_CALLABLE} AND EXISTS (
  SELECT FROM gf.webhook_delivery AS w WHERE w.tenant_id = $1 AND w.endpoint_id = e.id AND w.state = 'waiting'
    AND (w.lease_until IS NULL OR w.lease_until < clock_timestamp())
    AND (w.due_at <= clock_timestamp() OR {_PROBE_DUE}))
"""  # noqa: S608 - our own constants

_CLAIM = f"""
UPDATE gf.webhook_delivery AS d SET lease = d.lease + 1, lease_until = clock_timestamp() + $3::interval
FROM gf.webhook_event AS v, gf.webhook_endpoint AS e
WHERE d.tenant_id = $1 AND v.tenant_id = $1 AND e.tenant_id = $1 AND v.id = d.event_id AND e.id = $2 AND d.id IN (
  SELECT w.id FROM gf.webhook_delivery AS w
  WHERE w.tenant_id = $1 AND w.endpoint_id = $2 AND w.due_at <= clock_timestamp() AND {_FREE}
  ORDER BY w.due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
  AND {_CALLABLE}
RETURNING d.id, d.event_id, d.subject, v.type, d.lease, d.attempts,
  d.planned_at > clock_timestamp() AS early, e.url, e.secret, v.body, e.format, e.connection,
  CASE WHEN e.old_secret_until > clock_timestamp() THEN e.old_secret END AS old_secret,
  coalesce((
  SELECT before.state = 'dead' FROM gf.webhook_delivery AS before WHERE before.tenant_id = $1
    AND before.endpoint_id = $2 AND before.subject = d.subject AND before.sequence < d.sequence
  ORDER BY before.sequence DESC LIMIT 1), false) AS gap_before
"""  # noqa: S608 - our own constants

_PROBE = f"""
WITH probed AS (
  UPDATE gf.webhook_endpoint AS e SET probed_at = clock_timestamp()
  WHERE e.tenant_id = $1 AND e.id = $3 AND {_PROBE_DUE} AND {_CALLABLE} RETURNING e.id)
UPDATE gf.webhook_delivery AS d SET due_at = clock_timestamp() WHERE d.tenant_id = $1 AND d.id = (
  SELECT w.id FROM gf.webhook_delivery AS w JOIN probed ON probed.id = w.endpoint_id
  WHERE w.tenant_id = $1 AND {_FREE} ORDER BY w.event_id LIMIT 1)
RETURNING d.id
"""  # noqa: S608 - our own constants

_SETTLE = """
WITH said AS (
  SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::int[], $6::interval[], $7::uuid[], $8::int[],
    $9::timestamptz[], $10::int[], $11::int[], $12::text[], $13::text[])
    AS s(id, lease, state, counts, wait, attempt, number, started_at, duration_ms, status, error, response)
), settled AS (
  UPDATE gf.webhook_delivery AS d SET state = s.state, attempts = d.attempts + s.counts, lease_until = NULL,
    last_status = s.status, last_error = s.error,
    due_at = CASE WHEN s.counts = 1 THEN clock_timestamp() + s.wait ELSE d.planned_at END,
    planned_at = CASE WHEN s.counts = 1 THEN clock_timestamp() + s.wait ELSE d.planned_at END,
    delivered_at = CASE WHEN s.state = 'delivered' THEN clock_timestamp() END
  FROM said AS s WHERE d.tenant_id = $1 AND d.id = s.id AND d.lease = s.lease AND d.state = 'waiting' RETURNING d.id
)
INSERT INTO gf.webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, status, error, response)
SELECT $1, s.attempt, s.id, s.number, s.started_at, s.duration_ms, s.status, s.error, s.response
FROM said AS s JOIN settled ON settled.id = s.id RETURNING delivery_id, (
  SELECT e.failing_since IS NOT NULL OR e.told_failing_at IS NOT NULL FROM gf.webhook_endpoint AS e
  WHERE e.tenant_id = $1 AND e.id = $14) AS was_failing
"""

_PULL = """
UPDATE gf.webhook_delivery SET due_at = clock_timestamp()
WHERE tenant_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND due_at > clock_timestamp()
"""

_DEAD = """
SELECT d.id, d.event_id, d.endpoint_id, d.subject, d.sequence, d.attempts, d.last_status, d.last_error, v.type,
  v.created_at
FROM gf.webhook_delivery AS d JOIN gf.webhook_event AS v ON v.tenant_id = d.tenant_id AND v.id = d.event_id
WHERE d.tenant_id = $1 AND d.state = 'dead' ORDER BY d.id DESC LIMIT $2
"""

_REPLAY = """
UPDATE gf.webhook_delivery AS d SET state = 'waiting', attempts = 0, due_at = clock_timestamp(), lease = d.lease + 1,
  planned_at = clock_timestamp(), lease_until = NULL, delivered_at = NULL
FROM gf.webhook_event AS v
WHERE d.tenant_id = $1 AND d.endpoint_id = $2 AND v.tenant_id = $1 AND v.id = d.event_id AND d.state <> 'waiting'
  AND ($3::uuid[] IS NULL OR d.event_id = ANY($3)) AND ($4::timestamptz IS NULL OR v.created_at >= $4)
  AND ($5::timestamptz IS NULL OR v.created_at < $5) AND (NOT $6 OR d.state = 'dead')
RETURNING d.id
"""

_NEVER_OWED = f"""
INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence)
SELECT $1, e.id, v.id, v.subject, v.sequence FROM gf.webhook_endpoint AS e
JOIN gf.webhook_event AS v ON v.tenant_id = $1 AND v.connection = e.connection
WHERE e.tenant_id = $1 AND e.id = $2 AND NOT e.blueprint AND v.type LIKE 'work\\_order.%'
  AND v.origin <> 'connection:' || e.connection AND {WANTED.format(type="v.type")}
  AND ($3::uuid[] IS NULL OR v.id = ANY($3)) AND ($4::timestamptz IS NULL OR v.created_at >= $4)
  AND ($5::timestamptz IS NULL OR v.created_at < $5)
ON CONFLICT (tenant_id, endpoint_id, event_id) DO NOTHING RETURNING id
"""  # noqa: S608 - our own constants


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery that we hold the lease of."""

    id: UUID
    event_id: UUID
    subject: UUID
    type: str
    lease: int
    attempts: int
    """Made before this one."""
    early: bool
    """Sent before its time, because the receiver may be back: failing uses up no attempt."""
    url: str
    secret: str
    body: bytes
    format: str
    connection: str
    old_secret: str | None
    """Replaced a short while ago: it signs too."""
    gap_before: bool
    """The event before it was given up: the receiver should look what it missed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending one parcel."""

    started_at: datetime
    duration: timedelta
    status: int | None
    error: str | None = None
    response: str = ""
    """The first 4 kB of the receiver's answer."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A parcel that was sent, what came of it, and what is done about that."""

    parcel: Parcel
    attempt: Attempt
    then: Next

    @property
    def early(self) -> bool:
        """It was sent before its time, for nothing: no attempt is used up."""
        return self.parcel.early and self.then.verdict is not Verdict.DELIVERED

    @property
    def state(self) -> str:
        """What the delivery is from now on."""
        if self.then.verdict is Verdict.DELIVERED:
            return "delivered"
        return "dead" if self.then.verdict is Verdict.DEAD and not self.early else "waiting"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that was given up; it is kept, and can be replayed."""

    id: UUID
    event_id: UUID
    endpoint_id: UUID
    subject: UUID
    sequence: int
    attempts: int
    last_status: int | None
    last_error: str | None
    type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events of an endpoint are sent again: by id, by time, or all; failed ones only, or delivered ones too."""

    event_ids: Sequence[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None
    only_failed: bool = True


async def endpoints_with_mail(scope: Scope, probe_every: timedelta) -> list[UUID]:
    """Return the endpoints that something could be sent to now."""
    return [row["id"] for row in await scope.fetch(_CALLING, scope.tenant_id, probe_every)]


async def claim(scope: Scope, endpoint_id: UUID, limit: int, lease: timedelta) -> list[Parcel]:
    """Take due deliveries of one endpoint for the length of ``lease``; of each work order its oldest only.

    Raises ``KeysAway``: nothing is taken then.
    """
    parcels = [Parcel(**row) for row in await scope.fetch(_CLAIM, scope.tenant_id, endpoint_id, lease, limit)]
    if not parcels:
        return []
    return await vault.opened(scope, lambda keys: [_opened(keys, endpoint_id, each) for each in parcels])


def _opened(keys: TenantKeys, endpoint_id: UUID, parcel: Parcel) -> Parcel:
    old = parcel.old_secret
    return replace(
        parcel,
        body=keys.open_bytes(parcel.body, place(parcel.event_id)),
        secret=open_secret(keys, endpoint_id, parcel.secret),
        old_secret=None if old is None else open_secret(keys, endpoint_id, old, "old_secret"),
    )


async def probe(scope: Scope, endpoint_id: UUID, every: timedelta) -> bool:
    """Make the oldest waiting delivery of a failing endpoint due, once in each ``every``; return whether one is."""
    return bool(await scope.fetch(_PROBE, scope.tenant_id, every, endpoint_id))


async def settle(scope: Scope, endpoint_id: UUID, landed: Sequence[Landed], pull_every: timedelta) -> set[UUID]:
    """Write down what came of these of one endpoint; return which: of one whose lease was lost nothing is changed.

    The first success after failures makes everything that waits for a retry due, once in each ``pull_every``: a message
    that always fails, between others that do not, is not hurried to its end.
    """
    tried = [each.attempt for each in landed]
    rows = await scope.fetch(
        _SETTLE, scope.tenant_id, [each.parcel.id for each in landed], [each.parcel.lease for each in landed],
        [each.state for each in landed], [0 if each.early else 1 for each in landed],
        [each.then.wait for each in landed], [new_id() for _ in landed], [each.parcel.attempts + 1 for each in landed],
        [a.started_at for a in tried], [int(a.duration.total_seconds() * 1000) for a in tried],
        [a.status for a in tried], [a.error for a in tried], [a.response for a in tried], endpoint_id,
    )  # fmt: skip
    kept = {row["delivery_id"] for row in rows}
    settled = [each for each in landed if each.parcel.id in kept]
    for each in settled:
        if each.state != "delivered":
            await states.failed(scope, endpoint_id, each.then)
        elif each.parcel.type == CONTEXT_SENT:
            await contexts.taken(scope, each.parcel.subject, each.attempt.response)
    taken = [each for each in settled if each.state == "delivered"]
    fails = len(taken) < len(settled) or any(row["was_failing"] for row in rows)
    if taken and fails and await states.taken(scope, endpoint_id, pull_every):
        await scope.fetch(_PULL, scope.tenant_id, endpoint_id)
    return kept


async def dead_letters(scope: Scope, limit: int = 100) -> list[DeadLetter]:
    """Return what was given up, newest first."""
    return [DeadLetter(**row) for row in await scope.fetch(_DEAD, scope.tenant_id, limit)]


async def replay(scope: Scope, endpoint_id: UUID, wanted: Selection) -> int:
    """Send events again, with their first ids, in order; return how many.

    With delivered ones, also those from before an added endpoint was there. Raises ``ValidationFailed``.
    """
    if wanted.event_ids is not None and (wanted.since or wanted.until):
        raise ValidationFailed("choose events by id or by time, not both")
    ids = None if wanted.event_ids is None else list(wanted.event_ids)
    which = (scope.tenant_id, endpoint_id, ids, wanted.since, wanted.until)
    sent = await scope.fetch(_REPLAY, *which, wanted.only_failed)
    if wanted.only_failed:
        return len(sent)
    return len(sent) + len(await scope.fetch(_NEVER_OWED, *which))
