"""How often something may happen, counted by all processes together: token buckets in the Redis-protocol server.

One script takes tokens from several buckets at once, or none of them; its clock is the server's. What counts must not
fail with the server: its user says what holds while it is away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import redis.asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_TAKE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local left, wait = {}, 0
for i, key in ipairs(KEYS) do
  local size, refill = tonumber(ARGV[i * 2 - 1]), tonumber(ARGV[i * 2])
  local row = redis.call('HMGET', key, 'left', 'at')
  local had = tonumber(row[1]) or size
  local at = tonumber(row[2]) or now
  left[i] = math.min(size, had + math.max(0, now - at) / refill)
  if left[i] < 1 then wait = math.max(wait, (1 - left[i]) * refill) end
end
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  local size, refill = tonumber(ARGV[i * 2 - 1]), tonumber(ARGV[i * 2])
  redis.call('HSET', key, 'left', tostring(left[i] - 1), 'at', tostring(now))
  redis.call('PEXPIRE', key, math.ceil(size * refill))
end
return 0
"""
_GIVE_BACK = """
for i, key in ipairs(KEYS) do
  local left = tonumber(redis.call('HGET', key, 'left'))
  if left then redis.call('HSET', key, 'left', tostring(math.min(tonumber(ARGV[i]), left + 1))) end
end
return 0
"""


class TallyAway(Exception):
    """The counts cannot be reached."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket: its key, how many tokens it holds, and after how many milliseconds one comes back."""

    key: str
    size: int
    refill_ms: int


class Tally:
    """One process's access to the counts."""

    def __init__(self, url: str) -> None:
        """Connect lazily; an answer is waited for a second at most: somebody stands at the door."""
        self._client = aioredis.from_url(url, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
        self._take = self._client.register_script(_TAKE)
        self._give_back = self._client.register_script(_GIVE_BACK)

    async def take(self, buckets: Sequence[Bucket]) -> int:
        """Take a token from each; return 0, or the milliseconds to wait and take none. Raises :class:`TallyAway`."""
        args = [part for bucket in buckets for part in (bucket.size, bucket.refill_ms)]
        try:
            return int(await self._take(keys=[bucket.key for bucket in buckets], args=args))
        except (RedisError, OSError) as error:
            raise TallyAway from error

    async def give_back(self, buckets: Sequence[Bucket]) -> None:
        """Put a token back into each. Raises :class:`TallyAway`."""
        try:
            keys = [bucket.key for bucket in buckets]
            await self._give_back(keys=keys, args=[bucket.size for bucket in buckets])
        except (RedisError, OSError) as error:
            raise TallyAway from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
