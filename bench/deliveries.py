"""Webhook deliveries: the courier to one and to a hundred endpoints, against a bare loop that signs and posts by httpx.

The receiver is a process of its own that takes everything at once. Ours is the whole way of a delivery: found, claimed
by lease in the order of its work order, opened, its address checked, signed, sent, and settled with its attempt in
PostgreSQL. The reference has the bodies in memory, signs and posts them over 50 connections of one shared client, and
writes nothing down. D1 is our client alone in the same place: what performance.md calls W1.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx
import orjson
from pydantic import SecretStr

from app.wiring import install_vault
from bench.children import Child
from bench.ground import Client, Ground, grounded
from bench.measure import Figure, Goal, Meter, Sample, Side, compare
from bench.run import Run
from kit.clock import now
from kit.ids import new_id
from kit.outbound import Guard
from kit.settings import Settings
from webhooks.client import Client as Caller
from webhooks.client import Message
from webhooks.core.signature import sign
from webhooks.service.endpoints_of import new_secret
from webhooks.service.owed import Telling, owe
from webhooks.tasks import Courier

MANY, FLYING, OF_ONE, GROUP = 100, 50, 4, 200
"""Endpoints; requests at once in the loops; events of each work order; events stored in one transaction."""
_ENDPOINT = """
INSERT INTO gf.webhook_endpoint (tenant_id, id, connection, url, secret, blueprint, state)
VALUES ($1, $2, 'oms', $3, $4, false, 'active')
"""
_AGAIN = """
UPDATE gf.webhook_delivery SET state = 'waiting', attempts = 0, lease_until = NULL, delivered_at = NULL,
  due_at = clock_timestamp(), planned_at = clock_timestamp() WHERE tenant_id = $1
"""
_DOWN = """
UPDATE gf.webhook_delivery SET state = 'waiting', attempts = 3, lease_until = NULL, delivered_at = NULL,
  due_at = clock_timestamp() + '1 hour', planned_at = clock_timestamp() + '1 hour' WHERE tenant_id = $1
"""
_FAILING = """
UPDATE gf.webhook_endpoint SET failing_since = clock_timestamp() - interval '6 hours', probed_at = NULL,
  pulled_at = NULL WHERE tenant_id = $1
"""
_LEFT = "SELECT count(*) FROM gf.webhook_delivery WHERE tenant_id = $1 AND state <> 'delivered'"


class NotAll(RuntimeError):
    """Some were not delivered."""


async def run(given: Run) -> None:
    """Compare and print."""
    async with grounded(given.folder, 3, given.say) as ground, Child("bench.receiver") as receiver:
        install_vault(Settings(master_key=SecretStr("7b" * 32), data_folder=given.folder))
        url = f"http://127.0.0.1:{(await receiver.ask('start'))['port']}/hook"
        one, many, waiting = ground.clients
        count, drained = given.count(2_000, 100), given.count(10_000, 200)
        given.say(f"{2 * count + drained} events that are owed")
        await _owed(ground, one, url, 1, count)
        await _owed(ground, many, url, MANY, count)
        await _owed(ground, waiting, url, 1, drained)
        sides = Sides(ground, url, count)
        rounds = await compare(
            [sides.bare(), sides.caller(), sides.courier("one", one), sides.courier("hundred", many)], given.rounds
        )
        seconds = await sides.drain(waiting)
    loop = "a bare loop over a shared httpx client that signs"
    given.figures(
        rounds,
        Figure("D1", f"signed POSTs by our client to {loop}", "caller", "bare", Goal("x15", 15)),
        Figure("D2", f"deliveries to one endpoint, database and all, to {loop}", "one", "bare", also=("postgres",)),
        Figure("D3", f"deliveries to {MANY} endpoints, the same", "hundred", "bare", also=("postgres",)),
    )
    for name in ("bare", "caller", "one", "hundred"):
        given.tell(f"    {name}: {1 / rounds.median(name, 'wall'):,.0f} a second")
    given.tell(
        f"D4  {drained:,} deliveries that waited for one endpoint, from the probe that it takes until none waits:"
        f" {seconds:.1f} s, {drained / seconds:,.0f} a second"
    )


async def _owed(ground: Ground, client: Client, url: str, endpoints: int, count: int) -> None:
    """Make endpoints, and as many events in all as ``count``, each owed to one of them."""
    ids = [new_id() for _ in range(endpoints)]
    orders = [new_id() for _ in range(max(endpoints, count // OF_ONE))]
    async with ground.plane.transaction(client.id) as scope:
        for endpoint in ids:
            await scope.fetch(_ENDPOINT, client.id, endpoint, url, new_secret())
    for first in range(0, count, GROUP):
        async with ground.plane.transaction(client.id) as scope:
            for n in range(first, min(count, first + GROUP)):
                sequence, order = divmod(n, len(orders))
                telling = Telling("oms", "work_order.updated", orders[order], sequence + 1, _body(orders[order]))
                await owe(scope, telling, [ids[order % endpoints]], now())


def _body(order: UUID) -> Callable[[str], Mapping[str, object]]:
    return lambda event: {
        "id": event, "type": "work_order.updated", "timestamp": "2026-11-23T09:00:00Z", "subject": str(order),
        "data": {"id": str(order), "title": "Refund order 20260105-8841", "description": "The parcel is back. " * 15},
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sides:
    """Makes sides of the comparison."""

    ground: Ground
    url: str
    count: int

    def bare(self) -> Side:
        """Sign and post from memory."""

        async def once() -> Sample:
            async with httpx.AsyncClient(limits=httpx.Limits(max_connections=FLYING)) as client:

                async def post(message: Message) -> None:
                    signed = sign(message.secret, message.id, now(), message.body)
                    headers = {"Content-Type": message.content_type, **signed}
                    answer = await client.post(message.url, content=message.body, headers=headers)
                    if answer.status_code != httpx.codes.NO_CONTENT:
                        raise NotAll(answer.text)

                return await self._looped(post)

        return Side("bare", once)

    def caller(self) -> Side:
        """Do the same by the product's client, addresses checked."""

        async def once() -> Sample:
            async with Caller(Guard(allow_private=True)) as client:

                async def post(message: Message) -> None:
                    reply = await client.send(message, now())
                    if reply.answer.status != httpx.codes.NO_CONTENT:
                        raise NotAll(reply.error)

                return await self._looped(post)

        return Side("caller", once)

    def courier(self, name: str, client: Client) -> Side:
        """Everything that is owed to the endpoints of a client."""

        async def once() -> Sample:
            await self._prepared(client, _AGAIN)
            async with _courier(self.ground) as courier:
                meter, began = self._meter(), time.perf_counter()
                await self._emptied(courier, client)
                return meter.sample(self.count, time.perf_counter() - began)

        return Side(name, once)

    async def drain(self, client: Client) -> float:
        """Return how many seconds it takes from an endpoint's recovery until nothing waits for it."""
        await self._prepared(client, _FAILING)
        await self._prepared(client, _DOWN)
        async with _courier(self.ground) as courier:
            began = time.perf_counter()
            await self._emptied(courier, client)
            return time.perf_counter() - began

    async def _looped(self, post: Callable[[Message], Awaitable[None]]) -> Sample:
        waiting = self._messages(new_secret())

        async def loop() -> None:
            for message in waiting:
                await post(message)

        meter, began = self._meter(), time.perf_counter()
        await asyncio.gather(*(loop() for _ in range(FLYING)))
        return meter.sample(self.count, time.perf_counter() - began)

    def _messages(self, secret: str) -> Iterator[Message]:
        for _ in range(self.count):
            event = str(new_id())
            yield Message(self.url, secret, event, orjson.dumps(_body(new_id())(event)))

    async def _emptied(self, courier: Courier, client: Client) -> None:
        await courier.visit(client.id)
        await courier.settle_down()
        async with self.ground.plane.transaction(client.id) as scope:
            left = (await scope.fetch(_LEFT, client.id))[0]["count"]
        if left:
            raise NotAll(f"{left} were not delivered")

    async def _prepared(self, client: Client, sql: str) -> None:
        """Let everything wait again, in tables without what the last round left."""
        admin = await asyncpg.connect(self.ground.admin_dsn)
        await admin.execute("DELETE FROM gf.webhook_attempt WHERE tenant_id = $1", client.id)
        await admin.execute(sql, client.id)
        await admin.execute("VACUUM ANALYZE gf.webhook_delivery, gf.webhook_attempt")
        await admin.close()

    def _meter(self) -> Meter:
        return Meter(process=lambda: [os.getpid()], postgres=self.ground.backends)


@asynccontextmanager
async def _courier(ground: Ground) -> AsyncIterator[Courier]:
    async with Caller(Guard(allow_private=True)) as client:
        courier = Courier(ground.plane, client)
        try:
            yield courier
        finally:
            await courier.close()
