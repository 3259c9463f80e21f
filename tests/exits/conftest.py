"""A client with everything: the crawl's rows, recordings on the disk, and the commands as a person types them."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from interactions.audio import where
from journal import seals
from journal import service as journal
from kit import sealedfile, vault
from kit.db import AccessibleTenantId
from kit.embedded.postgres import EmbeddedPostgres
from kit.objects import Folder
from probe.core.canaries import Canaries
from probe.service.filling import furnish
from tenants.access import for_system
from tests.support.commands import Command
from tests.support.desks import EVENTS, desk_of, keep_desk
from tests.support.house import KEYS, House, fresh_vault, open_house
from tests.support.site import SITE_TEMPLATE, Settled
from tests.workorders.lab import reacting

WRITTEN = "exits_written"
CHECKOUT = Path(__file__).resolve().parents[2]
SOUND = b"RIFF" + bytes(range(256)) * 700


@dataclass
class Client:
    """The client galaxy in a house, and the environment of the commands."""

    house: House
    tenant: AccessibleTenantId
    other: AccessibleTenantId
    data: Path
    words: Canaries
    environment: dict[str, str]

    def start(self, *words: str, **changes: str) -> Command:
        """Start a command."""
        return Command(words, CHECKOUT, {**self.environment, **changes})

    async def run(self, *words: str, **changes: str) -> tuple[int, str]:
        """Run a command; return its exit code and what it said."""
        return await asyncio.to_thread(self.start(*words, **changes).finish)

    async def keep_desk(self) -> UUID:
        """Keep what was on the desk during the recorded interaction; return that."""
        async with self.house.app.transaction(self.tenant) as scope:
            (row,) = await scope.fetch("SELECT interaction_id FROM gf.recording WHERE tenant_id = $1", self.tenant)
            await keep_desk(scope, Folder(self.data / "recordings"), UUID(str(row["interaction_id"])))
        return UUID(str(row["interaction_id"]))

    async def desk_reads(self, interaction: UUID) -> bool:
        """Say whether what was on the desk is there and opens."""
        async with self.house.app.transaction(self.tenant) as scope:
            return await desk_of(scope, Folder(self.data / "recordings"), interaction) == EVENTS

    async def kinds(self, tenant: UUID | None = None) -> list[str]:
        async with self.house.app.transaction(for_system(tenant or self.tenant, "tests")) as scope:
            return [fact.kind for fact in await journal.stored(scope, limit=100_000)]


async def record(client: Client, recording: UUID, key: str) -> None:
    """Put a sealed sound where a recording's row says."""
    path = client.data / "recordings" / key
    async with client.house.app.transaction(client.tenant) as scope:
        keys = await vault.sealing(scope)
    plain = client.data / "plain.wav"
    plain.write_bytes(SOUND)
    sealedfile.seal(plain, path, keys, where(recording))
    plain.unlink()


def verify(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the checker that clients run."""
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "tools" / "glassfloor_verify.py"), *words], capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@dataclass(frozen=True)
class Written:
    """What is written once and copied for each test: the clients' ids, galaxy's words, a folder of keys and data."""

    tenants: dict[str, AccessibleTenantId]
    words: Canaries
    folder: Path

    def in_house(self, house: House, folder: Path, redis: str = "") -> Client:
        """Return the client in a copy of the database, with its keys and data in this folder."""
        environment = {
            **os.environ, **KEYS, "GF_KEYS_FOLDER": str(folder / "keys"), "GF_DATA_FOLDER": str(folder / "data"),
            "REDIS_URL": redis, "GF_MIGRATOR_DSN": house.dsns["gf_migrator"], "COLUMNS": "200",
            **{f"GF_{name.upper()}_DSN": house.dsns[f"gf_{name}"] for name in ("app", "worker", "sealer", "control")},
        }  # fmt: skip
        galaxy, other = self.tenants["galaxy"], self.tenants["harbour-light"]
        return Client(house, galaxy, other, folder / "data", deepcopy(self.words), environment)


async def _write(made: Client) -> None:
    """Furnish the client, with sealed sounds."""
    async with reacting():
        side = await furnish(made.house.app, made.tenant, "galaxy", made.words)
    async with made.house.app.transaction(made.tenant) as scope:
        rows = await scope.fetch("SELECT id, key FROM gf.recording WHERE tenant_id = $1", made.tenant)
        await scope.fetch("DELETE FROM gf.key_server WHERE tenant_id = $1", made.tenant)  # nobody answers there
        await scope.fetch("DELETE FROM gf.export_key WHERE tenant_id = $1", made.tenant)  # nobody holds the other half
    admin = await asyncpg.connect(made.house.admin_dsn)
    for table in ("signed_head", "journal_cut"):  # canaries that nobody signed
        await admin.execute(f"DELETE FROM gf.{table} WHERE tenant_id = $1", made.tenant)
    await admin.close()
    for row in rows:
        await record(made, row["id"], row["key"])
    for key, content in side.files.items():
        if "/attachment/" in key:
            path = made.data / "recordings" / key
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
    await seals.seal_new(made.house.sealer, made.tenant)


@pytest.fixture(scope="session")
def written(settled: Settled, house_template: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Write the client's database, keys and data once for a worker."""
    folder = tmp_path_factory.mktemp("exits")
    for name in ("keys", "data"):
        (folder / name).mkdir()
    for name, content in settled.keys.items():
        (folder / "keys" / name).write_bytes(content)

    async def write() -> Written:
        made = Written(settled.tenants, Canaries("galaxy", "+86139555", {"manager@galaxy.example": "e-mail"}), folder)
        async with open_house(house_template, f"making_{WRITTEN}", SITE_TEMPLATE) as house:
            fresh_vault(folder / "keys")
            client = made.in_house(house, folder)
            await _write(client)
            await house.close()
            house_template.create_database(WRITTEN, template=f"making_{WRITTEN}")
        fresh_vault()
        return replace(made, words=client.words)

    return asyncio.run(write())


@pytest.fixture
async def house(written: Written, house_template: EmbeddedPostgres) -> AsyncIterator[House]:
    async with open_house(house_template, f"exits_{secrets.token_hex(6)}", WRITTEN) as made:
        yield made


@pytest.fixture
async def client(written: Written, house: House, redis: str, tmp_path: Path) -> AsyncIterator[Client]:
    shutil.copytree(written.folder, tmp_path, dirs_exist_ok=True)
    fresh_vault(tmp_path / "keys")
    yield written.in_house(house, tmp_path, redis)
    fresh_vault()
