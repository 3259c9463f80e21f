"""The whole centre with every part real and every part killable: servers, phone engine, phones, and three processes."""

from __future__ import annotations

import asyncio
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from journal.core.facts import Fact
from kit.db import Database
from kit.embedded.child import ChildProcess
from kit.embedded.machine import free_port
from kit.embedded.postgres import EmbeddedPostgres
from kit.embedded.redis import EmbeddedRedis
from kit.guard import ContextSigner
from kit.settings import Settings, child_environment
from migrations.logins import LOGINS
from migrations.prepare import login_dsn
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from tenants.access import for_system
from tenants.service.floors import floor_configuration
from tests.support.house import KEY, KEYS, PASSWORD, House, fresh_vault, make_template
from tests.support.sealed import opened_recording
from tests.support.site import NOW, Site, settle
from tests.telephony.asterisk_lab import CHECKOUT, LOOPBACK, Cable, install

DATABASE = "centre"
PROCESSES = ("web", "engine", "worker")
READY_WITHIN_S = 60.0
GENTLE = timedelta(seconds=15)
"""How long a process may take to end after SIGTERM; the attacks measure and demand less."""


class Plant:
    """Everything that a test may kill. Ports, folders and passwords stay the same over every restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.postgres = EmbeddedPostgres(folder / "postgres", port=free_port(), max_connections=80)
        self.redis = EmbeddedRedis(folder / "valkey", port=free_port(), durable=False)
        self.asterisk: LocalAsterisk
        self.phones: AsteriskPhones
        self.cable: Cable
        self.house: House
        self.site: Site
        self.secrets: dict[str, str] = {}
        """By seat: the password of its phone."""
        self.processes: dict[str, ChildProcess] = {}
        self._stack = AsyncExitStack()

    # ---------------------------------------------------------------------------------------------------- up and down

    async def start(self) -> None:
        """Bring everything up; what a failed start brought up is taken down again."""
        try:
            await asyncio.gather(self._start_databases(), self._start_phones())
            await self._settle()
            for name in PROCESSES:
                self.process(name)
            await asyncio.gather(*(self.launch(name) for name in PROCESSES))
            await until(self._knows_the_phones, 20, "Asterisk was told of the phones")
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End everything, last first."""
        await asyncio.gather(*(asyncio.to_thread(process.kill) for process in self.processes.values()))
        await self._stack.aclose()

    async def _start_databases(self) -> None:
        await asyncio.gather(asyncio.to_thread(self.postgres.start), asyncio.to_thread(self.redis.start))
        self._stack.push_async_callback(asyncio.to_thread, self.postgres.stop)
        self._stack.push_async_callback(asyncio.to_thread, self.redis.stop)
        admin = await asyncio.to_thread(self.postgres.create_database, DATABASE)
        await make_template(admin)  # it is this server's only database: no copy is needed
        dsns = {login: login_dsn(admin, login, PASSWORD) for login in LOGINS}
        signer = ContextSigner(kid=1, key=KEY)
        app, worker, sealer = (Database(dsns[f"gf_{name}"], signer, size=3) for name in ("app", "worker", "sealer"))
        fresh_vault()
        self.house = House(admin, app, worker, sealer, Database(dsns["gf_control"], size=3), dsns, signer)
        self._stack.push_async_callback(self.house.close)

    async def _start_phones(self) -> None:
        home = await asyncio.to_thread(install)
        self.asterisk = LocalAsterisk(home, self.folder / "asterisk")
        await self.asterisk.start()
        self._stack.push_async_callback(self.asterisk.stop)
        target = (self.asterisk.bind, self.asterisk.sip_port)
        self.phones = AsteriskPhones(home, self.folder / "outside", target=target)
        await self.phones.start()
        self._stack.push_async_callback(self.phones.close)
        self.cable = Cable(self.asterisk.http_port)
        await self.cable.plug_in()
        self._stack.push_async_callback(self.cable.cut)

    async def _knows_the_phones(self) -> bool:
        """The floor's inbox answers a little before Asterisk was told who may register."""
        known = await self.asterisk.console("pjsip show endpoints")
        return all(f"o-{seat}" in known for seat in self.secrets)

    async def _settle(self) -> None:
        tenants, connections = await settle(self.house)
        port = free_port()
        settings = Settings(
            app_dsn=SecretStr(self.house.dsns["gf_app"]), port=port, public_url=f"http://{LOOPBACK}:{port}",
            data_folder=self.data,
        )  # fmt: skip
        self.site = Site(settings.public_url, self.house, settings, tenants, connections)
        self._stack.push_async_callback(self.site.close)
        floor = await floor_configuration(self.house.control, self.house.app, "main", NOW)
        self.secrets = {desk.id: desk.secret for desk in floor.desks}

    # ------------------------------------------------------------------------------------------------------ processes

    async def heard(self, stored: Fact) -> Path:
        """The recording of a ``RecordingStored`` fact, opened."""
        place = self.data / "recordings" / stored.data["key"]
        return await opened_recording(self.house.app, for_system(stored.tenant_id, "tests"), place)

    def environment(self, **changes: str) -> dict[str, str]:
        """The environment that a process is started with."""
        dsns = {
            f"GF_{name.upper()}_DSN": self.house.dsns[f"gf_{name}"] for name in ("app", "worker", "sealer", "control")
        }
        engine = self.asterisk
        ours = {
            **KEYS, "REDIS_URL": self.redis.url,
            "GF_PHONES": "asterisk", "GF_DATA_FOLDER": str(self.data), "GF_PORT": str(self.site.settings.port),
            "GF_PUBLIC_URL": self.site.url, "GF_ALLOW_PRIVATE_WEBHOOKS": "true", "GF_SECURE_COOKIES": "false",
            "ARI_URL": urlsplit(engine.ari_url)._replace(netloc=f"{LOOPBACK}:{self.cable.port}").geturl(),
            "ARI_USER": engine.ari_user, "ARI_PASSWORD": engine.ari_password, "GF_CEL_PATH": str(engine.cel_path),
            "GF_ENGINE_RECORDINGS": str(engine.recordings_folder), "GF_MEDIA_ADDRESS": engine.bind,
            "GF_PHONE_WS_URL": f"ws://{engine.bind}:{engine.http_port}/ws",
            "GF_SPEECH_COMMAND": str(engine.home / "bin" / "espeak-ng"),
        }  # fmt: skip
        return child_environment({**dsns, **ours, **changes})

    def process(self, name: str, log: str = "", **changes: str) -> ChildProcess:
        """Describe one of the processes; its log goes on where an earlier one of the name ended."""
        made = ChildProcess(
            name, [sys.executable, "-m", "app.start", name], log=self.log(log or name),
            env=self.environment(**changes), folder=CHECKOUT, patience=GENTLE,
        )  # fmt: skip
        self.processes[log or name] = made
        return made

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    async def launch(self, name: str) -> float:
        """Start a process and wait until it does its work; return the seconds that this took."""
        process, began = self.processes[name], time.monotonic()
        before = process.log.stat().st_size if process.log.exists() else 0
        await asyncio.to_thread(process.start)

        def worker_works() -> bool:
            return b"worker_ready" in process.log.read_bytes()[before:]

        ready = {"web": self.pages_answer, "engine": self.floor_answers, "worker": worker_works}[name]
        await asyncio.to_thread(process.wait_ready, ready, timedelta(seconds=READY_WITHIN_S))
        return time.monotonic() - began

    async def kill(self, name: str) -> None:
        """kill -9."""
        await asyncio.to_thread(self.processes[name].kill)

    async def end(self, name: str) -> tuple[int | None, float]:
        """SIGTERM; return the exit code and the seconds that it took."""
        began = time.monotonic()
        code = await asyncio.to_thread(self.processes[name].stop)
        return code, time.monotonic() - began

    async def heal(self) -> None:
        """Start whatever an earlier test that failed left dead, so that it fails alone."""
        await self.cable.plug_in()
        for server in (self.postgres, self.redis):
            if not server.running:
                await asyncio.to_thread(server.start)
        for name in PROCESSES:
            if not self.processes[name].running:
                await self.launch(name)

    async def refused(self, process: ChildProcess, within_s: float = 30) -> str:
        """Start a process that must refuse to run, and return what it said."""
        before = process.log.stat().st_size if process.log.exists() else 0
        await asyncio.to_thread(process.start)
        code = await asyncio.to_thread(process.wait, timedelta(seconds=within_s))
        said = process.log.read_text(encoding="utf-8")[before:]
        assert code == 1, f"exit code {code}: {said}"
        assert "Traceback" not in said, said
        return said

    def pages_answer(self) -> bool:
        return self._answers("/readyz")

    def floor_answers(self) -> bool:
        """Whether the floor takes calls: its process answers and is connected to Asterisk."""
        return self._answers("/readyz?floor=1")

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.site.url + path, timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


async def until(holds: Callable[[], object], within_s: float, what: str = "") -> float:
    """Wait until something is so (a function or an async one); return the seconds that it took, or fail."""
    began = time.monotonic()
    while True:
        found = holds()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return time.monotonic() - began
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what or holds}")
        await asyncio.sleep(0.05)


@asynccontextmanager
async def running_plant(folder: Path) -> AsyncIterator[Plant]:
    plant = Plant(folder)
    await plant.start()
    try:
        yield plant
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(plant.close(), 60)
