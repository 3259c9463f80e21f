"""The doorbell between processes, over the Redis protocol: rings, and questions with an answer. It never holds truth.

A ring says only "look again": whoever listens reads what is new from PostgreSQL, and every listener is also told to
look after each reconnect, so a lost ring or an emptied server delays and never loses. A question to an inbox expires:
one that was not answered in time is not carried out later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import orjson
import redis.asyncio as aioredis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kit.errors import Unavailable
from kit.ids import new_id
from kit.together import Together

Handler = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

RINGS_WITHIN_S = 2.0
"""Nobody waits longer for a ring, its own or one before it: a bell that hangs is away."""
_RECONNECT_S = 0.5
_POLL_S = 1.0
_ON_THE_WAY_S = 1.0
"""What a question and its answer may take beside the wait for whoever answers."""
_HANGS_S = 5.0
"""So long an inbox waits for a server that hangs: what was taken out is not lost for a moment's stall."""

log = structlog.get_logger()


class Bus:
    """One process's access to the bell."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url``.

        The client has no time-out of its own: it would wait by ``asyncio.wait_for``, and whoever is cancelled just then
        would go on for ever.
        """
        self._client = aioredis.from_url(
            url, socket_connect_timeout=2, socket_timeout=None, health_check_interval=15, retry=Retry(NoBackoff(), 1)
        )
        self._rings = Together(self._publish)

    async def ring(self, channel: str, about: str | bytes = "") -> None:
        """Tell every listener of ``channel`` to look again. A bell that is away is logged, never an error.

        ``about``: an id, for listeners who can look at that alone (:meth:`heard`, :meth:`heard_bytes`). Returns after
        :data:`RINGS_WITHIN_S` at the latest: a ring that is held up for so long is lost.
        """
        try:
            async with asyncio.timeout(RINGS_WITHIN_S):
                await self._rings.ask((channel, about.encode() if isinstance(about, str) else about))
        except (RedisError, OSError) as error:
            log.warning("bell_away", channel=channel, error=type(error).__name__)

    async def _publish(self, rings: Sequence[tuple[str, bytes]]) -> Sequence[None]:
        """Ring for all that came at once: the same ring twice is one. It holds up the next ones no longer than that."""
        async with asyncio.timeout(RINGS_WITHIN_S), self._client.pipeline(transaction=False) as pipe:
            for channel, about in dict.fromkeys(rings):
                pipe.publish(channel, about)
            await pipe.execute()
        return [None] * len(rings)

    async def listen(self, *channels: str) -> AsyncIterator[str]:
        """Yield a channel's name each time it rings, and every channel once after each (re)connect."""
        async with aclosing(self._messages(*channels)) as messages:
            async for message in messages:
                yield message["channel"].decode()

    async def heard(self, channel: str) -> AsyncIterator[str]:
        """Yield what each ring is about; "" after each (re)connect and for a ring that does not say: look at all."""
        async with aclosing(self.heard_bytes(channel)) as rings:
            async for about in rings:
                yield about.decode("utf-8", "replace")

    async def heard_bytes(self, channel: str) -> AsyncGenerator[bytes]:
        """Yield the same as bytes, for rings that are no text."""
        async with aclosing(self._messages(channel)) as messages:
            async for message in messages:
                yield message["data"] if message["type"] == "message" else b""

    async def _messages(self, *channels: str) -> AsyncGenerator[dict[str, Any]]:
        while True:
            try:
                async with self._client.pubsub() as subscription:
                    async with asyncio.timeout(RINGS_WITHIN_S):
                        await subscription.subscribe(*channels)
                    async for message in subscription.listen():  # confirmations too: the client resubscribes by itself
                        yield message
            except (RedisError, OSError) as error:
                log.warning("bell_away", channels=channels, error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_S)

    async def ask(self, inbox: str, command: Mapping[str, Any], within: timedelta) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises :class:`Unavailable`; then it was not and will not be done.

        (Or its answer was lost on the way, which the caller's next look at the state shows.)
        """
        name = str(new_id())
        millis = int(within.total_seconds() * 1000)
        try:
            async with asyncio.timeout(within.total_seconds() + _ON_THE_WAY_S):
                async with self._client.pipeline(transaction=True) as pipe:
                    pipe.set(f"ask:{name}", orjson.dumps(command), px=millis)
                    pipe.lpush(f"inbox:{inbox}", name)
                    pipe.expire(f"inbox:{inbox}", 60)
                    await pipe.execute()
                answer = await self._client.brpop([f"answer:{name}"], timeout=within.total_seconds())
        except (RedisError, OSError) as error:
            raise Unavailable("The phone floor cannot be reached; try again in a moment") from error
        if answer is None:
            raise Unavailable("The phone floor does not answer; try again in a moment")
        result: dict[str, Any] = orjson.loads(answer[1])
        return result

    async def serve(self, inbox: str, handler: Handler) -> None:
        """Answer the commands of an inbox, one after the other, until cancelled. An expired command is dropped."""
        while True:
            try:
                async with asyncio.timeout(_POLL_S + _HANGS_S):
                    item = await self._client.brpop([f"inbox:{inbox}"], timeout=_POLL_S)
                    if item is None:
                        continue
                    name = item[1] if isinstance(item[1], str) else item[1].decode()
                    command = await self._client.getdel(f"ask:{name}")
                if command is None:
                    continue
                answer = await handler(orjson.loads(command))
                async with asyncio.timeout(_HANGS_S), self._client.pipeline(transaction=True) as pipe:
                    pipe.lpush(f"answer:{name}", orjson.dumps(answer))
                    pipe.expire(f"answer:{name}", 10)
                    await pipe.execute()
            except (RedisError, OSError) as error:
                log.warning("bell_away", inbox=inbox, error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_S)

    async def present(self) -> bool:
        """Say whether the server answers now."""
        try:
            async with asyncio.timeout(RINGS_WITHIN_S):
                return bool(await self._client.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
