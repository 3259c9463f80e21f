"""A running site with the examples' two clients, and the probe's tools on it."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI

import portal.desk
from app import reactions
from app.doorbell import JOB
from app.flows import check_flow
from app.probing import ear
from app.web import create_app
from journal import seals
from kit.bus import Bus
from kit.db import AccessibleTenantId
from kit.settings import Settings
from kit.signing import DocumentSigner
from probe.service.crawl import admitted
from probe.service.engine import Run, Tools, end_keys, ground_of
from probe.service.ground import Attacker, Ground
from probe.service.members import Member
from probe.service.twins import Grounds, settle
from tests.support.house import KEYS, House
from tests.support.site import Settled, Site, open_site

SIGNER = DocumentSigner(bytes.fromhex(KEYS["GF_SIGNING_KEY"]))


def in_turn(member: Member, who: Attacker) -> str:
    """Leave out by turns half of whom the guard lets in and most of whom it refuses; test_routes has more."""
    turn = zlib.crc32(f"{member} {who.name}".encode()) % 8
    return "" if turn < (4 if admitted(member, who) else 1) else "another's turn: in a whole run"


class Field:
    """The site, its application, and a way to run the probe over it."""

    def __init__(self, site: Site, app: FastAPI, tools: Tools) -> None:
        self.site, self.app, self.tools = site, app, tools

    async def run(self, client: AccessibleTenantId | None = None) -> Any:
        return await Run(self.tools).go(client)


@pytest.fixture(autouse=True)
def _no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.desk, "ANSWER_WITHIN", timedelta(milliseconds=200))


@pytest.fixture
async def field(settled: Settled, house: House, redis: str, tmp_path: Any) -> AsyncIterator[Field]:
    made: list[FastAPI] = []

    def create(settings: Settings) -> FastAPI:
        made.append(create_app(settings))
        return made[-1]

    async with open_site(house, redis, tmp_path, settled, create) as site:
        bus = Bus(redis)

        async def seal(tenant: AccessibleTenantId) -> None:
            await seals.seal_new(house.sealer, tenant)

        grounds = Grounds(house.control, house.app, house.app, site.settings.recordings_folder, check_flow, seal)
        tools = Tools(made[0], site.url, "gf", grounds, bus, redis, reactions.JOBS, partial(ear, redis), JOB, SIGNER,
                      site.settings.tenant_keys_folder, spare=in_turn, every=4)  # fmt: skip
        yield Field(site, made[0], tools)
        await bus.close()


@pytest.fixture
async def ground(field: Field) -> AsyncIterator[Ground]:
    made = await ground_of(field.tools, await settle(field.tools.grounds))
    yield made
    await end_keys(made)
    await made.close()
