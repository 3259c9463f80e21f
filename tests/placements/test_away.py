"""A client's own server is killed and stopped: only that client notices, on pages, in the API, at the desk."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bench.measure import children_of
from kit.db import Database
from kit.embedded.postgres import EmbeddedPostgres
from kit.secretbox import SecretBox
from placements import service
from placements.move import Report
from placements.service import House as Installation
from placements.service import Order
from tenants.placements import Planes
from tests.support.house import KEYS, TODAY
from tests.support.site import Site

LIST = "/v1/work-orders"
SOON_S = 1.0
"""What an answer to somebody else may take on a busy machine; alone it takes some ten milliseconds."""


@pytest.fixture
def premises(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "premises", durable=getattr(request, "param", True)) as server:
        yield server


@pytest.fixture
async def moved(site: Site, premises: EmbeddedPostgres) -> AsyncIterator[Site]:
    """The client galaxy lives on a server of its own; the web application found it by itself."""
    box = SecretBox(bytes.fromhex(KEYS["GF_MASTER_KEY"]))
    house = site.house
    planes = Planes(Database(house.dsns["gf_app"], house.signer), house.control, box, "app")

    async def ring() -> None:
        planes.look_again()

    installation = Installation(house.dsns["gf_migrator"], box, planes, ring, TODAY)
    to = await asyncio.to_thread(premises.create_database, "galaxy")
    await service.move(installation, Order(site.tenants["galaxy"], "tests", to, "on_premises"), Report())
    yield site
    await planes.close()


_machines: dict[tuple[str, str], aiohttp.ClientSession] = {}


async def ask(site: Site, tenant: str) -> tuple[int, str, float]:
    """Return status, code and seconds of a client system's list of work orders."""
    if (site.url, tenant) not in _machines:
        _machines[site.url, tenant] = await site.machine(tenant)
    began = time.perf_counter()
    async with _machines[site.url, tenant].get(LIST) as answer:
        content = await answer.json()
        return answer.status, content.get("code", "") if isinstance(content, dict) else "", time.perf_counter() - began


async def until(site: Site, status: int, within: float = 15) -> None:
    deadline = time.monotonic() + within
    while (await ask(site, "galaxy"))[0] != status:
        assert time.monotonic() < deadline, await ask(site, "galaxy")
        await asyncio.sleep(0.2)


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_only_its_own_client_notices(moved: Site, premises: EmbeddedPostgres, how: str) -> None:
    site = moved
    await until(site, 200)
    pid = premises.pid or 0
    everyone = [pid, *children_of(pid)]
    if how == "killed":
        await asyncio.to_thread(premises.crash)
    else:
        for pid in everyone:
            os.kill(pid, signal.SIGSTOP)
    try:
        began = time.perf_counter()
        first = asyncio.create_task(ask(site, "galaxy"))
        while time.perf_counter() - began < 4:
            status, _, took = await ask(site, "harbour-light")
            assert status == 200
            assert took < SOON_S
            await asyncio.sleep(0.05)
        status, code, took = await first
        assert (status, code) == (503, "database_away")
        assert took < 4
        status, code, took = await ask(site, "galaxy")
        assert (status, code) == (503, "database_away")
        assert took < SOON_S
        manager = (await site.people("galaxy"))["client_manager"]
        person = await site.person(manager, "galaxy")
        async with person.get("/interactions", headers={"Accept": "text/html", "Accept-Language": "zh-Hant"}) as page:
            assert page.status == 503
            assert int(page.headers["Retry-After"]) > 0
            assert "專屬資料庫沒有回應" in await page.text() or "own database does not answer" in await page.text()
        async with person.get("/readyz") as ready:
            assert ready.status == 200
    finally:
        if how == "killed":
            await asyncio.to_thread(premises.revive)
        else:
            for pid in everyone:
                os.kill(pid, signal.SIGCONT)
    await until(site, 200)


@pytest.mark.parametrize("premises", [False], indirect=True, ids=["commits late"])
async def test_a_server_that_commits_late_has_the_client_after_a_crash(moved: Site, premises: EmbeddedPostgres) -> None:
    """The move itself waits for the disk: the server's own setting would lose the newest commits."""
    await asyncio.to_thread(premises.crash)
    await asyncio.to_thread(premises.revive)
    await until(moved, 200)
