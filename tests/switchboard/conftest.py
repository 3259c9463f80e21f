from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kit.embedded.postgres import EmbeddedPostgres
from tests.support.house import House, open_house
from tests.switchboard.world import World, open_world, set_up

CENTRE_TEMPLATE = "switchboard_template"


@pytest.fixture(scope="session")
def centre_template(house_template: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedPostgres:
    """The session's server with a template database in which the centre and its two clients are set up."""
    asyncio.run(set_up(house_template, CENTRE_TEMPLATE, tmp_path_factory.mktemp("centre")))
    return house_template


@pytest.fixture
async def house(centre_template: EmbeddedPostgres) -> AsyncIterator[House]:
    """A database in which the centre is set up, copied for one test."""
    async with open_house(centre_template, f"house_{secrets.token_hex(6)}", CENTRE_TEMPLATE) as made:
        yield made


@pytest.fixture
async def world(house: House, tmp_path: Path) -> AsyncIterator[World]:
    """An open floor on the simulator; every test ends with rows that are what the facts say."""
    async with open_world(house, tmp_path) as made:
        yield made
        await made.check()
