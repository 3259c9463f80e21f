"""Redis: every key judged by its name and content, and A's bells while others act."""

from __future__ import annotations

import asyncio
from typing import Any

import redis.asyncio as aioredis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from probe.core.families import strange_keys
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Group, Tally
from probe.service.ground import Ground

_MOST_KEYS = 20_000
_PATIENCE_S = 10.0


async def look_at_redis(ground: Ground, tally: Tally, url: str) -> None:
    """Name every key by its family, and look for A's words in every value that is not A's own."""
    client = aioredis.from_url(url, socket_connect_timeout=2)
    try:
        seen = 0
        async for raw in client.scan_iter(count=500):
            seen += 1
            if seen > _MOST_KEYS:
                tally.figures["redis_keys_beyond"] = _MOST_KEYS
                break
            name = raw.decode("utf-8", "replace")
            value = (await client.dump(raw) or b"").decode("latin-1")
            _judge_key(ground, tally, name, value)
        tally.figures["redis_keys"] = seen
        _count(tally, "redis", "SCAN", f"{seen} keys")
    except (RedisError, OSError) as error:
        tally.unreached["redis"] = type(error).__name__
    finally:
        await client.aclose()


def _judge_key(ground: Ground, tally: Tally, name: str, value: str) -> None:
    victim = ground.world.a.victim.tenant
    family = name.partition(":")[0] if not strange_keys([name]) else "unknown"
    if family == "unknown":
        tally.find("redis", Finding("no case", f"key of an unknown family: {name[:12]}…", "anybody", ""))
    kinds = ground.world.a.words.contact_only().found_in(value)
    kinds = set() if name.startswith(f"t:{victim}:") else kinds
    if kinds:
        told = ", ".join(sorted(kinds))
        tally.find("redis", Finding("canary", f"value of a key of family {family}", "anybody", told))
    bad = family == "unknown" or bool(kinds)
    _count(tally, "redis", f"value of a key of family {family}", "something" if bad else "nothing of A", bad=bad)


class Ear:
    """Listens to A's bells while only B acts: a ring there is a finding."""

    def __init__(self, ground: Ground, tally: Tally, url: str) -> None:
        """Take where to listen; :meth:`start` connects."""
        self._ground, self._tally, self._url = ground, tally, url
        self._task: asyncio.Task[None] | None = None
        self._heard: PubSub | None = None
        self._caught_up = asyncio.Event()
        self._muted = False

    async def mute(self, on: bool) -> None:  # noqa: FBT001 - a switch
        """Do not count what rings now: A's own people act. What rang until then is waited for, however long it takes.

        Redis answers in the order in which it sends: with the answer to a PING, everything before it was heard.
        """
        if not on and self._heard is not None:
            self._caught_up.clear()
            try:
                await self._heard.execute_command("PING")
                async with asyncio.timeout(_PATIENCE_S):
                    await self._caught_up.wait()
            except (RedisError, OSError, TimeoutError) as error:
                self._tally.unreached["redis"] = type(error).__name__
        self._muted = on

    async def start(self) -> None:
        """Listen until :meth:`stop`."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Say what was heard."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        _count(self._tally, "redis", "A's bells while B acts", "listened")

    async def _listen(self) -> None:
        victim = self._ground.world.a.victim
        client = aioredis.from_url(self._url, socket_connect_timeout=2, socket_timeout=None)
        try:
            async with client.pubsub() as heard:
                await heard.psubscribe(f"t:{victim.tenant}:*")
                await heard.subscribe(f"agent:{victim.agent}")
                self._heard = heard
                async for message in heard.listen():
                    if message["type"] == "pong":
                        self._caught_up.set()
                    elif message["type"] in {"message", "pmessage"} and not self._muted:
                        self._tally.find("redis", Finding("rang", "a bell of A", "B", ""))
        except (RedisError, OSError) as error:
            self._tally.unreached["redis"] = type(error).__name__
        finally:
            self._heard = None
            await client.aclose()


def _count(tally: Tally, group: Group, what: str, answer: str, *, bad: bool = False) -> None:
    outcome: Any = "finding" if bad else "alike"
    tally.add(Attempt(group, "B", what, "", answer, outcome))
