"""What lies outside the database: Redis keys and bells, jobs, stored files. Attacked as far as B could reach them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis
from redis.exceptions import RedisError

from kit.db import Scope
from kit.ids import new_id
from probe.core.families import FILE_CLASSES, owner_of_file, strange_keys
from probe.core.messages import Request
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Group, Tally
from probe.service.ground import Ground
from probe.service.world import Victim, rows_of

Job = Callable[[Scope, Mapping[str, object]], Awaitable[None]]
_MOST_KEYS = 20_000
_MOST_FILES = 50_000


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
        self._muted = False

    def mute(self, on: bool) -> None:  # noqa: FBT001 - a switch
        """Do not count what rings now: A's own people act."""
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
                async for message in heard.listen():
                    if message["type"] in {"message", "pmessage"} and not self._muted:
                        self._tally.find("redis", Finding("rang", "a bell of A", "B", ""))
        except (RedisError, OSError) as error:
            self._tally.unreached["redis"] = type(error).__name__
        finally:
            await client.aclose()


class _RolledBackError(Exception):
    """Leaves a transaction without a trace."""


def payloads(victim: Victim) -> list[dict[str, str]]:
    """Return what a forged errand could name: A itself, and each of its things as the subject."""
    named = {"tenant_id": victim.tenant, "tenant": victim.tenant, "client": victim.code}
    things = (victim.tenant, victim.interaction, victim.order, victim.recording, victim.queue, victim.agent, victim.key)
    return [
        {**named, "subject": thing, "id": thing, "key": victim.key, "recording": victim.recording,
         "interaction": victim.interaction, "run": thing, "export": thing}
        for thing in things
    ]  # fmt: skip


async def attack_jobs(ground: Ground, tally: Tally, jobs: Mapping[str, Job]) -> None:
    """Do every job in B's transaction with a payload that names A; then look at A, and at what B has now."""
    before = await ground.victim_state()
    for name, job in jobs.items():
        for payload in payloads(ground.world.a.victim):
            answer, kinds = await _do(ground, job, payload)
            bad = bool(kinds)
            if bad:
                tally.find("jobs", Finding("canary", f"job {name}", "B", ", ".join(sorted(kinds))))
            _count(tally, "jobs", f"job {name}, a payload that names A", answer, bad=bad)
        after = await ground.victim_state()
        if after != before:
            tally.find("jobs", Finding("victim state", f"job {name}", "B", ""))
            before = after
    tally.figures["jobs"] = len(jobs)


async def _do(ground: Ground, job: Job, payload: Mapping[str, object]) -> tuple[str, set[str]]:
    b, found = ground.world.b, set[str]()
    try:
        async with asyncio.timeout(10), ground.plane.transaction(b.tenant) as scope:
            held = await rows_of(scope, b.tenant, "gf.")
            await job(scope, payload)
            now = await rows_of(scope, b.tenant, "gf.")
            fresh = [row for table, rows in now.items() for row in set(rows) - set(held[table])]
            found = ground.world.a.words.found_in(*fresh)
            raise _RolledBackError  # noqa: TRY301 - leaves the transaction
    except _RolledBackError:
        return "done on B alone", found - {f"id {value}" for value in payload.values()}
    except Exception as error:  # noqa: BLE001 - whatever a job raises is its refusal
        return type(error).__name__, ground.world.a.words.contact_only().found_in(str(error))


async def attack_files(ground: Ground, tally: Tally, route: str | None) -> None:
    """Judge every stored file's place, and let B's own row point at a file of A."""
    strange = await asyncio.to_thread(_strange_files, ground.folder)
    for kind, count in strange.items():
        _count(tally, "files", f"a stored file's place: {kind}", f"{count} files", bad=kind != "as it must be")
        if kind != "as it must be":
            tally.find("files", Finding("no case", f"a stored file's place: {kind}", "anybody", ""))
    async with ground.plane.transaction(ground.world.b.tenant) as scope:
        rows = await scope.fetch("SELECT key FROM gf.recording WHERE tenant_id = $1", ground.world.b.tenant)
    for row in rows:
        owner = owner_of_file(row["key"])
        ours = row["key"] == ground.world.a.victim.key
        if not ours and (owner is None or owner[0] != ground.world.b.victim.tenant):
            tally.find("files", Finding("place", "a recording's key leads outside of its tenant", "B", ""))
    if route is not None:
        await _pointing_at_a(ground, tally, route)


def _strange_files(folder: Path) -> dict[str, int]:
    kinds: dict[str, int] = {"as it must be": 0}
    for number, path in enumerate(folder.rglob("*")):
        if number > _MOST_FILES:
            break
        if path.is_file():
            owner = owner_of_file(path.relative_to(folder).as_posix())
            kind = "outside of every tenant" if owner is None else "as it must be"
            if owner is not None and owner[1] not in FILE_CLASSES:
                kind = f"unknown class {owner[1]}"
            kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


async def _pointing_at_a(ground: Ground, tally: Tally, route: str) -> None:
    """Give B's interaction a recording whose key is A's file: the application must not play it."""
    b, recording = ground.world.b, new_id()
    async with ground.plane.transaction(b.tenant) as scope:
        there = await scope.fetch("SELECT id FROM gf.recording WHERE tenant_id = $1 AND key = $2",
                                  b.tenant, ground.world.a.victim.key)  # fmt: skip
        recording = there[0]["id"] if there else recording
        await scope.fetch(
            "INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at)"
            " SELECT $1, $2, $3::uuid, $4, 'call', $5, 1000, 1, now()"
            " WHERE NOT EXISTS (SELECT FROM gf.recording WHERE tenant_id = $1 AND id = $2)",
            b.tenant, recording, b.victim.interaction, ground.world.a.victim.key, "0" * 64,
        )  # fmt: skip
    target = f"{route.replace('{interaction_id}', b.victim.interaction)}?recording={recording}"
    answer = await ground.ask(ground.attackers["client_manager"], Request("GET", target))
    kinds = ground.world.a.words.found_in(answer.whole)
    if kinds:
        tally.find("files", Finding("canary", f"GET {route}", "client_manager", ", ".join(sorted(kinds))))
    _count(tally, "files", f"GET {route}, B's row with A's key", answer.brief, bad=bool(kinds))


def _count(tally: Tally, group: Group, what: str, answer: str, *, bad: bool = False) -> None:
    outcome: Any = "finding" if bad else "alike"
    tally.add(Attempt(group, "B", what, "", answer, outcome))
