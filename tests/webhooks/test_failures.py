"""What may go wrong between us and a receiver, at full size and in a time of our own; nothing is lost, order holds."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import orjson
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from app import telling
from kit.away import MAYBE_AWAY
from kit.bus import Bus
from kit.ids import new_id
from kit.outbound import Guard
from kit.settings import Settings
from kit.signing import DocumentSigner
from tests.support.house import KEY, TENANT_A, House
from tests.webhooks.simulated import Time, courier_in, happen, mail_server, our_time, visited
from tests.webhooks.test_delivery import QUICK, courier, create, deliver_until, in_order, rows
from tests.workorders.lab import Receiver, add_connection, do_jobs, reacting, receiving
from webhooks.client import Client
from webhooks.service import enable, endpoint_of, ensure_endpoints, replay
from webhooks.service.deliveries import Selection
from webhooks.service.feed import Wanted, read
from webhooks.tasks import Courier, Policy

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PEOPLE = (("li", "zh-CN", "client_developer"), ("wang", "en", "client_developer"), ("zhao", "en", "client_manager"))


@pytest.fixture
async def receiver(house: House) -> AsyncIterator[Receiver]:
    async with receiving() as made, reacting():
        await add_connection(house, TENANT_A, "oms", made.url)
        yield made


@pytest.fixture
async def time(house: House, receiver: Receiver) -> AsyncIterator[Time]:
    async with our_time(house) as made:
        async with made.worker.transaction(TENANT_A) as scope:
            await ensure_endpoints(scope)
        yield made


async def test_a_receiver_that_was_down_for_six_hours_has_everything_ten_minutes_later(
    house: House, receiver: Receiver, time: Time
) -> None:
    await receiver.stop()
    orders, made = [new_id() for _ in range(200)], list[UUID]()
    async with courier_in(time, parallel=64) as ours:
        for hour in range(10):  # ten times 36 minutes
            async with time.worker.transaction(TENANT_A) as scope:
                made += await happen(scope, orders, hour + 1)
            for _ in range(2):
                await time.passes(18 * MINUTE)
                await visited(ours)
        await receiver.start()
        back = time.now()
        while len(receiver.taken) < 2000 and time.now() - back < 9 * MINUTE:
            await time.passes(MINUTE)
            await visited(ours)
    assert Counter(event["id"] for event in receiver.taken) == Counter(map(str, made))
    assert in_order(receiver.taken)
    async with house.app.transaction(TENANT_A) as scope:
        oracle = Webhook((await endpoint_of(scope, "oms")).secret)
    for headers, body in receiver.seen:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        assert back - MINUTE < at < back + 10 * MINUTE, "each attempt has its own"
        assert oracle.sign(headers["webhook-id"], at, body.decode()) == headers["webhook-signature"]


@pytest.fixture
def tells() -> Iterator[None]:
    """Let nobody after this test be told with what it installs: its database is gone by then."""
    yield
    telling.install(DocumentSigner(KEY), Settings())


@pytest.mark.usefixtures("tells")
async def test_five_days_switch_it_off_people_get_mail_and_a_replay_brings_everything_as_the_feed_does(
    house: House, receiver: Receiver, time: Time
) -> None:
    await _developers(house)
    await receiver.stop()
    begun, orders, made = time.now(), [new_id() for _ in range(3)], list[UUID]()
    async with mail_server() as box, courier_in(time) as ours:
        bus = Bus("redis://127.0.0.1:1/0")
        settings = Settings(smtp_url=SecretStr(box.url), mail_from="Glassfloor <door@centre.example>",
                            public_url="https://centre.example")  # fmt: skip
        telling.install(DocumentSigner(KEY), settings, telling.Floor(bus, house.control, "main"))
        for day in range(5):
            async with time.worker.transaction(TENANT_A) as scope:
                made += await happen(scope, orders, day + 1)
            for _ in range(9):
                await time.passes(160 * MINUTE)
                await visited(ours)
        await time.passes(4 * HOUR)
        await visited(ours)
        await _jobs(house)
        (state,) = await rows(house, "SELECT id, state, state_reason FROM gf.webhook_endpoint")
        assert (state["state"], state["state_reason"]) == ("disabled", "failing")
        await receiver.start()
        await visited(ours)
        assert receiver.seen == []
        async with time.worker.transaction(TENANT_A) as scope:
            await enable(scope, state["id"])
            given_up = await replay(scope, state["id"], Selection(since=begun - HOUR, only_failed=True))
        assert given_up > 0, "75 hours are less than five days"
        await visited(ours)
        await _jobs(house)
        await bus.close()
    assert Counter(event["id"] for event in receiver.taken) == Counter(map(str, made))
    assert in_order(receiver.taken)
    assert not any("gap_before" in event for event in receiver.taken)
    async with time.worker.transaction(TENANT_A) as scope:
        page = await read(scope, Wanted("oms", limit=200))
    of_orders = [event for event in map(orjson.loads, page.events) if event["type"] == "x"]
    assert [event["id"] for event in of_orders] == list(map(str, made))
    told = Counter((to, str(make_header(decode_header(mail["Subject"])))) for to, mail in box.got)
    english = ("oms takes no webhooks", "Webhooks to oms are switched off", "oms takes webhooks again")
    chinese = ("oms 收不到 Webhook", "发往 oms 的 Webhook 已停用", "oms 重新收到 Webhook")
    assert told == Counter(
        {("wang@a.example", f"{text} · a"): 1 for text in english}
        | {("li@a.example", f"{text} · a"): 1 for text in chinese}
    )
    (off,) = [mail for to, mail in box.got if to == "wang@a.example" and "off" in str(mail["Subject"])]
    assert "has taken no event for five days" in _text(off)
    assert f"https://centre.example/settings/endpoints/{state['id']}" in _text(off)


async def _developers(house: House) -> None:
    admin = await asyncpg.connect(house.admin_dsn)
    for name, locale, role in PEOPLE:
        made = new_id()
        await admin.execute(
            'INSERT INTO control."user" (id, email, name, locale) VALUES ($1, $2, $3, $4)',
            made, f"{name}@a.example", name, locale,
        )  # fmt: skip
        await admin.execute("INSERT INTO control.membership (user_id, tenant_id, role) VALUES ($1, $2, $3)",
                            made, TENANT_A, role)  # fmt: skip
    await admin.close()


async def _jobs(house: House) -> None:
    while await do_jobs(house, TENANT_A):
        pass


def _text(mail: Message) -> str:
    return bytes(mail.get_payload(decode=True) or b"").decode()


async def test_an_answer_after_the_timeout_is_none_and_the_event_comes_again_with_its_id(
    house: House, receiver: Receiver
) -> None:
    receiver.delay_s = 0.5
    order = await create(house)
    async with courier(house, timeout_s=0.2) as made:
        await visited(made)
        await receiver.wait_for(1)
        receiver.delay_s = 0
        await deliver_until(made, receiver, 2)
    assert [event["subject"] for event in receiver.taken] == [str(order)] * 2
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    attempts = await rows(house, "SELECT status, error FROM gf.webhook_attempt ORDER BY id")
    assert [(a["status"], a["error"]) for a in attempts] == [(None, "no answer in time"), (204, None)]


async def test_an_error_page_with_200_is_a_success_and_the_page_is_kept(house: House, receiver: Receiver) -> None:
    receiver.status, receiver.page = 200, "<h1>Internal error</h1>"
    await create(house)
    async with courier(house) as made:
        await deliver_until(made, receiver, 1)
        await visited(made)
    assert len(receiver.seen) == 1
    assert await rows(house, "SELECT status, response FROM gf.webhook_attempt") == [
        {"status": 200, "response": "<h1>Internal error</h1>"}
    ]


async def test_a_database_that_goes_away_in_the_middle_delays_and_loses_nothing(
    house: House, receiver: Receiver
) -> None:
    orders = [new_id() for _ in range(30)]
    async with house.worker.transaction(TENANT_A) as scope:
        await ensure_endpoints(scope)
        made = [each for n in (1, 2) for each in await happen(scope, orders, n)]
    receiver.delay_s = 0.03
    where = urlsplit(house.admin_dsn)
    admin = await asyncpg.connect(where._replace(path="/postgres").geturl())
    name = where.path.strip("/")
    async with courier(house, Policy(schedule=QUICK.schedule, lease=timedelta(seconds=0.8))) as ours:
        await ours.visit(TENANT_A)
        await receiver.wait_for(10)
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        with pytest.raises((*MAYBE_AWAY, asyncpg.PostgresError)):
            await ours.visit(TENANT_A)
        before = len(receiver.taken)
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        async with asyncio.timeout(15):
            while {event["id"] for event in receiver.taken} != {*map(str, made)}:
                with suppress(*MAYBE_AWAY, asyncpg.PostgresError):
                    await ours.visit(TENANT_A)
                await asyncio.sleep(0.05)
            await ours.settle_down()
    await admin.close()
    assert 10 <= before < 60
    first = list({event["id"]: event for event in receiver.taken}.values())
    assert in_order(first)
    assert await rows(house, "SELECT DISTINCT state FROM gf.webhook_delivery") == [{"state": "delivered"}]


async def test_a_name_that_turns_private_between_two_attempts_gets_no_second_connection(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to, tried = ["8.8.8.8"], list[Any]()
    resolves = socket.getaddrinfo

    def answer(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if host != "rebound.example":
            return list(resolves(host, port, *more, **named))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (leads_to[0], port))]

    async def refuse(_self: object, _socket: object, address: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    async with reacting():
        await add_connection(house, TENANT_A, "oms", "https://rebound.example/hook")
        await create(house)
        async with Client(Guard(), timedelta(seconds=2)) as client:
            made = Courier(house.worker, client, QUICK)
            await rows(house, "SELECT 1 AS one")
            async with house.worker.transaction(TENANT_A):
                monkeypatch.setattr(socket, "getaddrinfo", answer)
                monkeypatch.setattr(asyncio.selector_events.BaseSelectorEventLoop, "sock_connect", refuse)
            await visited(made)
            leads_to[0] = "127.0.0.1"
            async with asyncio.timeout(10):
                while len(errors := await rows(house, "SELECT error FROM gf.webhook_attempt ORDER BY id")) < 2:
                    await visited(made)
                    await asyncio.sleep(0.02)
    assert [address[0] for address in tried] == ["8.8.8.8"]
    assert "AddressRefused" in errors[1]["error"]
    assert "not public" in errors[1]["error"]


def test_a_killed_worker_delays_a_message_for_less_than_a_minute() -> None:
    assert timedelta(seconds=20) < Policy().lease < MINUTE
