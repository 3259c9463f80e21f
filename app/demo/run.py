"""Bring the demo up, say how to use it, keep it running, and take it down again without a trace."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from rich.console import Console

from app.demo import people, servers
from app.demo.care import Ward, look_after
from app.demo.children import PROCESSES, Children, process_settings
from app.demo.client_system import ClientSystem
from app.demo.place import Place
from app.demo.servers import Servers
from app.demo.steps import Progress, in_thread
from app.demo.tell import facts, ports, show
from app.demo.traffic import Traffic
from app.demo.wish import Wish
from kit.embedded.machine import free_port, require_port
from kit.logs import configure
from kit.settings import Settings
from migrations.prepare import Prepared, prepare
from migrations.run import migrate
from telephony.simulator.remote import RemotePhones

log = structlog.get_logger()

CARRIER = "127.0.0.2"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def run(wish: Wish, settings: Settings, console: Console) -> None:
    """Run the demo until it is told to stop."""
    place = Place(wish.folder)
    say = Progress(console)
    stop = asyncio.Event()
    _stop_on_signals(stop, say)
    with place.locked():
        require_port("The portal", wish.port)
        place.log("demo").parent.mkdir(exist_ok=True)
        configure("demo", stream=place.log("demo").open("a", encoding="utf-8"))
        living = asyncio.create_task(Demo(wish, settings, say).live())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        living.cancel()
        (ended,) = await asyncio.gather(living, return_exceptions=True)
        if not stop.is_set() and ended is not None:
            raise ended
        if ended is not None and not isinstance(ended, asyncio.CancelledError):
            log.warning("stumbled_while_stopping", error=repr(ended))
        say(f"stopped; everything is kept in {place.folder}")
        for number in STOP_SIGNALS:  # a handler goes before the interpreter does, and a late Ctrl-C would kill it
            signal.signal(number, signal.SIG_IGN)


def _stop_on_signals(stop: asyncio.Event, say: Progress) -> None:
    """Take Ctrl-C and SIGTERM, also after the loop has closed (its own handlers would be gone by then)."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        say("still stopping; a few seconds more" if stop.is_set() else "stopping: traffic, processes, servers")
        stop.set()

    def taken(_number: int, _frame: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(asked)

    for number in STOP_SIGNALS:
        signal.signal(number, taken)


class Demo:
    """One demo, from its first step to its last."""

    def __init__(self, wish: Wish, settings: Settings, say: Progress) -> None:
        """Take what is wanted; nothing happens yet."""
        self._wish, self._settings, self._say = wish, settings, say
        self._place = Place(wish.folder)
        self._servers = Servers()
        self._simulated: RemotePhones | None = None
        self._traffic: Traffic | None = None
        self._wards: list[Ward] = []

    async def live(self) -> None:
        """Come up and look after everything until cancelled; on the way out everything is stopped, last first."""
        async with AsyncExitStack() as stack:
            await self._bring_up(stack)
            async with asyncio.TaskGroup() as care:
                for ward in self._wards:
                    care.create_task(look_after(ward, self._say))

    async def _bring_up(self, stack: AsyncExitStack) -> None:
        wish, say, place = self._wish, self._say, self._place
        stack.push_async_callback(self._servers.stop)
        prepared, environment = await self._start_servers(stack)
        systems = await stack.enter_async_context(_client_systems(wish.base))
        say("clients: two blueprints, people, keys")
        clients = await people.settle(prepared, place, systems)
        say("processes: web, engine, worker")
        children = Children(place, environment, wish.base)
        stack.push_async_callback(children.stop)
        await children.start()
        if wish.phones == "simulator":
            self._simulated = RemotePhones(int(environment["GF_SIMULATOR_PORT"]), CARRIER)
            await self._simulated.start()
            stack.push_async_callback(self._simulated.close)
        told = facts(wish, environment, clients, ports(self._servers, environment, systems))
        place.publish(told)
        stack.callback((place.folder / "demo.json").unlink, missing_ok=True)
        show(say.console, told)
        phones = self._simulated or self._servers.outside
        if wish.traffic and phones is not None:
            self._traffic = Traffic(phones, wish.base, clients, wish.seed)
            stack.push_async_callback(self._traffic.end)
            self._traffic.begin()
        self._wards = self._who_has_to_live(children)
        say.console.print(f"ready: {wish.base}", highlight=False, soft_wrap=True)

    async def _start_servers(self, stack: AsyncExitStack) -> tuple[Prepared, dict[str, str]]:
        wish, settings, made, say, place = self._wish, self._settings, self._servers, self._say, self._place
        on_asterisk, external = wish.phones == "asterisk", bool(settings.ari_url)
        installing = None
        if on_asterisk:
            get = servers.use_external_engine(place, settings, made, say) if external else None
            installing = asyncio.create_task(get or servers.install_phone_engine(place, settings, say))
            stack.push_async_callback(_given_up, installing)
        await servers.start_databases(place, settings, made, say)
        secrets = place.secrets()
        say("database: roles, guard, tables")
        prepared = await prepare(made.admin_dsn, secrets["logins"], bytes.fromhex(secrets["context_key"]))
        await migrate(prepared.dsns["gf_migrator"], today=datetime.now(UTC).date())
        home = None if installing is None else await installing
        if home is not None and not external:
            await servers.start_phone_engine(place, made, home, say)
        engine = servers.engine_settings(settings, made) if on_asterisk else {}
        if home is not None and wish.traffic:
            await self._start_outside(home, engine.get("GF_SIP_ADDRESS", ""))
        simulator_port = 0 if on_asterisk else free_port()
        return prepared, {**process_settings(wish, made, prepared, simulator_port), **engine}

    async def _start_outside(self, home: Path, target: str) -> None:
        if target:
            await servers.start_outside(self._place, self._servers, home, target, self._say)
        else:
            self._say("no traffic: GF_SIP_ADDRESS does not say where that Asterisk takes calls")

    # ------------------------------------------------------------------------------------------------ what has to live

    def _who_has_to_live(self, children: Children) -> list[Ward]:
        made, place = self._servers, self._place
        wards = [
            Ward(name, partial(_runs, children, name), partial(self._revive, children, name), str(place.log(name)))
            for name in PROCESSES
        ]
        for server in (made.postgres, made.redis):
            if server is not None:
                again = partial(in_thread, server.revive)
                wards.append(Ward(server.name, partial(getattr, server, "running"), again, str(server.log)))
        if made.asterisk is not None:
            engine = made.asterisk
            wards.append(
                Ward("Asterisk", lambda: engine.running, self._revive_engine, str(engine.folder / "log/messages"))
            )
        if made.outside is not None:
            world = made.outside.process
            wards.append(
                Ward("the outside world", lambda: world.running, self._revive_outside, str(world.folder / "log/output"))
            )
        return wards

    async def _revive(self, children: Children, name: str) -> None:
        await children.start_again(name)
        if name == "engine" and self._simulated is not None:  # the simulated network lived in that process
            await self._simulated.close()
            await self._simulated.start()
            await self._play_again()

    async def _revive_engine(self) -> None:
        if self._servers.asterisk is not None:
            await self._servers.asterisk.kill()
            await self._servers.asterisk.start()
            await self._play_again()

    async def _revive_outside(self) -> None:
        if self._servers.outside is not None:
            await self._servers.outside.process.kill()
            await self._servers.outside.process.start()
            await self._play_again()

    async def _play_again(self) -> None:
        if self._traffic is not None:
            await self._traffic.again()


def _runs(children: Children, name: str) -> bool:
    return children.processes[name].running


async def _given_up(task: asyncio.Task[Path | None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _client_systems(base: str) -> AsyncIterator[dict[str, ClientSystem]]:
    systems = {code: ClientSystem(code, base) for code in people.BLUEPRINTS}
    try:
        for system in systems.values():
            await system.start()
        yield systems
    finally:
        for system in systems.values():
            await system.close()
