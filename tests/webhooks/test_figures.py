"""How endpoints do: counted so far, each figure from the index of its own state, however much was taken before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kit.counting import Counted
from kit.db import Scope
from kit.ids import new_id
from tests.support.house import TENANT_A, House
from tests.workorders.lab import add_connection
from webhooks.service import figures, keeping

NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)
_ENDPOINT = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, failing_since)
VALUES ($1, $2, $3, 'https://hooks.example/' || $3, 'whsec_', false, $4)
"""
_EVENT = """
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at)
VALUES ($1, $2, $3, 'work_order.updated', $2, 1, 'outsourcer', '\\x00', $4)
"""
_DELIVERY = """
INSERT INTO gf.webhook_delivery (tenant_id, id, endpoint_id, event_id, subject, sequence, state, delivered_at)
VALUES ($1, $2, $3, $4, $4, 1, $5, $6)
"""
_MANY = """
WITH events AS (
  INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at)
  SELECT $1, uuidv7(), 'a1', 'work_order.updated', $2, n, 'outsourcer', '\\x00', $3
  FROM generate_series(2, 1 + $4::int) AS n RETURNING id, subject, sequence)
INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence, state, delivered_at)
SELECT $1, $2, id, subject, sequence, 'delivered', $3 FROM events
"""
_ATTEMPT = """
INSERT INTO gf.webhook_attempt (tenant_id, id, delivery_id, number, started_at, duration_ms, status, response)
VALUES ($1, $2, $3, 1, $4, $5, 200, '')
"""


async def endpoint(scope: Scope, connection: str, *, failing: bool = False) -> UUID:
    made = new_id()
    await scope.fetch(_ENDPOINT, TENANT_A, made, connection, NOON if failing else None)
    return made


async def sent(scope: Scope, to: UUID, state: str, ago: timedelta = timedelta(0), took_ms: int = 40) -> None:
    event, delivery, at = new_id(), new_id(), NOON - ago
    await scope.fetch(_EVENT, TENANT_A, event, "a1", at)
    await scope.fetch(_DELIVERY, TENANT_A, delivery, to, event, state, at if state == "delivered" else None)
    await scope.fetch(_ATTEMPT, TENANT_A, new_id(), delivery, at, took_ms)


async def test_each_state_is_counted_and_no_further_than_said(house: House) -> None:
    for code in ("a1", "quiet"):
        await add_connection(house, TENANT_A, code)
    async with house.app.transaction(TENANT_A) as scope:
        one, other, quiet = [await endpoint(scope, code) for code in ("a1", "a1", "quiet")]
        gone = await endpoint(scope, "quiet")
        await scope.fetch("UPDATE gf.webhook_endpoint SET state = 'deleted' WHERE id = $1", gone)
        for hours in (30, 1):
            await sent(scope, one, "delivered", timedelta(hours=hours))
        await scope.fetch(_MANY, TENANT_A, one, NOON - timedelta(hours=2), figures.COUNTED)
        await sent(scope, one, "waiting")
        for state in ("dead", "dead", "waiting"):
            await sent(scope, other, state, took_ms=700)
        shown = await figures.at_a_glance(scope, NOON - timedelta(days=1))
        both = await figures.of_connection(scope, "a1")
        nothing = await figures.of_connection(scope, "nowhere")
        listed = {row["id"]: (row["waiting"], row["dead"]) for row in await keeping.endpoints(scope)}
    none, one_waits, last = Counted(0, True), Counted(1, True), NOON - timedelta(hours=1)
    found = [(row["connection"], row["waiting"], row["dead"], row["delivered"], row["last_at"]) for row in shown]
    assert found == [
        ("a1", one_waits, none, Counted(figures.COUNTED, False), last), ("a1", one_waits, Counted(2, True), none, None),
        ("quiet", none, none, none, None),
    ]  # fmt: skip
    assert [str(shown[0][name]) for name in ("waiting", "delivered")] == ["1", "999+"]
    assert dict(both) == {"waiting": 2, "dead": 2, "last_at": last, "failing": False, "p95_ms": 700}
    assert dict(nothing) == {"waiting": 0, "dead": 0, "last_at": None, "failing": False, "p95_ms": None}
    assert listed == {one: (1, 0), other: (1, 2), quiet: (0, 0)}


async def test_what_was_taken_is_not_walked_through(house: House) -> None:
    asked = ((figures._AT_A_GLANCE, (NOON,)), (figures._OF_CONNECTION, ("a1",)), (keeping._LIST, (None, None)))
    async with house.app.transaction(TENANT_A) as scope:
        await scope.fetch("SET LOCAL enable_seqscan = off")
        await scope.fetch("SET LOCAL enable_bitmapscan = off")
        for sql, values in asked:
            plan = [row["QUERY PLAN"] for row in await scope.fetch(f"EXPLAIN {sql}", TENANT_A, *values)]
            used = {line.rsplit("using ", 1)[1].split()[0] for line in plan if "using webhook_delivery" in line}
            wanted = {"webhook_delivery_due", "webhook_delivery_dead", "webhook_delivery_taken"}
            assert used == (wanted if sql is not keeping._LIST else wanted - {"webhook_delivery_taken"}), plan
