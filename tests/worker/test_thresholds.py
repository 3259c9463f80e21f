"""A client's thresholds on real rows: raised once by several who look, over restarts; told once, quiet, and by mail."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.alert_mails import AlertPostman
from interactions.facts import InteractionAbandoned, InteractionQueued, InteractionStarted
from journal import service as journal
from journal.core.facts import SYSTEM, Fact, Payload
from kit.clock import now
from kit.db import AccessibleTenantId
from kit.errors import NotFound
from kit.mail import mailer
from live.core.thresholds import Rule
from live.service import Watched
from live.thresholds import notices, standing
from live.thresholds.acting import Means, act
from live.thresholds.errors import AlertOver, RuleNotClear
from live.thresholds.forgetting import forget
from live.thresholds.people import people_of
from live.thresholds.replay import follow, watch_from
from live.thresholds.rounds import Lookout
from live.thresholds.rules import Person, delete, keep
from tests.support.house import House
from tests.support.site import Settled
from tests.worker.test_letters import PUBLIC, SENDER, Box, post, text_of
from tests.worker.test_worker import working
from tests.workorders.lab import add_connection, reacting, until

__all__ = ["post"]
NEW = Rule("", 0, "Queue is long", "waiting", threshold=2, clear=1, ways=("screen", "sound", "email", "webhook"))


@dataclass
class Client:
    """One client of the house whose thresholds are looked at."""

    house: House
    tenant: AccessibleTenantId
    queues: list[UUID]
    people: list[Person]

    @property
    def watched(self) -> Watched:
        return Watched(self.tenant, "银河商城", "Asia/Shanghai")

    @property
    def boss(self) -> Person:
        return next(each for each in self.people if each.role == "client_manager")

    def lookout(self) -> Lookout:
        return Lookout(self.house.control, self.house.worker, mail=True)

    async def keep(self, rule: Rule) -> Rule:
        async with self.house.app.transaction(self.tenant) as scope:
            return await keep(scope, rule, self.people, self.boss, now())

    async def waits(self, count: int = 1) -> list[UUID]:
        calls = [uuid4() for _ in range(count)]
        for call in calls:
            await self.tell(call, InteractionStarted("+862150001234", "+86 138****1234", "voice", "inbound", "main", 3),
                            InteractionQueued("care", str(self.queues[0]), 0))  # fmt: skip
        return calls

    async def leaves(self, call: UUID) -> None:
        await self.tell(call, InteractionAbandoned(str(self.queues[0]), 30_000, "waiting"))

    async def tell(self, subject: UUID, *payloads: Payload) -> None:
        async with self.house.worker.transaction(self.tenant) as scope:
            for payload in payloads:
                journal.append(scope, payload, subject=subject, at=now(), actor=SYSTEM)

    async def facts(self) -> list[Fact]:
        kinds = ["AlertRaised", "AlertCleared"]
        async with self.house.app.transaction(self.tenant) as scope:
            return await journal.read(scope, limit=10_000, kinds=kinds)

    async def kinds(self) -> list[str]:
        return [fact.kind for fact in await self.facts()]

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        async with self.house.app.transaction(self.tenant) as scope:
            return [dict(row) for row in await scope.fetch(sql, self.tenant)]


async def client_of(house: House, settled: Settled, code: str = "galaxy") -> Client:
    tenant = settled.tenants[code]
    async with house.app.transaction(tenant) as scope:
        rows = await scope.fetch("SELECT id FROM gf.queue WHERE tenant_id = $1 ORDER BY code", tenant)
    return Client(house, tenant, [row["id"] for row in rows], await people_of(house.control, tenant))


@pytest.fixture
async def client(house: House, settled: Settled) -> Client:
    settled.restore_keys()
    return await client_of(house, settled)


async def test_raised_once_by_all_who_look_and_cleared_once_over_a_restart(client: Client) -> None:
    async with reacting():
        await client.keep(NEW)
        calls = await client.waits(3)
        first, second = client.lookout(), client.lookout()
        for _ in range(2):
            await asyncio.gather(*(each.look(client.watched) for each in (first, second, client.lookout())))
        assert await client.kinds() == ["AlertRaised"]
        (raised,) = await client.facts()
        assert (raised.data["value"], raised.data["threshold"], raised.data["version"]) == (3, 2, 1)
        told = await client.rows("SELECT user_id, kind, mail_due_at FROM gf.notification WHERE tenant_id = $1")
        assert sorted(row["user_id"] for row in told) == sorted(each.user_id for each in client.people)
        assert len(told) >= 2
        assert all(row["mail_due_at"] for row in told)
        await client.leaves(calls[0])
        await client.leaves(calls[1])
        await first.look(client.watched)
        assert await client.kinds() == ["AlertRaised"], "one waits: not beyond the clear value"
        await client.leaves(calls[2])
        old = first.kept[client.tenant].watch
        await asyncio.gather(*(client.lookout().look(client.watched) for _ in range(3)))
        assert await client.kinds() == ["AlertRaised", "AlertCleared"]
        await _behind(client, old.board.seq)


async def _behind(client: Client, seq: int) -> None:
    """Who knows fewer facts than the last decision was made on decides nothing."""
    rule = UUID((await client.facts())[0].data["rule_id"])
    async with client.house.worker.transaction(client.tenant) as scope:
        watch = await watch_from(scope, client.watched, now())
    await follow(client.house.worker, client.watched, watch)
    async with client.house.worker.transaction(client.tenant) as scope:
        watch.board.seq = seq
        watch.board.queues[str(client.queues[0])].waiting = {str(n): 0 for n in range(9)}
        assert await act(scope, [rule], Means(watch, client.people, "UTC", mail=True)) == []
    assert (await client.kinds())[-1] == "AlertCleared"


async def test_what_points_at_anothers_or_nobodys_is_refused(client: Client, settled: Settled) -> None:
    other = await client_of(client.house, settled, "harbour-light")
    foreign = {"scope": "queue", "scope_id": str(other.queues[0])}
    odd: list[dict[str, Any]] = [
        foreign, {**foreign, "scope_id": "queue"}, {"people": (other.boss.user_id,)}, {"clear": 3},
        {"roles": ("agent",)},
    ]  # fmt: skip
    for change in odd:
        with pytest.raises(RuleNotClear):
            await client.keep(replace(NEW, **change))
    mine = await client.keep(NEW)
    assert await client.keep(mine) == mine, "the same again is no new version"
    with pytest.raises(NotFound):
        await other.keep(replace(mine, name="Mine now", people=(), roles=("client_manager",)))
    assert await client.rows("SELECT version FROM gf.alert_rule WHERE tenant_id = $1") == [{"version": 1}]
    async with client.house.app.transaction(other.tenant) as scope:
        with pytest.raises(NotFound):
            await delete(scope, UUID(mine.id), other.boss, now())


async def test_deleted_while_raised_left_before_it_rang_and_taken_care_of(client: Client) -> None:
    gone = next(each for each in client.people if each.role == "client_viewer")
    pool = await client.house.control.pool()
    held = await client.keep(replace(NEW, for_s=3600, name="Held"))
    rule = await client.keep(replace(NEW, repeat_s=60))
    await pool.execute("DELETE FROM control.membership WHERE user_id = $1 AND tenant_id = $2", UUID(gone.user_id),
                       client.tenant)  # fmt: skip
    async with client.house.app.transaction(client.tenant) as scope:
        await notices.choose(scope, client.boss.user_id, notices.Choice(sound=True, quiet_from=0, quiet_to=1439))
    await client.waits(2)
    lookout = client.lookout()
    await lookout.look(client.watched)
    (told,) = await client.rows("SELECT * FROM gf.notification WHERE tenant_id = $1 AND kind = 'raised'")
    assert told["user_id"] == client.boss.user_id, "who left is told nothing"
    quiet = (now() + timedelta(hours=8)).strftime("%H:%M") != "23:59"
    assert (told["sounds"], told["mail_due_at"] > told["created_at"]) == (not quiet, quiet)
    pending = await client.rows("SELECT raised_at, rule_id FROM gf.alert WHERE tenant_id = $1 AND raised_at IS NULL")
    assert [str(row["rule_id"]) for row in pending] == [held.id]
    async with client.house.worker.transaction(client.tenant) as scope:
        await scope.fetch("UPDATE gf.alert SET told_at = told_at - interval '2 minutes' WHERE tenant_id = $1",
                          client.tenant)  # fmt: skip
    await lookout.look(client.watched)
    await lookout.look(client.watched)
    assert [row["times"] for row in await client.rows(
        "SELECT times FROM gf.notification WHERE tenant_id = $1 AND kind = 'again'")] == [2]  # fmt: skip
    (alert,) = await client.rows("SELECT id FROM gf.alert WHERE tenant_id = $1 AND raised_at IS NOT NULL")
    care = standing.Care(client.boss, " 两个人正在过来 ")
    async with client.house.app.transaction(client.tenant) as scope:
        await standing.take(scope, alert["id"], care, now())
    async with client.house.app.transaction(client.tenant) as scope:
        with pytest.raises(AlertOver):
            await standing.take(scope, alert["id"], care, now())
        with pytest.raises(NotFound):
            await standing.take(scope, uuid4(), care, now())
        (shown,) = await standing.history(scope)
        assert (shown["note"], shown["taken_name"]) == ("两个人正在过来", client.boss.name)
        for each in (rule, held):
            await delete(scope, UUID(each.id), client.boss, now())
    assert "正在" not in str(await client.rows("SELECT note FROM gf.alert WHERE tenant_id = $1"))
    await lookout.look(client.watched)
    (*_, cleared) = await client.facts()
    assert (cleared.kind, cleared.data["why"], cleared.data["value"]) == ("AlertCleared", "rule", None)
    assert await client.rows("SELECT 1 FROM gf.alert WHERE tenant_id = $1 AND cleared_at IS NULL") == []


async def test_mails_go_together_once_and_wait_while_the_server_is_away(client: Client, post: tuple[Box, str]) -> None:
    box, url = post
    postman = AlertPostman(client.house.control, client.house.worker, mailer(url, SENDER), PUBLIC)
    for name in ("Queue is long", "Queue is longer"):
        await client.keep(replace(NEW, name=name, roles=("client_manager",)))
    calls = await client.waits(3)
    await client.lookout().look(client.watched)
    box.full = True
    await postman.visit(client.watched)
    owed = "SELECT id, mail_attempts, mail_error, mailed_at FROM gf.notification WHERE tenant_id = $1 ORDER BY id"
    assert [(row["mail_attempts"], row["mail_error"]) for row in await client.rows(owed)] == [(1, "MailRefused")] * 2
    box.full = False
    await postman.visit(client.watched)
    assert box.got == [], "it is not due yet"
    await _later(client)
    await asyncio.gather(*(postman.visit(client.watched) for _ in range(3)))
    (((to,), message),) = box.got
    said = text_of(message)
    assert to == client.boss.email
    assert all(word in said for word in ("Queue is long", "Queue is longer", f"{PUBLIC}/alerts"))
    assert "1234" not in said, "no contact's number"
    for call in calls:
        await client.leaves(call)
    await client.lookout().look(client.watched)
    await postman.visit(client.watched)
    assert len(box.got) == 1, "at most one in five minutes"
    pool = await client.house.control.pool()
    await pool.execute('UPDATE control."user" SET disabled_at = now() WHERE id = $1', UUID(client.boss.user_id))
    await _later(client)
    await postman.visit(client.watched)
    assert len(box.got) == 1, "who left gets no mail"
    assert [row["mail_error"] for row in await client.rows(owed)] == [None, None, "left", "left"]
    box.full = True
    await pool.execute('UPDATE control."user" SET disabled_at = NULL')
    await _later(client, "created_at = created_at - interval '25 hours', mail_error = NULL")
    await postman.visit(client.watched)
    box.full = False
    await _later(client, "mail_attempts = mail_attempts")
    await postman.visit(client.watched)
    assert len(box.got) == 1, "after a day it is given up"


async def _later(client: Client, change: str = "mail_due_at = clock_timestamp()") -> None:
    """Let what waits be due."""
    due = "" if "created_at" not in change else ", mail_due_at = clock_timestamp()"
    connection = await asyncpg.connect(client.house.admin_dsn)
    waits = "" if due else " AND mail_due_at IS NOT NULL"
    await connection.execute(f"UPDATE gf.notification SET {change}{due} WHERE mailed_at IS NULL{waits}")
    await connection.close()


async def test_a_worker_raises_although_nobody_looks_and_who_comes_after_it_goes_on(client: Client, redis: str) -> None:
    """By the real process; it is killed in the middle of a breach, and the client's systems are told once of each."""
    await add_connection(client.house, client.tenant, "second", "http://127.0.0.1:9/second")
    async with client.house.app.transaction(client.tenant) as scope:
        await scope.fetch(
            "UPDATE gf.connection SET events = '{alerts}', url = 'http://127.0.0.1:9/hook' WHERE tenant_id = $1",
            client.tenant,
        )

    async def raised() -> bool:
        return await client.kinds() == ["AlertRaised"]

    await client.keep(replace(NEW, ways=("webhook",), roles=()))
    async with working(client.house, redis) as process, asyncio.timeout(60):
        calls = await client.waits(2)
        await until(raised)
        process.kill()
        await process.wait()
    async with reacting():
        await client.lookout().look(client.watched)
        for call in calls:
            await client.leaves(call)
        await client.lookout().look(client.watched)
    assert await client.kinds() == ["AlertRaised", "AlertCleared"]
    sql = "SELECT type, sequence FROM gf.webhook_event WHERE tenant_id = $1 AND type LIKE 'alert.%' ORDER BY id"
    systems = len(await client.rows("SELECT code FROM gf.connection WHERE tenant_id = $1 AND retired_at IS NULL"))
    told = [(row["type"], row["sequence"]) for row in await client.rows(sql)]
    assert told == [("alert.raised", 1)] * systems + [("alert.cleared", 2)] * systems
    assert systems == 2


async def test_what_is_old_is_forgotten(client: Client) -> None:
    rule = await client.keep(NEW)
    calls = await client.waits(2)
    await client.lookout().look(client.watched)
    async with client.house.app.transaction(client.tenant) as scope:
        await delete(scope, UUID(rule.id), client.boss, now())
    await client.lookout().look(client.watched)
    tables = ("alert", "notification", "alert_rule")
    for later, left in ((0, True), (100, False)):
        async with client.house.worker.transaction(client.tenant) as scope:
            await forget(scope, now() + timedelta(days=later))
        kept = [bool(await client.rows(f"SELECT 1 FROM gf.{name} WHERE tenant_id = $1")) for name in tables]
        assert kept == [left] * 3
    assert len(calls) == 2
