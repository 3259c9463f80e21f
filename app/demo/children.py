"""The centre's processes as children of the demo: web, engine and worker, each the command that production runs."""

from __future__ import annotations

import asyncio
import sys
import urllib.error
import urllib.request
from datetime import timedelta

from app.demo.place import Place
from app.demo.servers import Servers
from app.demo.wish import Wish
from kit.embedded.child import ChildProcess
from kit.settings import child_environment
from migrations.prepare import Prepared

READY_WITHIN = timedelta(seconds=60)
PROCESSES = ("web", "engine", "worker")


def process_settings(wish: Wish, servers: Servers, prepared: Prepared, simulator_port: int) -> dict[str, str]:
    """Return the settings of web, engine and worker; none of them gets the migrator's login."""
    place = Place(wish.folder)
    secrets = place.secrets()
    shared = {
        "GF_APP_DSN": prepared.dsns["gf_app"],
        "GF_WORKER_DSN": prepared.dsns["gf_worker"],
        "GF_SEALER_DSN": prepared.dsns["gf_sealer"],
        "GF_CONTROL_DSN": prepared.dsns["gf_control"],
        "GF_CONTEXT_KEY": secrets["context_key"],
        "GF_SESSION_KEY": secrets["session_key"],
        "REDIS_URL": servers.redis_url,
        "GF_PHONES": wish.phones,
        "GF_SIMULATOR_PORT": str(simulator_port),
        "GF_DATA_FOLDER": str(place.folder),
        "GF_PORT": str(wish.port),
        "GF_PUBLIC_URL": wish.base,
        "GF_ALLOW_PRIVATE_WEBHOOKS": "true",
        "GF_SECURE_COOKIES": "false",
    }
    return {**shared, **_engine_settings(servers)}


def _engine_settings(servers: Servers) -> dict[str, str]:
    engine = servers.asterisk
    if engine is None:
        return {}
    return {
        "ARI_URL": engine.ari_url,
        "ARI_USER": engine.ari_user,
        "ARI_PASSWORD": engine.ari_password,
        "GF_CEL_PATH": str(engine.cel_path),
        "GF_ENGINE_RECORDINGS": str(engine.recordings_folder),
        "GF_MEDIA_ADDRESS": engine.bind,
        "GF_PHONE_WS_URL": f"ws://{engine.bind}:{engine.http_port}/ws",
        "GF_SIP_ADDRESS": f"{engine.bind}:{engine.sip_port}",
        "GF_SPEECH_COMMAND": str(engine.home / "bin" / "espeak-ng"),
    }


class Children:
    """The three processes."""

    def __init__(self, place: Place, env: dict[str, str], base: str) -> None:
        """Describe them; nothing is started yet."""
        self._base = base
        self.processes = {
            name: ChildProcess(
                name, [sys.executable, "-m", "app.cli", name], log=place.log(name), env=child_environment(env)
            )
            for name in PROCESSES
        }

    async def start(self) -> None:
        """Start all; return when the pages answer and the floor is open."""
        for process in self.processes.values():
            await asyncio.to_thread(process.start)
        await asyncio.to_thread(self.processes["web"].wait_ready, self._pages_answer, READY_WITHIN)
        await asyncio.to_thread(self.processes["engine"].wait_ready, self._floor_is_open, READY_WITHIN)

    async def stop(self) -> None:
        """Stop all at once, politely first."""
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process in self.processes.values()))

    def _pages_answer(self) -> bool:
        return self._answers("/readyz")

    def _floor_is_open(self) -> bool:
        return self._answers("/readyz?floor=1")

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self._base + path, timeout=3) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (urllib.error.URLError, OSError):
            return False
