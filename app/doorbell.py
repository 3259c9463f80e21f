"""The doorbell of the worker: one RQ job says "look at these tenants", however many rows wait there.

The job holds ids only and is JSON. It carries no work: the rows in PostgreSQL do, and the worker's sweep finds them
too, so a bell that is away, full or emptied delays by seconds and loses nothing.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "glassfloor"
JOB = "glassfloor.drain"
"""The job's name. It is not a function's path: the worker never imports what Redis says (see app.worker)."""
_LIFE_S = 60
"""A ring that nobody heard for so long is dropped; the sweep has come by since."""

log = structlog.get_logger()


class Doorbell:
    """Rings for tenants. Rings that come while one is being sent go together in the next."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url``."""
        redis = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2, retry=Retry(NoBackoff(), 1))
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
        self._waiting: set[UUID] = set()
        self._sending: asyncio.Task[None] | None = None

    def ring(self, tenant_id: UUID) -> None:
        """Ring soon, without waiting for it. A bell that is away is logged, never an error."""
        self._waiting.add(tenant_id)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send())

    async def close(self) -> None:
        """Send what waits and close the connection."""
        if self._sending is not None:
            await self._sending
        await asyncio.to_thread(self._queue.connection.close)

    async def _send(self) -> None:
        while self._waiting:
            tenants, self._waiting = sorted(str(t) for t in self._waiting), set()
            try:
                await asyncio.to_thread(self._enqueue, tenants)
            except (RedisError, OSError) as error:
                log.warning("doorbell_away", error=type(error).__name__)

    def _enqueue(self, tenants: list[str]) -> None:
        self._queue.enqueue_call(JOB, args=(tenants,), ttl=_LIFE_S, result_ttl=0, failure_ttl=0)
