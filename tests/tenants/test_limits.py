"""Limits: counted per credential and tenant, told in headers, kept without Redis, and never another tenant's."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from app.web import create_app
from kit.circuit import Circuit
from kit.ids import new_id
from kit.limits import Bucket, Limits, LocalLimits
from kit.settings import Settings
from probe.service.members import members
from tenants import throttle
from tenants.core import limits as core_limits
from tenants.core.limits import Rate, RouteClass, class_of, plan_of
from tenants.endpoints import CentreGuard, PublicGuard, SignedInGuard, StaffGuard, TenantGuard
from tenants.oneself import FreshGuard
from tenants.throttle import own_limits, set_limit
from tests.support.house import House
from tests.support.site import Settled, Site, open_site

AWAY = "redis://127.0.0.1:1"
NOBODY = str(new_id())


async def test_redis_and_this_process_decide_alike(redis: str) -> None:
    limits, local = Limits(redis), LocalLimits()
    bucket = [Bucket("t:a:rate:x:read", 5.0, 4), Bucket("t:a:rate:all:read", 1.0, 20)]
    for n in range(6):
        shared, own = await limits.take(bucket), local.take(bucket, time.monotonic())
        assert shared.passes == own.passes == (n < 4), n
        assert [room.remaining for room in shared.rooms] == [room.remaining for room in own.rooms]
    assert 4.0 < shared.rooms[0].retry_s <= 5.0
    await limits.close()


async def test_a_bucket_fills_again(redis: str) -> None:
    limits, bucket = Limits(redis), [Bucket("t:a:rate:x:read", 0.05, 1)]
    assert (await limits.take(bucket)).passes
    assert not (await limits.take(bucket)).passes
    await asyncio.sleep(0.07)
    assert (await limits.take(bucket)).passes
    await limits.close()


async def test_without_redis_the_limit_is_this_process_s_and_nobody_waits() -> None:
    limits, bucket = Limits(AWAY), [Bucket("t:a:rate:x:read", 60.0, 2)]
    started = time.monotonic()
    assert [(await limits.take(bucket)).passes for _ in range(5)] == [True, True, False, False, False]
    assert time.monotonic() - started < 1.0
    await limits.close()


def test_classes_and_plans() -> None:
    assert class_of("GET", "work_order.read") is RouteClass.READ
    assert class_of("POST", "work_order.create") is RouteClass.WRITE
    assert class_of("GET", "recording.listen") is RouteClass.EXPENSIVE
    plan = plan_of({"read": 600, "write": 60, "expensive": 6}, {"write": 120})
    assert plan[RouteClass.WRITE] == Rate(120)
    assert (plan[RouteClass.READ].burst, plan[RouteClass.EXPENSIVE].burst) == (100, 1)


async def statuses(client: aiohttp.ClientSession, n: int) -> list[tuple[int, float]]:
    async def one() -> tuple[int, float]:
        started = time.monotonic()
        async with client.get("/v1/work-orders") as got:
            await got.read()
            return got.status, time.monotonic() - started

    return list(await asyncio.gather(*(one() for _ in range(n))))


async def test_one_tenants_flood_is_its_own(site: Site) -> None:
    loud, calm = await site.machine("galaxy"), await site.machine("harbour-light")
    await set_limit(site.house.control, site.tenants["galaxy"], RouteClass.READ, 60)
    alone = sorted(took for _, took in [(await statuses(calm, 1))[0] for _ in range(20)])

    async def flood() -> list[tuple[int, float]]:
        return [one for _ in range(10) for one in await statuses(loud, 20)]

    began = time.monotonic()
    running = asyncio.create_task(flood())
    beside = [(await statuses(calm, 1))[0] for _ in range(20)]
    flooded = [status for status, _ in await running]
    assert 10 <= flooded.count(200) <= 13 + (time.monotonic() - began)  # what it may at once, and one each second
    assert flooded.count(429) == len(flooded) - flooded.count(200)
    assert {status for status, _ in beside} == {200}
    assert (
        sorted(took for _, took in beside)[10] < 20 * alone[10] + 0.2
    )  # one process and one loop: not ten times slower


async def test_the_refusal_says_when_to_come_back(site: Site) -> None:
    client = await site.machine("galaxy")
    await set_limit(site.house.control, site.tenants["galaxy"], RouteClass.READ, 12)
    assert await own_limits(site.house.control, site.tenants["galaxy"]) == {"read": 12}
    for left in (1, 0):
        async with client.get("/v1/work-orders") as got:
            assert (got.status, got.headers["RateLimit-Policy"]) == (200, '"read";q=12;w=60, "read-all";q=60;w=60')
            both = re.fullmatch(r'"read";r=(\d+);t=\d+, "read-all";r=(\d+);t=\d+', got.headers["RateLimit"])
            assert both is not None
            assert [int(n) for n in both.groups()] == [left, left + 8]
    async with client.get("/v1/work-orders") as got:
        body = await got.json()
        assert (got.status, body["code"]) == (429, "rate_limited")
        assert 1 <= int(got.headers["Retry-After"]) <= 6
        assert body["retry_after_s"] == int(got.headers["Retry-After"])
        assert body["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
        assert body["violated-policies"] == ["read"]
        # the header's window ends no later than Retry-After says to come back (section 6 of the draft)
        assert got.headers["RateLimit"].startswith(f'"read";r=0;t={got.headers["Retry-After"]}, "read-all";r=')
    async with client.post("/v1/work-orders", json={}) as got:  # another class has its own bucket
        assert got.status == 400
    person = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    async with person.get("/v1/work-orders") as got:  # and so has a person
        assert got.status == 200
    await set_limit(site.house.control, site.tenants["galaxy"], RouteClass.READ, None)
    assert await own_limits(site.house.control, site.tenants["galaxy"]) == {}


async def test_all_systems_of_a_tenant_share_one_bucket_more(site: Site) -> None:
    await set_limit(site.house.control, site.tenants["galaxy"], RouteClass.READ, 6)
    passed = 0
    pool = await site.house.control.pool()
    for n in range(8):
        client = await site.machine("galaxy")
        await pool.execute("UPDATE control.api_key SET connection = $1 WHERE connection = $2", f"c{n}",
                           site.connections["galaxy"])  # fmt: skip
        async with client.get("/v1/work-orders") as got:
            passed += got.status == 200
            if got.status == 429:
                assert (await got.json())["violated-policies"] == ["read-all"]
    assert passed in {5, 6}  # eight keys, one request each: five at once for all of them


async def opens(person: aiohttp.ClientSession, path: str) -> bool:
    try:
        async with person.ws_connect(path) as socket:
            return (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT
    except aiohttp.WSServerHandshakeError:
        return False


async def test_a_socket_counts_when_it_is_opened_and_never_again(site: Site) -> None:
    await set_limit(site.house.control, site.tenants["galaxy"], RouteClass.READ, 24)
    person = await site.person((await site.people("galaxy"))["client_manager"], "galaxy")
    assert [await opens(person, "/live/feed") for _ in range(5)] == [True] * 4 + [False]


@pytest.fixture
async def tight(
    settled: Settled, house: House, redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """A site where everybody may ask once in an hour: what answers a second time is not limited."""
    monkeypatch.setattr(Settings, "rate_limits", {"read": 1, "write": 1, "expensive": 1})
    monkeypatch.setattr(throttle, "TENANT_SHARE", 1)
    monkeypatch.setattr(core_limits, "MINUTE", 3600.0)
    monkeypatch.setattr(core_limits, "_BURST_S", 0.0)
    async with open_site(house, redis, tmp_path, settled) as site:
        yield site


async def test_every_route_of_the_table_refuses_who_asks_too_often(tight: Site) -> None:
    """Read from the route table: each route, each kind of asker that it is for, twice."""
    people = await tight.people("galaxy")
    askers = {
        TenantGuard: await tight.person(people["client_manager"], "galaxy"),
        StaffGuard: await tight.person((await tight.agents())[0][1]),
        CentreGuard: await tight.person("onboarding@harbour.example"),
        SignedInGuard: await tight.person(people["client_viewer"], "galaxy"),
        PublicGuard: aiohttp.ClientSession(tight.url, headers={"Sec-Fetch-Site": "same-origin"}),
    }
    counted = 0
    for member in members(create_app(Settings())):
        if member.kind != "http" or not member.guards or str(member) == "POST /sign-out":
            continue
        guard = member.guards[0]
        inner = guard.inner if isinstance(guard, FreshGuard) else guard
        who = next(asker for kind, asker in askers.items() if isinstance(inner, kind))
        path = re.sub(r"\{\w+(:\w+)?\}", NOBODY, member.path)
        statuses = []
        for _ in range(2):
            async with who.request(member.method, path, allow_redirects=False, headers={"Accept": "a/b"}) as got:
                statuses.append(got.status)
        free = isinstance(guard, PublicGuard) and guard.unlimited
        assert (statuses[-1] == 429) == (not free), (str(member), statuses)
        counted += 1
    assert counted > 150
    await askers[PublicGuard].close()


async def test_who_does_not_answer_is_counted_by_all_processes(redis: str) -> None:
    one, other, alone = Circuit(redis), Circuit(redis), Circuit(AWAY)
    for n in range(3):
        assert await other.wait_s("t:a:idp:x", 3, 30.0) == 0.0, n
        await (one if n % 2 else other).failed("t:a:idp:x", 30.0)
    assert 29.0 < float(str(await one.wait_s("t:a:idp:x", 3, 30.0))) <= 30.0
    await one.failed("t:a:idp:x", 0.02)
    await asyncio.sleep(0.03)
    first, second = await asyncio.gather(one.wait_s("t:a:idp:x", 3, 30.0), other.wait_s("t:a:idp:x", 3, 30.0))
    assert min(first or 0.0, second or 0.0) == 0.0 < max(first or 0.0, second or 0.0)  # one tries
    await other.succeeded("t:a:idp:x")
    assert await one.wait_s("t:a:idp:x", 3, 30.0) == 0.0
    started = time.monotonic()
    assert [await alone.wait_s("t:a:idp:x", 3, 30.0) for _ in range(5)] == [None] * 5
    await alone.failed("t:a:idp:x", 30.0)
    assert time.monotonic() - started < 1.0  # nobody waits for what is away
    for circuit in (one, other, alone):
        await circuit.close()
