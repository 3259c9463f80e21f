"""A worker is killed while it reads a client's file, once at each step; the next one goes on. The processes are real.

The client's server stops where a step begins or has just been done, until the process is dead; in the middle of the
lines PostgreSQL does.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import asyncssh
import pytest

from app import reactions
from exchange.sftp import Carrier
from kit.db import Database
from kit.guard import ContextSigner
from kit.outbound import Guard
from tests.exchange.depot import Depot, opened
from tests.exchange.lab import Lab
from tests.support.house import KEY, KEYS_FOLDER, TENANT_A, fresh_vault

_STEPS = ("read", "lines", "report before rename", "report after rename", "done before rename", "done after rename")
_LOCK = 4711
_WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted)"
_STOP = f"""
CREATE FUNCTION gf.stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF (SELECT count(*) FROM gf.exchange_inbox WHERE tenant_id = NEW.tenant_id) = 5 THEN
    PERFORM pg_advisory_xact_lock({_LOCK}); END IF;
  RETURN NEW; END $$;
GRANT EXECUTE ON FUNCTION gf.stop() TO gf_worker;
CREATE TRIGGER stop BEFORE INSERT ON gf.exchange_inbox FOR EACH ROW EXECUTE FUNCTION gf.stop()
"""
"""The fifth line that can be read is kept, of the second piece of the file, and the sixth has to wait."""


class _Stopping(asyncssh.SFTPServer):
    """Stops at a step, and says that it has."""

    at: ClassVar[str] = ""
    reached: ClassVar[asyncio.Event]

    async def _stop(self, step: str) -> None:
        if step == self.at:
            self.reached.set()
            await asyncio.Event().wait()

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        await self._stop("writes" if path.endswith(b".part") else "read")
        return super().open(path, pflags, attrs)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        what = "report" if oldpath.endswith(b".part") else "done"
        await self._stop(f"{what} before rename")
        super().posix_rename(oldpath, newpath)
        await self._stop(f"{what} after rename")


def _visit(dsn: str, keys: Path) -> None:
    """Be a worker that visits the clients' servers once."""

    async def go() -> None:
        fresh_vault(keys)
        reactions.install(None)
        plane = Database(dsn, ContextSigner(kid=1, key=KEY))
        await Carrier(plane, Guard(allow_private=True)).visit(TENANT_A)

    asyncio.run(go())


async def _killed(depot: Depot, processes: ForkServerContext, reached: Awaitable[Any]) -> None:
    await depot.due()
    worker = processes.Process(target=_visit, args=(depot.lab.house.dsns["gf_worker"], KEYS_FOLDER))
    worker.start()
    try:
        async with asyncio.timeout(20):
            await reached
    finally:
        worker.kill()
        await asyncio.to_thread(worker.join)
    assert worker.exitcode == -9, "it did not come that far"


@pytest.fixture
async def depot(lab: Lab, tmp_path: Path) -> AsyncIterator[Depot]:
    async with opened(lab, tmp_path, _Stopping) as made:
        yield made


async def _in_the_lines(admin: asyncpg.Connection[asyncpg.Record]) -> None:
    while not await admin.fetchval(_WAITING, _LOCK):  # noqa: ASYNC110 - a lock that is waited for rings no bell
        await asyncio.sleep(0.02)


async def test_nothing_is_lost_or_doubled_wherever_a_worker_is_killed(depot: Depot) -> None:
    order, processes = (await depot.lab.escalate("one"))["id"], multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    await depot.visit()
    readable = {1, 2, 199, 200, 201, 202, 203}
    depot.leave("a.csv", "row,work_order_id,updated_at,comment\n" + "".join(
        f"{n},{order},{'2026-11-23T09:00:00Z' if n in readable else 'yesterday'},said {n}\n" for n in range(1, 211)
    ))  # fmt: skip
    admin = await asyncpg.connect(depot.lab.house.admin_dsn)
    await admin.execute(_STOP)
    await admin.execute("SELECT pg_advisory_lock($1)", _LOCK)
    kept = []
    for step in _STEPS:
        _Stopping.at, _Stopping.reached = step, asyncio.Event()
        await _killed(depot, processes, _in_the_lines(admin) if step == "lines" else _Stopping.reached.wait())
        if step == "lines":
            await admin.execute("SELECT pg_advisory_unlock($1)", _LOCK)
        kept.append(len(await depot.lab.messages()))
    await admin.close()
    _Stopping.at = ""
    await depot.visit()
    await depot.lab.work()
    assert kept == [0, 4, 7, 7, 7, 7], "a piece of 200 lines is kept whole or not at all"
    assert await depot.lab.comments(order) == [f"said {n}" for n in sorted(readable)]
    (report,) = depot.written("report-a.csv")
    assert [int(row["row"]) for row in report] == [n for n in range(1, 211) if n not in readable]
    left = {str(each.relative_to(depot.root)) for each in depot.root.rglob("*") if each.is_file()}
    assert {each for each in left if "orders-" not in each} == {"from-centre/report-a.csv", "to-centre/done/a.csv"}
