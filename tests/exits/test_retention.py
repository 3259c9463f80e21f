"""What is older than the configuration keeps goes, all that hangs on it with it, however often it is interrupted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from exits.service.old_facts import Shortening, shorten
from exits.service.retention import Keeping, delete_old
from journal import cuts, heads, seals
from journal import service as journal
from kit.clock import now
from kit.db import AccessibleTenantId, Plane, Transaction
from kit.held import Held
from kit.ids import new_id
from kit.objects import Folder
from kit.signing import DocumentSigner
from live import service as live
from live.core.board import Board
from migrations.run import migrate
from tests.exits.conftest import Client, verify
from tests.support.house import KEYS
from workorders.attachments.schemas import NewAttachment
from workorders.attachments.service import adding
from workorders.core.doer import Doer
from workorders.core.states import Side

SIGNER = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))
TABLES = (
    "interaction", "recording", "work_order", "work_order_comment", "webhook_event", "webhook_delivery",
    "webhook_attempt", "client_context", "agent_message", "client_ask", "recording_link", "interaction_comment",
    "work_order_info_request", "work_order_cancellation", "work_order_seat_task",
)  # fmt: skip

WITH_IT = ("recording", "client_context", "agent_message", "client_ask", "recording_link", "interaction_comment")
"""What goes with its conversation."""


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


async def attach(client: Client) -> str:
    """Attach a file to a work order and close that; return where the file lies."""
    await close_orders(client)
    seat = Doer(Side.OUTSOURCER, "agent", "a", "a")
    with Held() as held:
        held.write(b"on the closed one")
        held.end()
        async with client.house.app.transaction(client.tenant) as scope:
            (order,) = await scope.fetch("SELECT id FROM gf.work_order WHERE tenant_id = $1 AND status = 'closed'",
                                         client.tenant)  # fmt: skip
            stored = await adding.store(scope, Folder(client.data / "recordings"), held, new_id(), now())
            await adding.attach(scope, order["id"], NewAttachment(name="a.txt"), stored, seat, now())
    return stored.key


async def heard(client: Client, state: str) -> None:
    """Have every event delivered, or waiting."""
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch("UPDATE gf.webhook_delivery SET state = $2 WHERE tenant_id = $1", client.tenant, state)


def files(client: Client) -> list[Path]:
    return [path for path in (client.data / "recordings").rglob("*") if path.is_file()]


async def test_what_is_over_goes_with_all_that_hangs_on_it_however_often_killed(client: Client) -> None:
    keeping = Keeping(client.house.worker, client.tenant, Folder(client.data / "recordings"))
    await client.keep_desk()
    attached = await attach(client)
    await heard(client, "waiting")
    before = await counts(client)
    assert await delete_old(keeping, now() + timedelta(days=100)) == dict.fromkeys(
        ("recordings", "interactions", "work_orders"), 0
    )

    half = now() + timedelta(days=300)
    assert (await delete_old(keeping, half))["recordings"] == 2, "the sound, and the desk's picture"
    assert len(files(client)) == 2
    assert await counts(client) == before, "a recording's row stays with its date"
    assert (await client.kinds()).count("RecordingDeleted") == 2

    later, killed = now() + timedelta(days=731), 0
    for statements in range(200):
        dying = Keeping(Dying(client.house.worker, statements), keeping.tenant_id, keeping.recordings)
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
        await delete_old(Keeping(client.house.app, client.tenant, keeping.recordings), later)
    await delete_old(keeping, later)
    left = await counts(client)
    assert (left["interaction"], {name: left[name] for name in WITH_IT}) == (1, dict.fromkeys(WITH_IT, 0))
    assert (before["work_order"], left["work_order"]) == (2, 1), "the open one is kept"
    assert [path.name == Path(attached).name for path in files(client)] == [False], "the file on the open one"
    async with client.house.app.transaction(client.tenant) as scope:
        (order,) = await scope.fetch("SELECT status, interaction_id FROM gf.work_order WHERE tenant_id = $1",
                                     client.tenant)  # fmt: skip
        events = await scope.fetch(
            "SELECT DISTINCT subject FROM gf.webhook_event WHERE tenant_id = $1 AND type LIKE 'work\\_order.%'",
            client.tenant,
        )  # fmt: skip
    assert (order["status"], order["interaction_id"], len(events)) == ("held", None, 1)
    assert await told(client) == {
        "recordings": 2, "interactions": 1, "work_orders_unlinked": 2,
        "work_orders": 1, "comments": 0, "attachments": 1,
        "messages": 2, "parts": 0, "cancellations": 0, "info_requests": 0, "seat_tasks": 1,
        "events": before["webhook_event"] - left["webhook_event"],
        "deliveries": before["webhook_delivery"] - left["webhook_delivery"],
        "attempts": before["webhook_attempt"] - left["webhook_attempt"],
    }  # fmt: skip
    assert [(await client.kinds()).count(kind) for kind in ("RecordingDeleted", "WorkOrderErased")] == [2, 1]
    assert sum((await delete_old(keeping, later)).values()) == 0, "done once"
    other = Keeping(client.house.worker, client.other, keeping.recordings)
    assert sum((await delete_old(other, later)).values()) == 0


async def grow_old(client: Client) -> int:
    """Let all that happened have happened 2000 days ago, and its head be signed then. Return how much it was."""
    long_ago = timedelta(days=2000)
    admin = await asyncpg.connect(client.house.admin_dsn)
    await admin.execute("DELETE FROM gf.seal WHERE tenant_id = $1", client.tenant)
    await admin.execute("UPDATE gf.journal SET at = at - $2::interval WHERE tenant_id = $1", client.tenant, long_ago)
    await admin.close()
    await seals.seal_new(client.house.sealer, client.tenant)
    async with client.house.worker.transaction(client.tenant) as scope:
        old = await heads.sign(scope, SIGNER, heads.HOURLY, now() - long_ago)
    assert old is not None
    await seals.seal_new(client.house.sealer, client.tenant)
    async with client.house.worker.transaction(client.tenant) as scope:
        await heads.sign(scope, SIGNER, heads.HOURLY, now())
    await seals.seal_new(client.house.sealer, client.tenant)
    return old.seq


async def board(client: Client) -> dict[str, Any]:
    """What the client's board says that does not end with a day."""
    shown: Board = await live.open_board(client.house.app, live.Watched(client.tenant, "Galaxy", "Asia/Shanghai"))
    queues = {queue.id: queue.name for queue in shown.queues.values()}
    seats = {seat.seat: (seat.agent_id, seat.state, seat.phone) for seat in shown.seats.values()}
    return {"queues": queues, "seats": seats, "open": shown.open_work_orders, "formula": shown.formula}


async def numbers(client: Client) -> list[int]:
    async with client.house.app.transaction(client.tenant) as scope:
        return [fact.seq for fact in await journal.stored(scope, limit=9999)]


async def refused(client: Client, sql: str) -> None:
    """The sealer's login tries what it must not."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with client.house.sealer.transaction(client.tenant) as scope:
            await scope.fetch(sql)


async def cut_by_a_row(client: Client, seq: int) -> None:
    """Somebody who broke into the web application writes a cut; nothing comes of it."""
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch(
            "INSERT INTO gf.journal_cut VALUES ($1, $2, $3, now(), now(), $4::jsonb, '[]'::jsonb)",
            client.tenant, seq, bytes(32), json.dumps({"signed": {"type": cuts.TYPE}, "signature": "e30..e30"}),
        )  # fmt: skip
    assert await cuts.delete_before(client.house.sealer, client.tenant, SIGNER, print) == 0


async def cut_killed_everywhere(client: Client) -> int:
    """Shorten the journal by attempts of which each gets one statement farther; return how many were killed."""
    house, killed = client.house, 0
    for statements in range(200):
        plane, sealer = Dying(house.worker, statements), Dying(house.sealer, statements)
        try:
            await shorten(Shortening(plane, sealer, SIGNER, client.tenant), now())
            break
        except Killed:
            killed += 1
            assert (await seals.verify(house.app, client.tenant, signer=SIGNER))[2] is None, "it holds at every step"
    return killed


async def checked_outside(client: Client, folder: Path) -> None:
    """What the client takes along begins where it was cut, for the checker that it runs itself, and nowhere else."""
    keys, proof = folder / "keys.json", folder / "out" / "journal"
    keys.write_text(json.dumps(SIGNER.public_keys()))
    code, said = await client.run("tenants", "export-data", "galaxy", "--to", str(folder / "out"))
    assert code == 0, said
    checked = verify("export", "--keys", str(keys), str(folder / "out"))
    assert checked.returncode == 0, checked.stdout
    checked = verify("journal", "--whole", "--keys", str(keys), str(proof))
    assert checked.returncode == 0, checked.stdout
    facts = (proof / "facts.ndjson").read_bytes().splitlines(keepends=True)
    (proof / "facts.ndjson").write_bytes(b"".join(facts[1:]))
    assert verify("journal", "--keys", str(keys), str(proof)).returncode == 1, "not one fact more"
    (proof / "facts.ndjson").write_bytes(b"".join(facts))
    (proof / "cuts.ndjson").unlink()
    assert verify("journal", "--whole", "--keys", str(keys), str(proof)).returncode == 1, "nobody says why"


async def test_a_journal_is_cut_at_a_signed_head_and_nowhere_else(client: Client, tmp_path: Path) -> None:
    house, tenant = client.house, client.tenant
    old, before = await grow_old(client), await board(client)
    assert before["open"]
    assert any(state == "talking" for _, state, _ in before["seats"].values())
    every = len(await numbers(client))
    await refused(client, "DELETE FROM gf.journal WHERE seq = 1")
    await cut_by_a_row(client, old - 1)
    admin = await asyncpg.connect(house.admin_dsn)
    await admin.execute("DELETE FROM gf.journal_cut WHERE tenant_id = $1", tenant)
    boards = "INSERT INTO gf.board_keyframe (tenant_id, seq, at) VALUES ($1, $2, now()), ($1, $2 + 1, now())"
    await admin.execute(boards, tenant, old - 1)

    assert await cut_killed_everywhere(client) > 5
    left = await numbers(client)
    assert (left[0], len(left)) == (old + 1, every - old + 1), "and one fact says so"
    assert (await client.kinds()).count("JournalCut") == 1
    assert await board(client) == before
    kept = await admin.fetch("SELECT seq FROM gf.board_keyframe WHERE tenant_id = $1", tenant)
    assert [row["seq"] for row in kept] == [old], "boards of what is gone are gone as well"
    assert await shorten(Shortening(house.worker, house.sealer, SIGNER, tenant), now()) == 0
    for sql in (f"journal WHERE seq = {old + 1}", "seal", "signed_head", "journal_cut"):
        await refused(client, f"DELETE FROM gf.{sql}")
    await seals.seal_new(house.sealer, tenant)
    assert await seals.verify(house.app, tenant, signer=SIGNER) == (left[-1], 0, None)
    code, said = await client.run("journal", "verify", "galaxy")
    assert (code, f"begins at fact {old + 1}" in said) == (0, True), said
    await checked_outside(client, tmp_path)

    await migrate(house.dsns["gf_migrator"], today=date(2030, 1, 1))
    months = await admin.fetchval("SELECT count(*) FROM pg_inherits WHERE inhparent = 'gf.journal'::regclass")
    assert months == 1 + 1 + 14, "those to come, the one in use, and the default; empty old months are dropped"
    await admin.execute("DELETE FROM gf.journal WHERE tenant_id = $1 AND seq = $2", tenant, old + 1)
    _, _, broken = await seals.verify(house.app, tenant, signer=SIGNER)
    assert broken is not None
    assert broken.seq == old + 1
    await admin.close()
