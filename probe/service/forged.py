"""Forged jobs: errands of B that name A, kinds that nobody registered, and strange jobs in the worker's own queue.

A job carries no signature and needs none: the row that asks for it lies behind the wall of its tenant, and the queue in
Redis says only whose rows to look at. So whoever writes to Redis may ring, and must get nothing else done.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from redis import Redis
from redis.exceptions import RedisError
from rq import Callback, Queue
from rq.serializers import DefaultSerializer, JSONSerializer

from kit import outbox
from kit.db import Scope, Transaction
from kit.ids import new_id
from probe.core.families import JOB_CASES
from probe.core.oracles import Finding
from probe.core.tally import Attempt, Outcome, Tally
from probe.service.ground import Ground
from probe.service.world import Victim, rows_of

Job = Callable[[Scope, Mapping[str, object]], Awaitable[None]]
_LONGEST_S = 10
_UNKNOWN = ("os.system", "webhooks.service:forget", "probe.service.forged.betray", "webhooks.ensure_endpoints\n", "")
"""Kinds of jobs that nobody registered; two of them are the names of real functions."""


class Listener(Protocol):
    """Hears the worker's queue."""

    def start(self) -> None:
        """Begin."""

    async def stop(self) -> None:
        """End."""


Listen = Callable[[str, Callable[[list[UUID]], None]], Listener]
"""The worker's own ear, on a queue of this name: what it hears is told to the second."""


class _RolledBackError(Exception):
    """Leaves a transaction without a trace."""


def payloads(victim: Victim) -> list[dict[str, Any]]:
    """Return what a forged errand could name: A itself, each of its things as the subject, and marks of a signature."""
    named: dict[str, Any] = {"tenant_id": victim.tenant, "tenant": victim.tenant, "client": victim.code}
    things = (victim.tenant, victim.interaction, victim.order, victim.recording, victim.queue, victim.agent, victim.key)
    made = [
        {**named, "subject": thing, "id": thing, "key": victim.key, "recording": victim.recording,
         "interaction": victim.interaction, "run": thing, "export": thing, "path": f"../{victim.key}"}
        for thing in things
    ]  # fmt: skip
    stale = f"1.{victim.tenant}.1.{int(time.time()) - 3600}.{'0' * 64}"
    return [*made, {**named, "ctx": stale, "signature": ""}, {**named, "signature": stale, "exp": 1}]


async def attack_jobs(ground: Ground, tally: Tally, jobs: Mapping[str, Job]) -> None:
    """Do every job in B's transaction with a payload that names A; then look at A, and at what B has now."""
    for name in sorted(set(jobs) - set(JOB_CASES)):
        tally.find("jobs", Finding("no case", f"job {name}", "anybody", ""))
        _count(tally, f"job {name}", "nobody said how to attack it", "finding")
    before = await ground.victim_state()
    for name in jobs:
        for payload in payloads(ground.world.a.victim):
            answer, kinds = await _in_the_outbox(ground, jobs, name, payload)
            if kinds:
                tally.find("jobs", Finding("canary", f"job {name}", "B", ", ".join(sorted(kinds))))
            _count(tally, f"job {name}, a payload that names A", answer, "finding" if kinds else "alike")
        after = await ground.victim_state()
        if after != before:
            tally.find("jobs", Finding("victim state", f"job {name}", "B", ""))
            before = after
    for name in _UNKNOWN:
        answer, _ = await _in_the_outbox(ground, jobs, name, payloads(ground.world.a.victim)[0])
        if answer == _DONE:
            tally.find("jobs", Finding("let in", f"a job of the unknown kind {name!r}", "B", ""))
        _count(tally, f"a job of the unknown kind {name!r}", answer, "finding" if answer == _DONE else "refused")
    await _in_the_name_of_a(ground, tally)
    tally.figures["jobs"] = len(jobs)


_DONE = "done on B alone"


async def _in_the_outbox(
    ground: Ground, jobs: Mapping[str, Job], name: str, payload: Mapping[str, object]
) -> tuple[str, set[str]]:
    """Put the errand into B's outbox, take it as the worker does, do it; return what came of it and what of A shows."""
    b, found = ground.world.b, set[str]()
    try:
        async with asyncio.timeout(_LONGEST_S), ground.plane.transaction(b.tenant) as scope:
            await outbox.add(scope, name, payload)
            held = await rows_of(scope, b.tenant, "gf.")
            claimed = [errand for errand in await outbox.claim(scope, 1000) if dict(errand.payload) == dict(payload)]
            for errand in claimed:
                await jobs[errand.job](scope, errand.payload)
                await outbox.done(scope, errand)
            now = await rows_of(scope, b.tenant, "gf.")
            fresh = [row for table, rows in now.items() for row in set(rows) - set(held[table])]
            found = ground.world.a.words.found_in(*fresh)
            raise _RolledBackError  # noqa: TRY301 - leaves the transaction
    except _RolledBackError:
        return _DONE if claimed else "never claimed", found - ground.world.a.words.found_in(str(payload))
    except Exception as error:  # noqa: BLE001 - whatever a job raises is its refusal
        return type(error).__name__, ground.world.a.words.contact_only().found_in(str(error))


async def _in_the_name_of_a(ground: Ground, tally: Tally) -> None:
    """Write an errand into A's outbox, and take one of A's, from B's transaction: the wall must not let it."""
    a, b = ground.world.a.tenant, ground.world.b.tenant
    add = "INSERT INTO gf.outbox (tenant_id, id, job, payload) VALUES ($1, $2, $3, '{}'::jsonb) RETURNING 1"
    take = "UPDATE gf.outbox SET lease_until = now() WHERE tenant_id = $1 RETURNING 1"
    for what, sql, arguments in (
        ("an errand written into A's outbox", add, (a, new_id(), "webhooks.ensure_endpoints")),
        ("an errand taken out of A's outbox", take, (a,)),
    ):
        answer = "0 rows"
        with suppress(_RolledBackError):
            try:
                async with ground.plane.transaction(b) as scope:
                    answer = f"{len(await _rows(scope, sql, arguments))} rows"
                    raise _RolledBackError
            except asyncpg.PostgresError as error:
                answer = type(error).__name__
        got = answer.endswith(" rows") and answer != "0 rows"
        if got:
            tally.find("jobs", Finding("wall", what, "B", ""))
        _count(tally, what, answer, "finding" if got else "alike" if answer == "0 rows" else "refused")


async def _rows(scope: Transaction, sql: str, arguments: Sequence[object]) -> Sequence[Any]:
    return await scope.fetch(sql, *arguments)


_betrayed: list[str] = []
"""What a forged job made this process do. Nothing may ever stand here."""


def betray(how: str = "called") -> str:
    """Be what a forged job names: whoever runs it is found."""
    _betrayed.append(how)
    return how


class _Bait:
    """Tells when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], str], tuple[str]]:
        return betray, ("unpickled",)


@dataclass(frozen=True, slots=True)
class _Ring:
    """One job for the queue: what it is, whether the worker may hear ids in it, and how RQ is told."""

    what: str
    heard: bool
    func: str
    args: tuple[Any, ...] = ()
    pickled: bool = False
    callback: bool = False


def _rings(victim: Victim, job: str) -> list[_Ring]:
    named = "probe.service.forged.betray"
    context = f"1.{victim.tenant}.1.{int(time.time()) - 3600}.{'0' * 64}"
    return [
        _Ring("a pickled payload", False, job, (_Bait(),), pickled=True),
        _Ring("a pickled payload that names a function", False, named, (_Bait(),), pickled=True),
        _Ring("the name of a function", False, named),
        _Ring("the name of a shell command", False, "os.system", ("true",)),
        _Ring("a ring with a function to call afterwards", True, job, ([victim.tenant],), callback=True),
        _Ring("a ring that names A, without a signature", True, job, ([victim.tenant],)),
        _Ring("a ring that names A, with a stale signature", False, job, ([victim.tenant], context)),
        _Ring("a ring that carries a context instead of ids", False, job, ([context],)),
        _Ring("a ring that carries a payload", False, job, ([{"tenant_id": victim.tenant, "job": "x"}],)),
        _Ring("a ring with SQL in it", False, job, ([f"{victim.tenant}' OR true --"],)),
        _Ring("a ring of nothing", False, job, (None,)),
    ]


async def forge_rings(ground: Ground, tally: Tally, url: str, listen: Listen, job: str) -> None:
    """Lay forged jobs into a queue of their own and let the worker's ear hear them: ids are all that it may take."""
    queue, heard = f"probe-{secrets.token_hex(8)}", list[UUID]()
    rings = _rings(ground.world.a.victim, job)
    _betrayed.clear()
    ear = listen(queue, heard.extend)
    try:
        await asyncio.to_thread(_lay, url, queue, rings)
        ear.start()
        await asyncio.to_thread(_wait, url, queue)
    except (RedisError, OSError, TimeoutError) as error:
        tally.unreached["jobs"] = f"the queue: {type(error).__name__}"
        return
    finally:
        await ear.stop()
        with suppress(RedisError, OSError):
            await asyncio.to_thread(_clear, url, queue)
    expected = [UUID(ground.world.a.victim.tenant)] * sum(ring.heard for ring in rings)
    for ring in rings:
        answer = "an id was heard: its own rows are looked at" if ring.heard else "thrown away"
        _count(tally, f"in the queue: {ring.what}", answer, "alike" if ring.heard else "refused")
    for how in sorted(set(_betrayed)):
        tally.find("jobs", Finding("let in", f"a forged job in the queue was {how}", "whoever writes to Redis", ""))
    if heard != expected:
        tally.find("jobs", Finding("let in", "a forged ring was believed", "whoever writes to Redis", ""))


def _lay(url: str, name: str, rings: Sequence[_Ring]) -> None:
    with Redis.from_url(url, socket_connect_timeout=2) as redis:
        for ring in rings:
            queue = Queue(name, connection=redis, serializer=DefaultSerializer if ring.pickled else JSONSerializer)
            after = Callback("probe.service.forged.betray") if ring.callback else None
            queue.enqueue_call(ring.func, args=ring.args, ttl=60, result_ttl=0, failure_ttl=0, on_success=after)


def _wait(url: str, name: str) -> None:
    """Return when nothing is left in the queue. Raises ``TimeoutError``."""
    until = time.monotonic() + _LONGEST_S
    with Redis.from_url(url, socket_connect_timeout=2) as redis:
        while redis.exists(f"rq:queue:{name}", f"rq:queue:{name}:intermediate"):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.02)


def _clear(url: str, name: str) -> None:
    with Redis.from_url(url, socket_connect_timeout=2) as redis:
        redis.delete(f"rq:queue:{name}", f"rq:queue:{name}:intermediate")
        redis.srem("rq:queues", f"rq:queue:{name}")


def _count(tally: Tally, what: str, answer: str, outcome: Outcome) -> None:
    tally.add(Attempt("jobs", "B", what, "", answer, outcome))
