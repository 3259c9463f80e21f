"""The worlds are filled once for a worker; each test gets the application on a copy of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

import portal.desk
from kit.embedded.postgres import EmbeddedPostgres
from probe.service.world import World
from tests.crawl.ground import SiteGround, build, open_ground

FILLED, BARE = "crawl_filled", "crawl_bare"


@pytest.fixture(scope="session")
def filled(house_template: EmbeddedPostgres) -> World:
    return build(house_template, FILLED, BARE)


@pytest.fixture(autouse=True)
def _no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """No switchboard runs here: do not wait three seconds for its answer."""
    monkeypatch.setattr(portal.desk, "ANSWER_WITHIN", timedelta(milliseconds=30))


@pytest.fixture
async def ground(
    filled: World, house_template: EmbeddedPostgres, redis: str, tmp_path: Path
) -> AsyncIterator[SiteGround]:
    async with open_ground(house_template, FILLED, filled, redis, tmp_path) as made:
        yield made


@pytest.fixture
async def bare_ground(
    filled: World, house_template: EmbeddedPostgres, redis: str, tmp_path: Path
) -> AsyncIterator[SiteGround]:
    """The same application, clients, people and rows of B, and nothing of A but its configuration."""
    async with open_ground(house_template, BARE, filled, redis, tmp_path / "bare") as made:
        yield made
