"""Limits shared by all processes, in Redis: one script and one round trip for all requests that come at once.

While Redis is away each process counts for itself, so a limit is as many times wider as there are processes and never
gone; nobody waits for a Redis that does not answer.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import redis.asyncio as aioredis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kit.together import Together

log = structlog.get_logger()

_SCRIPT = """
local t = redis.call('TIME')
local now = tonumber(t[1]) + tonumber(t[2]) / 1000000
local answers, key = {}, 0
for request = 1, #ARGV do
  local out, after, passes = {}, {}, true
  for every, burst in string.gmatch(ARGV[request], '([^ ]+) ([^ ]+)') do
    key = key + 1
    every, burst = tonumber(every), tonumber(burst)
    local tat = tonumber(redis.call('GET', KEYS[key]) or '0')
    local start = math.max(tat, now)
    local room = burst * every - (start - now)
    if room < every - 1e-6 then
      passes = false
      out[#out + 1] = {0, tostring(every - room), tostring(start - now)}
    else
      after[KEYS[key]] = start + every
      local left = math.floor((burst * every - (start + every - now)) / every + 1e-6)
      out[#out + 1] = {left, '0', tostring(start + every - now)}
    end
  end
  if passes then
    for name, at in pairs(after) do
      redis.call('SET', name, string.format('%.6f', at), 'PX', math.ceil((at - now) * 1000) + 1000)
    end
  end
  answers[request] = {passes and 1 or 0, out}
end
return answers
"""
_PATIENCE_S = 0.25
_AWAY_S = 1.0
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """One limit: its key (``t:{tenant}:rate:...``), the seconds between two requests, and how many at once."""

    key: str
    every_s: float
    burst: int


@dataclass(frozen=True, slots=True)
class Room:
    """What is left in one bucket: requests that may follow at once, seconds to the next one, seconds until full."""

    remaining: int
    retry_s: float
    reset_s: float


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a request passes all its buckets (only then is it counted), and what is left in each."""

    passes: bool
    rooms: tuple[Room, ...]


@dataclass(slots=True)
class LocalLimits:
    """The same arithmetic in this process, for the most recent :data:`_MOST` keys."""

    _times: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def take(self, buckets: Sequence[Bucket], now: float) -> Taken:
        """Take one from each bucket, or from none."""
        rooms, after, passes = [], {}, True
        for bucket in buckets:
            start = max(self._times.get(bucket.key, 0.0), now)
            room = bucket.burst * bucket.every_s - (start - now)
            if room < bucket.every_s - 1e-6:
                passes = False
                rooms.append(Room(0, bucket.every_s - room, start - now))
                continue
            after[bucket.key] = start + bucket.every_s
            left = int((bucket.burst * bucket.every_s - (after[bucket.key] - now)) / bucket.every_s + 1e-6)
            rooms.append(Room(left, 0.0, after[bucket.key] - now))
        if passes:
            for key, at in after.items():
                self._times[key] = at
                self._times.move_to_end(key)
            while len(self._times) > _MOST:
                self._times.popitem(last=False)
        return Taken(passes, tuple(rooms))


class Limits:
    """One process's access to the shared limits."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``url``."""
        self._client = aioredis.from_url(
            url, socket_connect_timeout=_PATIENCE_S, socket_timeout=_PATIENCE_S, retry=Retry(NoBackoff(), 0)
        )
        self._script = self._client.register_script(_SCRIPT)
        self._together = Together(self._look)
        self._local = LocalLimits()
        self._away_until = 0.0

    async def take(self, buckets: Sequence[Bucket]) -> Taken:
        """Take one from each bucket, or from none when one of them is empty. Never raises for Redis."""
        now = time.monotonic()
        if now < self._away_until:
            return self._local.take(buckets, now)
        try:
            passes, rooms = await self._together.ask(buckets)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("limits_away", error=type(error).__name__)
            self._away_until = time.monotonic() + _AWAY_S
            return self._local.take(buckets, now)
        return Taken(bool(passes), tuple(Room(int(n), float(retry), float(reset)) for n, retry, reset in rooms))

    async def _look(self, asked: Sequence[Sequence[Bucket]]) -> list[tuple[int, list[list[bytes]]]]:
        """Ask for all that came at once, one after the other, in one script."""
        keys = [bucket.key for buckets in asked for bucket in buckets]
        args = [" ".join(f"{bucket.every_s} {bucket.burst}" for bucket in buckets) for buckets in asked]
        async with asyncio.timeout(_PATIENCE_S):
            answers: list[tuple[int, list[list[bytes]]]] = await self._script(keys=keys, args=args)
        return answers

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
