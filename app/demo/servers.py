"""The servers under the centre: embedded ones as children, or external ones that the environment names."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from app.demo.place import Place
from app.demo.steps import Say, in_thread
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from kit.settings import Settings
from telephony.asterisk.certificate import own_certificate
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones

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
    outside: AsteriskPhones | None = None
    postgres: EmbeddedPostgres | None = None
    redis: EmbeddedRedis | None = None
    speech: str = ""
    """Command line of the voice; empty: none is needed."""

    async def stop(self) -> None:
        """Stop what was started, last first."""
        if self.outside is not None:
            await self.outside.close()
        if self.asterisk is not None:
            await self.asterisk.stop()
        if self.redis is not None:
            await in_thread(self.redis.stop)
        if self.postgres is not None:
            await in_thread(self.postgres.stop)


async def start_databases(place: Place, settings: Settings, servers: Servers, say: Say) -> None:
    """Bring up PostgreSQL and the bell."""
    external = settings.database_url.get_secret_value()
    if external:
        say("PostgreSQL: the one that DATABASE_URL names")
        servers.admin_dsn = external
    else:
        say("PostgreSQL 18 (embedded)")
        servers.postgres = EmbeddedPostgres(place.folder / "postgres")
        await in_thread(servers.postgres.start)
        servers.admin_dsn = await in_thread(_database, servers.postgres)
    redis_url = settings.redis_url.get_secret_value()
    if redis_url:
        say("Redis: the one that REDIS_URL names")
        servers.redis_url = redis_url
    else:
        say("Valkey 8 (embedded, Redis protocol)")
        servers.redis = EmbeddedRedis(place.folder / "valkey")
        await in_thread(servers.redis.start)
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
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise CannotPrepare(
            "Asterisk could not be installed:\n"
            + output.decode(errors="replace")[-800:]
            + "\nThe whole centre also runs without it: make demo ARGS='--phones simulator'"
        )
    return home


async def start_phone_engine(place: Place, servers: Servers, home: Path, say: Say) -> None:
    """Bring up the centre's phone engine."""
    say("Asterisk: the centre's phone engine")
    certificate = own_certificate(place.folder / "engine-certificate", "127.0.0.1")
    servers.asterisk = LocalAsterisk(home, place.folder / "asterisk", certificate=certificate)
    servers.speech = str(home / "bin" / "espeak-ng")
    await servers.asterisk.start()


async def start_outside(place: Place, servers: Servers, home: Path, target: str, say: Say) -> None:
    """Bring up a second Asterisk, which plays the carrier and the agents' phones towards ``target`` (host:port)."""
    say("Asterisk: a second one that plays the outside world")
    host, _, port = target.rpartition(":")
    servers.outside = AsteriskPhones(home, place.folder / "outside", target=(host, int(port)))
    await servers.outside.start()


async def use_external_engine(place: Place, settings: Settings, servers: Servers, say: Say) -> Path | None:
    """Prepare for the Asterisk of ``ARI_URL``; return the home of our own when a part of it is needed beside that.

    Our own voice speaks when the machine has none, and our own second Asterisk plays the outside world when
    ``GF_SIP_ADDRESS`` says where to call.
    """
    say("Asterisk: the one that ARI_URL names")
    servers.speech = settings.speech_command or shutil.which("espeak-ng") or ""
    if servers.speech and not settings.sip_address:
        return None
    home = await install_phone_engine(place, settings, say)
    servers.speech = servers.speech or str(home / "bin" / "espeak-ng")
    return home


def engine_settings(settings: Settings, servers: Servers) -> dict[str, str]:
    """Return what the processes must know of the phone engine; nothing for the simulator."""
    if servers.asterisk is not None:
        engine = servers.asterisk
        return {
            "ARI_URL": engine.ari_url,
            "ARI_USER": engine.ari_user,
            "ARI_PASSWORD": engine.ari_password,
            "GF_CEL_PATH": str(engine.cel_path),
            "GF_ARI_CONSOLE": str(engine.console_path),
            "GF_ENGINE_RECORDINGS": str(engine.recordings_folder),
            "GF_MEDIA_ADDRESS": engine.bind,
            "GF_PHONE_WS_URL": f"ws://{engine.bind}:{engine.http_port}/ws",
            "GF_SIP_ADDRESS": f"{engine.bind}:{engine.sip_port}",
            "GF_SPEECH_COMMAND": servers.speech,
        }
    if not servers.speech:
        return {}
    given = {
        "ARI_URL": settings.ari_url,
        "ARI_USER": settings.ari_user,
        "ARI_PASSWORD": settings.ari_password.get_secret_value(),
        "GF_CEL_PATH": str(settings.cel_path or ""),
        "GF_ARI_CONSOLE": str(settings.ari_console or ""),
        "GF_ENGINE_RECORDINGS": str(settings.engine_recordings or ""),
        "GF_MEDIA_ADDRESS": settings.media_address,
        "GF_PHONE_WS_URL": settings.phone_ws_url or f"ws://{urlsplit(settings.ari_url).netloc}/ws",
        "GF_SIP_ADDRESS": settings.sip_address,
        "GF_SPEECH_COMMAND": servers.speech,
    }
    return {name: value for name, value in given.items() if value}
