"""A centre with much behind it: work orders of many clients, most of them closed, with all that hangs on them.

Rows are made inside PostgreSQL, past everything that the house does, at the sizes that the house would write: texts are
as long as sealed ones, and not sealed. A client's work orders are spread evenly over two years, the newer ones open; of
twenty facts five are of a work order and hold its document, the others are an agent's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import asyncpg

from bench.ground import Ground
from kit.clock import now
from migrations.run import migrate
from workorders.service.turns import turn_of

SIZES = ((1, 200_000), (9, 40_000), (40, 6_000), (150, 1_334))
"""So many clients have so many work orders: 1 000 100 of 200 clients."""
FACTS, EVENTS, DAYS, FIRST = 20, 3, 730, 1_000
"""Facts and events of each work order; over how many days; the number before the first."""
_TEXT = 12_000
_AGE = f"make_interval(secs => {DAYS} * 86400.0 * ($2::int - i) / $2::int + 60)"
_NOISE = "substr($3::text, 1 + ((i * 7919::bigint) % 9000)::int, {length})"

_ORDERS = f"""
INSERT INTO gf.work_order (tenant_id, id, number, connection, requester_side, type, title, title_bidx, description,
  priority, severity, status, pending_on, turn, status_reason, resolution_code, resolution_summary, created_by_id,
  created_by_name, version, event_seq, created_at, updated_at, acknowledged_at, resolved_at, closed_at, channel, custom)
SELECT $1, uuidv7(-age), {FIRST} + i, 'oms', requester_side,
  (ARRAY['refund', 'delivery', 'complaint', 'address'])[1 + i % 4], {_NOISE.format(length=110)}, sha256(i::text::bytea),
  {_NOISE.format(length=520)},
  CASE WHEN i % 1000 = 0 THEN 'critical' WHEN i % 10 = 0 THEN 'high' ELSE 'medium' END, 'minor', status,
  pending_on, {turn_of("status", "pending_on", "false")}, {_NOISE.format(length=90)},
  CASE WHEN done THEN 'done' END, CASE WHEN done THEN {_NOISE.format(length=200)} END, 'agent-1', 'Mei', 5, {EVENTS},
  now() - age, now() - age * 0.99, now() - age, CASE WHEN done THEN now() - age * 0.99 END,
  CASE WHEN status IN ('closed', 'rejected', 'cancelled') THEN now() - age * 0.99 END, 'desk',
  '{{"branch": "' || {_NOISE.format(length=140)} || '"}}'
FROM (
  SELECT i, age, status, status IN ('closed', 'resolved') AS done,
    CASE WHEN i % 5 = 0 THEN 'tenant' ELSE 'outsourcer' END AS requester_side,
    CASE WHEN status = 'pending' THEN 'outsourcer' END AS pending_on
  FROM (
    SELECT i, {_AGE} AS age, CASE WHEN i > $2::int * 0.94 AND i % 2 = 0
      THEN (ARRAY['submitted', 'acknowledged', 'inProgress', 'pending', 'held', 'resolved'])[1 + (i / 2) % 6]
      ELSE (ARRAY['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'rejected',
        'cancelled'])[1 + i % 10] END AS status
    FROM generate_series(1, $2::int) AS i) AS aged) AS made
"""
_OF_ORDERS = f"""FROM gf.work_order AS w, LATERAL (SELECT w.number - {FIRST} AS i) AS n
WHERE w.tenant_id = $1 AND $2::int > 0"""
_BESIDE = (
    f"INSERT INTO gf.work_order_counter VALUES ($1, {FIRST} + $2::int)",
    """INSERT INTO gf.work_order_term (tenant_id, term, work_order_id)
SELECT $1, sha256((w.id || k::text)::bytea), w.id FROM gf.work_order AS w, generate_series(1, 2) AS k
WHERE w.tenant_id = $1 AND $2::int > 0""",
    f"""INSERT INTO gf.work_order_reference (tenant_id, work_order_id, connection, owner, external_id, external_bidx)
SELECT $1, w.id, 'oms', 'jira', {_NOISE.format(length=80)}, sha256(w.id::text::bytea) {_OF_ORDERS}""",
    f"""INSERT INTO gf.work_order_comment (tenant_id, work_order_id, body, visibility, author_side, author_id,
  author_name, origin, created_at)
SELECT $1, w.id, {_NOISE.format(length=240)}, 'shared', 'tenant', 'key', 'oms', 'connection:oms', w.created_at
{_OF_ORDERS}""",
    f"""INSERT INTO gf.work_order_plan VALUES ($1, 1, now() - interval '{DAYS} days',
  '{{"zone": "UTC", "policies": [], "calendars": []}}', 'bench-' || $2::int)""",
    """INSERT INTO gf.work_order_clock (tenant_id, work_order_id, metric, policy, plan, owed_by, state, target, begun,
  halted, cycle, breaches, told, ended, ended_at, due_at, next_warning_at)
SELECT $1, w.id, metric, 'standard', 1, 'tenant', CASE WHEN w.closed_at IS NULL THEN 'running' ELSE 'met' END,
  interval '5 days', ARRAY[w.created_at], CASE WHEN w.closed_at IS NULL THEN '{}' ELSE ARRAY[w.closed_at] END, 0, 0, 0,
  CASE WHEN w.closed_at IS NULL THEN NULL ELSE 'met' END, w.closed_at, w.created_at + interval '90 days',
  CASE WHEN w.closed_at IS NULL THEN w.created_at + interval '90 days' END
FROM gf.work_order AS w, unnest(ARRAY['acknowledge', 'resolve']) AS metric WHERE w.tenant_id = $1 AND $2::int > 0""",
)
_JOURNAL = f"""
INSERT INTO gf.journal (tenant_id, seq, at, kind, version, subject, actor, data, recorded_at)
SELECT $1, f, now() - make_interval(secs => {DAYS} * 86400.0 * ($2 * {FACTS} - f) / ($2 * {FACTS}) + 30),
  CASE WHEN f % 4 > 0 THEN 'AgentStateChanged' WHEN f % {FACTS} = 4 THEN 'WorkOrderCreated'
    ELSE 'WorkOrderStatusChanged' END, 1, coalesce(w.id, uuidv7(interval '-1 year')),
  '{{"id": "agent-1", "kind": "agent"}}',
  CASE WHEN w.id IS NULL THEN jsonb_build_object('seat', 'A-' || i % 200, 'agent_id', i % 200, 'state', 'talking',
    'queue', 'orders', 'reason', '')
  ELSE jsonb_build_object('number', 'WO-' || w.number, 'title', w.title, 'status', w.status, 'connection', 'oms',
    'side', 'outsourcer', 'author', 'Mei', 'origin', 'outsourcer', 'sequence', f % {FACTS} / 4,
    'changes', '{{}}'::jsonb, 'work_order', jsonb_build_object('id', w.id, 'number', 'WO-' || w.number,
      'connection', 'oms', 'type', w.type, 'title', w.title, 'description', w.description, 'priority', w.priority,
      'severity', w.severity,
      'status', w.status, 'version', 1, 'sequence', 1, 'created_at', w.created_at, 'custom', w.custom)) END,
  now()
FROM generate_series(1, $2::int * {FACTS}) AS f CROSS JOIN LATERAL (SELECT (f - 1) / {FACTS} + 1 AS i) AS n
LEFT JOIN gf.work_order AS w ON w.tenant_id = $1 AND w.number = {FIRST} + i AND f % 4 = 0
"""
_EVENTS = f"""
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at, position)
SELECT $1, uuidv7(w.created_at - now()), 'oms', 'work_order.updated', w.id, k, 'outsourcer',
  convert_to(jsonb_build_object('id', w.id, 'type', 'work_order.updated', 'sequence', k, 'data', jsonb_build_object(
    'id', w.id, 'title', w.title, 'description', w.description, 'custom', w.custom, 'status', w.status,
    'resolution', {_NOISE.format(length=400)}))::text, 'UTF8'), w.created_at, (i - 1) * {EVENTS} + k
FROM gf.work_order AS w, LATERAL (SELECT w.number - {FIRST} AS i) AS n, generate_series(1, {EVENTS}) AS k
WHERE w.tenant_id = $1 AND $2::int > 0
"""
_ENDPOINT = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret)
VALUES ($1, uuidv7(), 'oms', 'https://' || $2::int || '.example', 'whsec_')
"""
_DELIVERIES = """
INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence, state, attempts, due_at,
  planned_at, delivered_at)
SELECT $1, e.id, v.id, v.subject, v.sequence, CASE WHEN v.position > $2::int * 2.99 THEN 'waiting' ELSE 'delivered' END,
  1, v.created_at, v.created_at, v.created_at
FROM gf.webhook_event AS v, gf.webhook_endpoint AS e WHERE v.tenant_id = $1 AND e.tenant_id = $1
"""
_HEAD = f"UPDATE gf.journal_head SET seq = seq + $2::int * {FACTS}, feed = $2::int * {EVENTS} WHERE tenant_id = $1"


async def fill(ground: Ground, sizes: list[int], say: Callable[[str], None]) -> None:
    """Give each client so many work orders, by one connection, client after client."""
    for days in (DAYS + 30, DAYS - 335):  # the months of the journal, as they were made, thirteen ahead each time
        await migrate(ground.prepared.dsns["gf_migrator"], today=(now() - timedelta(days=days)).date())
    text = secrets.token_urlsafe(_TEXT)[:_TEXT]
    admin = await asyncpg.connect(ground.admin_dsn)
    await admin.execute("ALTER SYSTEM SET max_wal_size = '4GB'")
    await admin.execute("SELECT pg_reload_conf()")
    await admin.execute("SET session_replication_role = replica")  # keys that refer to rows are true as they are made
    await admin.execute("SET synchronous_commit = off")
    done = 0
    for client, size in zip(ground.clients, sizes, strict=True):
        await _one(admin, client.id, size, text)
        done += size
        if size > sizes[-1] or client is ground.clients[-1]:
            say(f"{done:,} work orders, {done * FACTS:,} facts")
    await admin.execute("VACUUM ANALYZE")
    await admin.close()


async def _one(admin: asyncpg.Connection[asyncpg.Record], tenant: UUID, size: int, text: str) -> None:
    await admin.execute("DELETE FROM gf.journal WHERE tenant_id = $1", tenant)
    await admin.execute("UPDATE gf.journal_head SET seq = 0 WHERE tenant_id = $1", tenant)
    for sql in (_ORDERS, *_BESIDE, _JOURNAL, _EVENTS, _ENDPOINT, _DELIVERIES, _HEAD):
        await admin.execute(sql, *(tenant, size, text)[: 3 if "$3" in sql else 2])
