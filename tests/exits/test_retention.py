"""What is older than the configuration keeps goes, all that hangs on it with it, however often it is interrupted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from exits.service.retention import Keeping, delete_old
from journal import service as journal
from kit.clock import now
from kit.db import AccessibleTenantId, Plane, Transaction
from tests.exits.conftest import Client

TABLES = (
    "interaction", "recording", "work_order", "work_order_comment", "webhook_event", "webhook_delivery",
    "webhook_attempt",
)  # fmt: skip


class Killed(Exception):
    """The process died here."""


class Dying:
    """A plane that lets so many statements through, and then the process dies."""

    def __init__(self, plane: Plane, statements: int) -> None:
        self._plane, self._left = plane, statements

    @asynccontextmanager
    async def transaction(self, tenant_id: AccessibleTenantId) -> AsyncIterator[Transaction]:
        async with self._plane.transaction(tenant_id) as scope:
            fetch = scope.fetch

            async def counted(sql: str, *values: object) -> Sequence[Mapping[str, Any]]:
                self._left -= 1
                if self._left < 0:
                    raise Killed
                return await fetch(sql, *values)

            scope.fetch = counted  # type: ignore[method-assign]
            yield scope

    def session(self, tenant_id: AccessibleTenantId) -> Any:
        return self._plane.session(tenant_id)


async def counts(client: Client) -> dict[str, int]:
    async with client.house.app.transaction(client.tenant) as scope:
        return {
            table: int((await scope.fetch(f"SELECT count(*) AS n FROM gf.{table} WHERE tenant_id = $1",
                                          client.tenant))[0]["n"])
            for table in TABLES
        }  # fmt: skip


async def told(client: Client) -> dict[str, int]:
    """What the journal says was deleted, summed."""
    summed: dict[str, int] = {}
    async with client.house.app.transaction(client.tenant) as scope:
        for fact in await journal.stored(scope, limit=9999, kinds=["RetentionApplied"]):
            for what, number in fact.data["deleted"].items():
                summed[what] = summed.get(what, 0) + number
    return summed


async def close_orders(client: Client) -> None:
    """Close one of the two work orders."""
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch("UPDATE gf.work_order SET status = 'closed', closed_at = now() WHERE tenant_id = $1"
                          " AND status = 'resolved'", client.tenant)  # fmt: skip


async def heard(client: Client, state: str) -> None:
    """Have every event delivered, or waiting."""
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch("UPDATE gf.webhook_delivery SET state = $2 WHERE tenant_id = $1", client.tenant, state)


async def test_what_is_over_goes_with_all_that_hangs_on_it_however_often_killed(client: Client) -> None:
    keeping = Keeping(client.house.worker, client.tenant, client.data / "recordings")
    (file,) = (client.data / "recordings").rglob("*.wav")
    await close_orders(client)
    await heard(client, "waiting")
    before = await counts(client)
    assert await delete_old(keeping, now() + timedelta(days=100)) == dict.fromkeys(
        ("recordings", "interactions", "work_orders"), 0
    )
    assert file.exists()

    half = now() + timedelta(days=300)
    assert (await delete_old(keeping, half))["recordings"] == 1
    assert not file.exists()
    assert await counts(client) == before, "a recording's row stays with its date"
    assert (await client.kinds()).count("RecordingDeleted") == 1

    later, killed = now() + timedelta(days=731), 0
    for statements in range(200):
        dying = Keeping(Dying(client.house.worker, statements), keeping.tenant_id, keeping.folder)
        try:
            await delete_old(dying, later)
            break
        except Killed:
            killed += 1
            left, gone = await counts(client), await told(client)
            assert before["interaction"] - left["interaction"] == gone.get("interactions", 0)
            assert before["work_order"] - left["work_order"] == gone.get("work_orders", 0)
    assert killed > 10
    assert (await counts(client))["work_order"] == 2, "its end is not told yet"
    await heard(client, "delivered")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await delete_old(Keeping(client.house.app, client.tenant, keeping.folder), later)
    await delete_old(keeping, later)
    left = await counts(client)
    assert (left["interaction"], left["recording"]) == (1, 0), "who talks is kept"
    assert (before["work_order"], left["work_order"]) == (2, 1), "the open one is kept"
    async with client.house.app.transaction(client.tenant) as scope:
        (order,) = await scope.fetch("SELECT status, interaction_id FROM gf.work_order WHERE tenant_id = $1",
                                     client.tenant)  # fmt: skip
        events = await scope.fetch("SELECT DISTINCT subject FROM gf.webhook_event WHERE tenant_id = $1", client.tenant)
    assert (order["status"], order["interaction_id"], len(events)) == ("held", None, 1)
    assert await told(client) == {
        "recordings": 1, "interactions": 1, "work_orders_unlinked": 2, "work_orders": 1, "comments": 0,
        "events": before["webhook_event"] - left["webhook_event"],
        "deliveries": before["webhook_delivery"] - left["webhook_delivery"],
        "attempts": before["webhook_attempt"] - left["webhook_attempt"],
    }  # fmt: skip
    assert (await client.kinds()).count("RecordingDeleted") == 1
    assert sum((await delete_old(keeping, later)).values()) == 0, "done once"
    other = Keeping(client.house.worker, client.other, keeping.folder)
    assert sum((await delete_old(other, later)).values()) == 0
