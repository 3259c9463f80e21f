"""What every test may rely on: loopback-only sockets, and real PostgreSQL and Redis servers of its own.

Each pytest-xdist worker has one server of each kind, started when the first test asks for it.

- ``postgres_server``: the session's `EmbeddedPostgres`; ``create_database`` and ``drop_database`` copy from a template.
- ``postgres``: the superuser's address of a new empty database, removed after the test.
- ``redis_server``, ``redis_url``: the session's `EmbeddedRedis` and its address, as the tests before left it.
- ``redis``: the same address, every key removed first.

The event loop stays asyncio's own: uvloop opens connections past the guard on sockets.
"""

from __future__ import annotations

import asyncio
import gc
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from kit.logs import configure
from tests.support.hashing import quicken
from tests.support.house import (
    OWN_TEMPLATE,
    TEMPLATE,
    House,
    make_own_template,
    make_template,
    open_house,
    open_own_house,
    two_tenants,
)
from tests.support.memory import quick_folder
from tests.support.order import dealt
from tests.support.site import SITE_TEMPLATE, Settled, Site, make_site_template, open_site

settings.register_profile(
    "long", max_examples=300, stateful_step_count=60, deadline=None, print_blob=True, report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""``--hypothesis-profile=long --timeout=0``: for a person who has the time; every run draws anew."""
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")
"""What every run of the suite draws: the same for the same test, so that a change is judged by what it changed."""
LOOPBACK_ONLY = "127.0.0.0/8,::1,localhost"
gc.disable()  # what is imported stays: to look for rubbish in it is a fifth of the time that collecting takes


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let no test reach beyond this machine, whatever options the run was started with."""
    config.option.allow_hosts = LOOPBACK_ONLY
    config.option.allow_unix_socket = True
    configure("tests")
    quicken()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest files, some for each worker; the order of all others stays as it was drawn."""
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    items[:] = dealt(items, workers, Path(__file__).parent)


def pytest_collection_finish() -> None:
    """Let the collector of garbage leave alone what was imported, and look at new things as rarely as the product."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 50)
    gc.enable()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with (
        quick_folder(tmp_path_factory.mktemp("postgres")) as folder,
        EmbeddedPostgres(folder, durable=False, max_connections=200) as server,
    ):
        yield server


@pytest.fixture
def postgres(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path_factory.mktemp("redis"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: EmbeddedRedis) -> str:
    return redis_server.url


@pytest.fixture
def redis(redis_server: EmbeddedRedis) -> str:
    redis_server.flush()
    return redis_server.url


@pytest.fixture(scope="session")
def house_template(postgres_server: EmbeddedPostgres) -> EmbeddedPostgres:
    """The session's server with a prepared and migrated template database."""
    asyncio.run(make_template(postgres_server.create_database(TEMPLATE)))
    return postgres_server


@pytest.fixture(scope="session")
def settled(house_template: EmbeddedPostgres) -> Settled:
    """The examples' two clients; a test that asks for them finds them applied in its own database."""
    return asyncio.run(make_site_template(house_template))


@pytest.fixture
async def shared_house(house_template: EmbeddedPostgres, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A migrated database of its own with a `Database` per login, and two bare tenants A and B."""
    with_examples = "settled" in request.fixturenames
    template = SITE_TEMPLATE if with_examples else TEMPLATE
    async with open_house(house_template, f"house_{secrets.token_hex(6)}", template) as made:
        if not with_examples:
            await two_tenants(made)
        yield made


@pytest.fixture
def house(shared_house: House) -> House:
    """The shared database (the isolation tests attack a tenant's own one as well)."""
    return shared_house


@pytest.fixture(scope="session")
def own_template(postgres_server: EmbeddedPostgres) -> EmbeddedPostgres:
    """The session's server with a template of a database that tenant A has for itself."""
    asyncio.run(make_own_template(postgres_server.create_database(OWN_TEMPLATE)))
    return postgres_server


@pytest.fixture
async def own_house(own_template: EmbeddedPostgres) -> AsyncIterator[House]:
    """Tenant A's own database, with logins and a key of its own, and no control plane."""
    async with open_own_house(own_template, f"own_{secrets.token_hex(6)}") as made:
        yield made


@pytest.fixture
async def site(settled: Settled, house: House, redis: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The web application with the examples' two clients; see tests.support.site."""
    async with open_site(house, redis, tmp_path, settled) as made:
        yield made
