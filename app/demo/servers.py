"""The servers under the centre: embedded ones as children, or external ones that the environment names."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.demo.place import Place
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from kit.settings import Settings
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones

Say = Callable[[str], None]

DATABASE = "glassfloor"
INSTALLER = Path(__file__).resolve().parent.parent.parent / "scripts" / "phone-engine"


class CannotPrepare(Exception):
    """A part of the demo could not be brought up; the message says what to do."""


@dataclass
class Servers:
    """What runs, and where it answers."""

    admin_dsn: str = ""
    redis_url: str = ""
    asterisk: LocalAsterisk | None = None
    phones: AsteriskPhones | None = None
    postgres: EmbeddedPostgres | None = None
    redis: EmbeddedRedis | None = None
    started: list[str] = field(default_factory=list)

    async def stop(self) -> None:
        """Stop what was started, last first."""
        if self.phones is not None:
            await self.phones.close()
        if self.asterisk is not None:
            await self.asterisk.stop()
        if self.redis is not None:
            await asyncio.to_thread(self.redis.stop)
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.stop)


async def start_databases(place: Place, settings: Settings, servers: Servers, say: Say) -> None:
    """Bring up PostgreSQL and the bell."""
    external = settings.database_url.get_secret_value()
    if external:
        say("PostgreSQL: the one that DATABASE_URL names")
        servers.admin_dsn = external
    else:
        say("PostgreSQL 18 (embedded)")
        servers.postgres = EmbeddedPostgres(place.folder / "postgres")
        await asyncio.to_thread(servers.postgres.start)
        servers.admin_dsn = await asyncio.to_thread(_database, servers.postgres)
    redis_url = settings.redis_url.get_secret_value()
    if redis_url:
        say("Redis: the one that REDIS_URL names")
        servers.redis_url = redis_url
    else:
        say("Valkey 8 (embedded, Redis protocol)")
        servers.redis = EmbeddedRedis(place.folder / "valkey")
        await asyncio.to_thread(servers.redis.start)
        servers.redis_url = servers.redis.url


def _database(server: EmbeddedPostgres) -> str:
    found = server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608 - our constant
    return server.dsn(DATABASE) if "1" in found else server.create_database(DATABASE)


async def install_phone_engine(place: Place, settings: Settings, say: Say) -> Path:
    """Unpack Asterisk into the demo's folder (once); return its home."""
    home = settings.phone_engine_home or place.folder / "phone-engine"
    say("Asterisk 22: looking (the first time it is downloaded and unpacked, about half a minute)")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(INSTALLER), "install", "--home", str(home),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode:
        raise CannotPrepare(
            "Asterisk could not be installed:\n"
            + output.decode(errors="replace")[-800:]
            + "\nThe whole centre also runs without it: make demo ARGS='--phones simulator'"
        )
    return home


async def start_phone_engine(place: Place, servers: Servers, home: Path, say: Say) -> None:
    """Bring up the centre's engine and, as a second Asterisk, the carrier and the agents' phones."""
    say("Asterisk: the centre's phone engine, and a second one that plays the outside world")
    servers.asterisk = LocalAsterisk(home, place.folder / "asterisk")
    await servers.asterisk.start()
    target = (servers.asterisk.bind, servers.asterisk.sip_port)
    servers.phones = AsteriskPhones(home, place.folder / "outside", target=target)
    await servers.phones.start()
