"""Hours and days of deliveries in seconds: a clock of our own in the database, many events at once, a slow mail box."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from aiosmtpd.controller import Controller

from kit import vault
from kit.db import Database, Transaction
from kit.embedded.machine import free_port
from kit.ids import new_id
from kit.outbound import Guard
from tests.support.house import TENANT_A, House
from webhooks.client import Client
from webhooks.core.events import place
from webhooks.core.retries import SCHEDULE
from webhooks.tasks import Courier, Policy

_CLOCK = """
CREATE SCHEMA simulated;
CREATE TABLE simulated.ahead AS SELECT interval '0' AS by;
CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql
  AS 'SELECT pg_catalog.clock_timestamp() + by FROM simulated.ahead';
GRANT USAGE ON SCHEMA simulated TO PUBLIC; GRANT SELECT ON simulated.ahead TO PUBLIC;
"""
_EVENTS = """
WITH head AS (UPDATE gf.journal_head SET feed = feed + cardinality($2::uuid[]) WHERE tenant_id = $1
  RETURNING feed - cardinality($2::uuid[]) AS base)
INSERT INTO gf.webhook_event (tenant_id, id, connection, type, subject, sequence, origin, body, created_at, position)
SELECT $1, n.id, 'oms', 'work_order.updated', n.subject, n.sequence, 'outsourcer', n.body, clock_timestamp(),
  head.base + n.ord
FROM head, unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[])
  WITH ORDINALITY AS n(id, subject, sequence, body, ord)
"""
_OWED = """
INSERT INTO gf.webhook_delivery (tenant_id, endpoint_id, event_id, subject, sequence)
SELECT $1, e.id, v.id, v.subject, v.sequence FROM gf.webhook_event AS v, gf.webhook_endpoint AS e
WHERE v.tenant_id = $1 AND e.tenant_id = $1 AND e.connection = 'oms' AND v.id = ANY($2::uuid[])
"""


@dataclass
class Time:
    """Time of our own: the database's statements and the courier's timestamps read it, sockets do not."""

    house: House
    worker: Database
    """A login of the worker whose connections know this clock."""
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def passes(self, step: timedelta) -> None:
        self.ahead += step
        admin = await asyncpg.connect(self.house.admin_dsn)
        await admin.execute("UPDATE simulated.ahead SET by = $1", self.ahead)
        await admin.close()


@asynccontextmanager
async def our_time(house: House) -> AsyncIterator[Time]:
    """Let every new connection to the house's database read a clock that tests move."""
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.execute(_CLOCK)
    name = await admin.fetchval("SELECT quote_ident(current_database())")
    await admin.execute(f"ALTER DATABASE {name} SET search_path = simulated, pg_catalog, public")
    await admin.close()
    worker = Database(house.dsns["gf_worker"], house.signer)
    yield Time(house, worker)
    await worker.close()


@asynccontextmanager
async def courier_in(time: Time, **more: Any) -> AsyncIterator[Courier]:
    """A courier with production's patience, in this time."""
    policy = Policy(**{"schedule": SCHEDULE, "clock": time.now, "luck": lambda: 0.5, **more})
    async with Client(Guard(allow_private=True), timedelta(seconds=2)) as client:
        made = Courier(time.worker, client, policy)
        yield made
        await made.close()


async def visited(made: Courier) -> None:
    """Let everything that is due be tried."""
    await made.visit(TENANT_A)
    await made.settle_down()


async def happen(scope: Transaction, subjects: list[UUID], sequence: int) -> list[UUID]:
    """Let one thing happen to each of these, and be owed to the connection ``oms``; return the events' ids."""
    keys, ids = await vault.sealing(scope), [new_id() for _ in subjects]
    bodies = [
        keys.seal_bytes(
            orjson.dumps({"id": str(made), "subject": str(subject), "sequence": f"{sequence:012d}", "type": "x"}),
            place(made),
        )
        for made, subject in zip(ids, subjects, strict=True)
    ]
    await scope.fetch(_EVENTS, TENANT_A, ids, subjects, [sequence] * len(ids), bodies)
    await scope.fetch(_OWED, TENANT_A, ids)
    return ids


@dataclass
class Box:
    """What the mail server got."""

    url: str = ""
    got: list[tuple[str, Message]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.got.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[Box]:
    """A mail server on this machine."""
    box, port = Box(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        server.stop()
