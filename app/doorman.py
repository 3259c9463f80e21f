"""Hears the doorbell: an RQ worker in a thread of its own, that hands tenants' ids to the event loop and does no work.

RQ finds a job's function by importing the name that stands in Redis, and would also call callbacks, post webhooks and
obey commands that it reads there. Whoever can write to Redis must not run code here, so nothing of that is used: a job
that is not ours is thrown away unread, and of ours only the list of ids is taken.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty

from app.doorbell import JOB, QUEUE

Ring = Callable[[list[UUID]], None]

_LISTEN_S = 1
_AWAY_S = 1.0

log = structlog.get_logger()


class _Listener(SimpleWorker):
    """RQ's worker loop without signals, commands and imports."""

    death_penalty_class = TimerDeathPenalty  # the usual one needs SIGALRM, which belongs to the main thread
    heard: Ring

    @property
    def dequeue_timeout(self) -> int:
        """How long one look at the queue waits, in seconds: as long as a shutdown may take."""
        return _LISTEN_S

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:  # noqa: ANN401 - RQ's signature
        """End here when asked to: RQ looks at the wish only between jobs, and without a job never."""
        if self._stop_requested:
            raise StopRequested
        super().heartbeat(timeout, pipeline)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Take the ids of a ring and drop the job."""
        queue.intermediate_queue.remove(job.id)
        try:
            self.heard(_ids(job))
        except (ValueError, TypeError, AttributeError, DeserializationError):  # also what is no JSON: a pickle
            log.warning("strange_job", job=job.id)
        job.delete(remove_from_queue=False)

    def run_maintenance_tasks(self) -> None:
        """Clean nothing: no job outlives its ring, and cleaning calls what failed jobs name."""

    def subscribe(self) -> None:
        """Listen to no commands."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""

    def _install_signal_handlers(self) -> None:
        """Leave signals to the process."""


class Doorman:
    """The thread that listens. While Redis is away it tries again each second; the worker's sweep goes on."""

    def __init__(self, url: str, ring: Ring, queue: str = QUEUE) -> None:
        """``ring`` is called on the event loop that calls :meth:`start`."""
        self._url, self._ring, self._queue = url, ring, queue
        self._stopping = threading.Event()
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start listening."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._listen, args=(loop,), name="doorman", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Stop within about a second; a thread that hangs in a dead connection ends with the process."""
        self._stopping.set()
        if self._listener is not None:
            self._listener._stop_requested = True  # noqa: SLF001 - RQ's own way is a signal
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, 2 * _LISTEN_S + _AWAY_S)

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopping.is_set():
            redis = Redis.from_url(
                self._url, socket_connect_timeout=2, socket_timeout=_LISTEN_S + 5, retry=Retry(NoBackoff(), 0)
            )
            try:
                self._listener = _Listener(
                    [self._queue], connection=redis, serializer=JSONSerializer, log_job_description=False
                )
                self._listener.heard = lambda ids: _call(loop, self._ring, ids)
                self._listener.work(logging_level="CRITICAL")
            except (RedisError, OSError) as error:
                log.warning("doorbell_away", error=type(error).__name__)
            finally:
                redis.close()
            self._stopping.wait(_AWAY_S)


def _ids(job: Job) -> list[UUID]:
    """Return the tenants of a ring. Raises ``ValueError``, ``TypeError`` and ``AttributeError`` for all else."""
    if job.func_name != JOB:
        raise ValueError(JOB)
    (tenants,) = job.args
    return [UUID(tenant) for tenant in tenants]


def _call(loop: asyncio.AbstractEventLoop, ring: Ring, ids: list[UUID]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(ring, ids)
