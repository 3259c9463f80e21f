"""The centre's processes as children of the demo: web, engine and worker, each the command that production runs."""

from __future__ import annotations

import asyncio
import sys
import time
import urllib.error
import urllib.request

from app.demo.place import KEYS, Place
from app.demo.servers import Servers
from app.demo.steps import in_thread
from app.demo.wish import Wish
from kit.embedded.child import ChildProcess
from kit.embedded.errors import ChildFailed
from kit.settings import child_environment
from migrations.prepare import Prepared

READY_WITHIN_S = 60
PROCESSES = ("web", "engine", "worker")
_READY_AT = {"web": "/readyz", "engine": "/readyz?floor=1"}
"""Which page says that a process does its work; nothing waits for the worker."""


def process_settings(wish: Wish, servers: Servers, prepared: Prepared, simulator_port: int) -> dict[str, str]:
    """Return the settings of web, engine and worker; none of them gets the migrator's login."""
    place = Place(wish.folder)
    secrets = place.secrets()
    return {
        "GF_APP_DSN": prepared.dsns["gf_app"],
        "GF_WORKER_DSN": prepared.dsns["gf_worker"],
        "GF_SEALER_DSN": prepared.dsns["gf_sealer"],
        "GF_CONTROL_DSN": prepared.dsns["gf_control"],
        **{f"GF_{name.upper()}": secrets[name] for name in KEYS},
        "REDIS_URL": servers.redis_url,
        "GF_PHONES": wish.phones,
        "GF_SIMULATOR_PORT": str(simulator_port),
        "GF_DATA_FOLDER": str(place.folder),
        "GF_PORT": str(wish.port),
        "GF_PUBLIC_URL": wish.base,
        "GF_ALLOW_PRIVATE_WEBHOOKS": "true",
        "GF_ALLOW_PRIVATE_IDPS": "true",
        "GF_SECURE_COOKIES": "false",
    }


class Children:
    """The three processes."""

    def __init__(self, place: Place, env: dict[str, str], base: str) -> None:
        """Describe them; nothing is started yet."""
        self._base = base
        self.processes = {
            name: ChildProcess(
                name, [sys.executable, "-m", "app.start", name], log=place.log(name), env=child_environment(env)
            )
            for name in PROCESSES
        }

    async def start(self) -> None:
        """Start all; return when the pages answer and the floor is open."""
        for process in self.processes.values():
            await in_thread(process.start)
        for name in ("web", "engine"):
            await self.wait_ready(name)

    async def start_again(self, name: str) -> None:
        """Start one that has ended; return when it does its work again. Raises ``ChildFailed``."""
        await in_thread(self.processes[name].start)
        await self.wait_ready(name)

    async def wait_ready(self, name: str) -> None:
        """Wait until a process does its work. Raises ``ChildFailed``; not a thread waits when we are cancelled."""
        path = _READY_AT.get(name)
        process, deadline = self.processes[name], time.monotonic() + READY_WITHIN_S
        while path is not None and not await asyncio.to_thread(self._answers, path):
            what = "" if process.running else f"ended with exit code {process.exit_code}"
            if time.monotonic() > deadline:
                what = f"was not ready after {READY_WITHIN_S} s"
            if what:
                raise ChildFailed(name, what, process.log, process.log_tail())
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """Stop all at once, politely first."""
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process in self.processes.values()))

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self._base + path, timeout=3) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (urllib.error.URLError, OSError):
            return False
