"""Whether something outside is left alone for now: failures in a row, counted by all processes together.

While the Redis-protocol server is away nobody waits for it, and its user's own count holds.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import TypeVar

import redis.asyncio as aioredis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_NOW = "local t = redis.call('TIME')\nlocal now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
_WAIT = f"""{_NOW}
local most, pause = tonumber(ARGV[1]), tonumber(ARGV[2])
if tonumber(redis.call('HGET', KEYS[1], 'failures') or '0') < most then return 0 end
local till = tonumber(redis.call('HGET', KEYS[1], 'till') or '0')
if now < till then return till - now end
redis.call('HSET', KEYS[1], 'till', tostring(now + pause))
redis.call('PEXPIRE', KEYS[1], pause * 10)
return 0
"""
_FAILED = f"""{_NOW}
local pause = tonumber(ARGV[1])
redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'till', tostring(now + pause))
redis.call('PEXPIRE', KEYS[1], pause * 10)
return 0
"""
_PATIENCE_S = 0.25
_AWAY_S = 1.0
_R = TypeVar("_R")

log = structlog.get_logger()


class Circuit:
    """One process's access to the shared failures. Nothing here raises for the server."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url``."""
        self._client = aioredis.from_url(
            url, socket_connect_timeout=_PATIENCE_S, socket_timeout=_PATIENCE_S, retry=Retry(NoBackoff(), 0)
        )
        self._wait, self._failed = self._client.register_script(_WAIT), self._client.register_script(_FAILED)
        self._away_until = 0.0

    async def wait_s(self, key: str, most: int, pause_s: float) -> float | None:
        """Return how long nobody should call; 0: call now, and the others wait for it. None: the counts are away."""
        told = await self._asked(self._wait(keys=[key], args=[most, int(pause_s * 1000)]))
        return None if told is None else int(told) / 1000

    async def failed(self, key: str, pause_s: float) -> None:
        """Count a call that got no usable answer; it is forgotten after ten pauses."""
        await self._asked(self._failed(keys=[key], args=[int(pause_s * 1000)]))

    async def succeeded(self, key: str) -> None:
        """Forget the failures."""
        await self._asked(self._client.delete(key))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _asked(self, answer: Awaitable[_R]) -> _R | None:
        """Return the answer; None while the server is away, and nobody asks it again for a second."""
        if time.monotonic() < self._away_until:
            getattr(answer, "close", lambda: None)()
            return None
        try:
            return await answer
        except (RedisError, OSError) as error:
            log.warning("circuit_away", error=type(error).__name__)
            self._away_until = time.monotonic() + _AWAY_S
            return None
