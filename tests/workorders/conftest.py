from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from kit.objects import Folder
from tests.support.house import TENANT_A, TENANT_B, House
from tests.workorders.lab import System, add_connection, calling, reacting, system


@pytest.fixture
def files(tmp_path: Path) -> Folder:
    """Where files and recordings lie."""
    return Folder(tmp_path / "recordings")


@pytest.fixture
async def http(house: House, files: Folder) -> AsyncIterator[httpx.AsyncClient]:
    """The API, with connections a1 and a2 of tenant A and b1 of tenant B."""
    for tenant_id, code in ((TENANT_A, "a1"), (TENANT_A, "a2"), (TENANT_B, "b1")):
        await add_connection(house, tenant_id, code)
    async with reacting(), calling(house, files) as client:
        yield client


@pytest.fixture
async def a1(house: House, http: httpx.AsyncClient) -> System:
    return await system(house, http, TENANT_A, "a1")


@pytest.fixture
async def a2(house: House, http: httpx.AsyncClient) -> System:
    return await system(house, http, TENANT_A, "a2")


@pytest.fixture
async def b1(house: House, http: httpx.AsyncClient) -> System:
    return await system(house, http, TENANT_B, "b1")
