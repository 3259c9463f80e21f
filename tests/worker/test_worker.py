"""The worker as a process of its own, killed, and with Redis emptied, restarted and gone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from app import reactions
from app.doorbell import Doorbell
from journal import seals
from kit import outbox
from kit.embedded.machine import free_port
from kit.embedded.redis import EmbeddedRedis
from kit.ids import new_id
from tests.support.house import KEYS, TENANT_A, House
from tests.webhooks.simulated import happen
from tests.webhooks.test_delivery import create, in_order, remark
from tests.workorders.lab import Receiver, add_connection, reacting, receiving, until

ROOT = Path(__file__).resolve().parents[2]
ORDERS = [new_id() for _ in range(250)]


@pytest.fixture
async def receiver(house: House) -> AsyncIterator[Receiver]:
    async with receiving() as made, reacting():
        await add_connection(house, TENANT_A, "oms", made.url)
        yield made


@pytest.fixture
async def doorbell(redis: str) -> AsyncIterator[None]:
    """Ring from the test's own process, as web does."""
    made = Doorbell(redis)
    reactions.install(None, made)
    yield
    await made.close()


def environment(house: House, redis_url: str, sweep_s: float) -> dict[str, str]:
    dsns = {f"GF_{n.upper()}_DSN": house.dsns[f"gf_{n}"] for n in ("worker", "sealer", "control")}
    return {
        **os.environ, **dsns, "REDIS_URL": redis_url, **KEYS, "GF_ALLOW_PRIVATE_WEBHOOKS": "true",
        "TEST_SWEEP_S": str(sweep_s), "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@asynccontextmanager
async def working(
    house: House, redis_url: str, sweep_s: float = 0.5, *, said: list[bytes] | None = None, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker while the block runs. ``said``: takes its whole log at the end; ``more``: of its environment."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.worker.worker_process", cwd=ROOT, stderr=asyncio.subprocess.PIPE,
        env={**environment(house, redis_url, sweep_s), **more},
    )  # fmt: skip
    assert process.stderr is not None
    log = [] if said is None else said
    while b"worker_ready" not in (line := await process.stderr.readline()):
        log.append(line)
        assert line, b"".join(log).decode()
    draining = asyncio.create_task(process.stderr.read())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        log.append(await draining)


async def test_a_ring_delivers_at_once_and_sigterm_ends_cleanly(
    house: House, receiver: Receiver, redis: str, doorbell: None
) -> None:
    async with working(house, redis, sweep_s=60) as process:
        await asyncio.sleep(0.5)
        begun = asyncio.get_running_loop().time()
        await create(house)
        await receiver.wait_for(1, within_s=2)
        assert asyncio.get_running_loop().time() - begun < 2
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_a_worker_killed_after_the_request_and_before_its_mark_sends_the_same_id_again(
    house: House, receiver: Receiver, redis: str
) -> None:
    receiver.delay_s = 30
    order_id = await create(house)
    await remark(house, order_id, "and another thing")
    async with working(house, redis) as process:
        async with asyncio.timeout(10):
            await until(lambda: bool(receiver.seen))
        process.kill()
        await process.wait()
    receiver.delay_s = 0
    async with working(house, redis):
        await receiver.wait_for(2)
    ids = [headers["webhook-id"] for headers, _ in receiver.seen]
    assert ids[0] == ids[1] == receiver.taken[0]["id"]
    assert [int(e["sequence"]) for e in receiver.taken] == [1, 2]


async def test_an_emptied_and_restarted_redis_loses_nothing(house: House, receiver: Receiver, tmp_path: Path) -> None:
    await receiver.stop()
    with EmbeddedRedis(tmp_path / "redis", port=free_port(), durable=False) as server:
        made = Doorbell(server.url)
        reactions.install(None, made)
        await create(house)
        async with house.worker.transaction(TENANT_A) as scope:
            for n in (1, 2):
                await happen(scope, ORDERS, n)
        async with working(house, server.url):
            await asyncio.sleep(0.5)
            server.flush()
            server.crash()
            await asyncio.to_thread(server.start)
            await receiver.start()
            await receiver.wait_for(501, within_s=60)
        await made.close()
    assert len({e["id"] for e in receiver.taken}) == 501
    assert in_order(receiver.taken)


async def test_without_any_redis_the_sweep_delivers(house: House, receiver: Receiver) -> None:
    await create(house)
    async with working(house, "redis://127.0.0.1:1/0") as process:
        await receiver.wait_for(1, within_s=10)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_what_others_write_to_redis_is_not_run(
    house: House, receiver: Receiver, redis: str, tmp_path: Path
) -> None:
    from redis import Redis  # noqa: PLC0415 - only this attack needs it
    from rq import Queue  # noqa: PLC0415
    from rq.serializers import JSONSerializer  # noqa: PLC0415

    proof = tmp_path / "proof"
    queue = Queue("glassfloor", connection=Redis.from_url(redis), serializer=JSONSerializer)
    queue.enqueue_call("os.system", args=(f"touch {proof}",))
    queue.enqueue_call("glassfloor.drain", args=(["not a uuid"],))
    await create(house)
    async with working(house, redis):
        await receiver.wait_for(1)
        async with asyncio.timeout(5):
            await until(lambda: len(queue) == 0)
    assert not proof.exists()


async def test_journals_are_sealed_and_jobs_of_the_outbox_done_or_parked(
    house: House, receiver: Receiver, redis: str
) -> None:
    await create(house)
    async with house.app.transaction(TENANT_A) as scope:
        await outbox.add(scope, "webhooks.ensure_endpoints", {})
        await outbox.add(scope, "nobody.knows", {})
    async with working(house, redis):
        await receiver.wait_for(1)
        async with asyncio.timeout(10):
            await until(lambda: _all_sealed(house))
            await until(lambda: _only_the_unknown_is_open(house))
    assert (await seals.verify(house.app, TENANT_A))[2] is None


async def _all_sealed(house: House) -> bool:
    """Say whether the order's fact is sealed, and that of a signed head if there is one already."""
    walked, waiting, broken = await seals.verify(house.app, TENANT_A)
    return walked > 0 and waiting == 0 and broken is None


async def _only_the_unknown_is_open(house: House) -> bool:
    async with house.app.transaction(TENANT_A) as scope:
        rows = await scope.fetch("SELECT job, attempts, error FROM gf.outbox WHERE done_at IS NULL")
    return [(r["job"], r["attempts"], r["error"]) for r in rows] == [("nobody.knows", 1, "KeyError('nobody.knows')")]


async def test_a_database_that_ends_every_connection_only_delays(house: House, receiver: Receiver, redis: str) -> None:
    admin = await asyncpg.connect(house.admin_dsn)
    async with working(house, redis) as process:
        await create(house)
        await receiver.wait_for(1)
        for n in range(5):
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND usename IN ('gf_worker', 'gf_sealer', 'gf_control')"
            )
            await create(house, f"order {n}")
            await asyncio.sleep(0.3)
        await receiver.wait_for(6, within_s=20)
        assert process.returncode is None
    await admin.close()
