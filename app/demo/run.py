"""Bring the demo up, say how to use it, keep it running, and take it down again without a trace."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from rich.console import Console

from app.demo import people, servers
from app.demo.children import Children, process_settings
from app.demo.client_system import ClientSystem
from app.demo.people import Clients
from app.demo.place import Place
from app.demo.servers import Servers
from app.demo.tell import facts, show
from app.demo.traffic import DeskUser, Mix, call_in, work_as_agent
from app.demo.wish import Wish
from kit.embedded.machine import free_port, require_port
from kit.logs import configure
from kit.settings import Settings
from migrations.prepare import prepare
from migrations.run import migrate
from telephony.phones import Phones
from telephony.simulator.remote import RemotePhones

log = structlog.get_logger()


@dataclass
class Progress:
    """One line per step, with the seconds since the start."""

    console: Console
    began: float = field(default_factory=time.monotonic)

    def __call__(self, step: str) -> None:
        """Say what is being done."""
        self.console.print(f"[dim]{time.monotonic() - self.began:5.1f} s[/dim]  {step}", highlight=False)


async def run(wish: Wish, settings: Settings, console: Console) -> None:
    """Run the demo until it is told to stop."""
    place = Place(wish.folder)
    say = Progress(console)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with place.locked():
        require_port("The portal", wish.port)
        place.log("demo").parent.mkdir(exist_ok=True)
        configure("demo", stream=place.log("demo").open("a", encoding="utf-8"))
        starting = asyncio.create_task(_until_stopped(wish, settings, say, stop))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            say("stopping: traffic, processes, servers")
            starting.cancel()
        await asyncio.gather(starting, return_exceptions=stop.is_set())
        console.print("stopped; everything is kept in", str(place.folder), highlight=False)


async def _until_stopped(wish: Wish, settings: Settings, say: Progress, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        await _bring_up(wish, settings, say, stack)
        await stop.wait()


async def _bring_up(wish: Wish, settings: Settings, say: Progress, stack: AsyncExitStack) -> None:
    place = Place(wish.folder)
    made = Servers()
    stack.push_async_callback(made.stop)
    wants_asterisk = wish.phones == "asterisk" and not settings.ari_url
    installing = asyncio.create_task(servers.install_phone_engine(place, settings, say)) if wants_asterisk else None
    await servers.start_databases(place, settings, made, say)
    secrets = place.secrets()
    say("database: roles, guard, tables")
    prepared = await prepare(made.admin_dsn, secrets["logins"], bytes.fromhex(secrets["context_key"]))
    await migrate(prepared.dsns["gf_migrator"], today=datetime.now(UTC).date())
    if installing is not None:
        await servers.start_phone_engine(place, made, await installing, say)
    simulator_port = free_port() if wish.phones == "simulator" else 0
    systems = await stack.enter_async_context(_client_systems(wish.base))
    say("clients: two blueprints, people, keys")
    clients = await people.settle(prepared, place, systems)
    say("processes: web, engine, worker")
    environment = process_settings(wish, made, prepared, simulator_port)
    children = Children(place, environment, wish.base)
    stack.push_async_callback(children.stop)
    await children.start()
    phones: Phones | None = made.phones
    if wish.phones == "simulator":
        phones = RemotePhones(simulator_port, "127.0.0.2")
        await phones.start()
        stack.push_async_callback(phones.close)
    told = facts(wish, environment, clients)
    place.publish(told)
    stack.callback((place.folder / "demo.json").unlink, missing_ok=True)
    show(say.console, told)
    if wish.traffic and phones is not None:
        await stack.enter_async_context(_traffic(phones, wish.base, clients, wish.seed))
    say.console.print(f"ready: {wish.base}", highlight=False)


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


@asynccontextmanager
async def _traffic(phones: Phones, base: str, clients: Clients, seed: int) -> AsyncIterator[None]:
    rng = random.Random(seed)  # noqa: S311 - invented data
    mix = Mix()
    desks = [DeskUser(base, agent.email, clients.password) for agent in clients.scripted]
    tasks = [
        asyncio.create_task(
            _again(work_as_agent, phones, (agent.endpoint, agent.secret), desk, random.Random(rng.random()), mix)  # noqa: S311 - as above
        )
        for agent, desk in zip(clients.scripted, desks, strict=True)
    ]
    tasks += [
        asyncio.create_task(_again(call_in, phones, numbers, random.Random(rng.random()), mix))  # noqa: S311 - as above
        for numbers in clients.numbers.values()
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for desk in desks:
            await desk.close()


async def _again(role, *args) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002 - whatever the role takes
    """Play a role until cancelled; somebody who stumbles (a restarted process) begins again after a while."""
    while True:
        try:
            await role(*args)
        except Exception as error:  # noqa: BLE001 - traffic must go on, whatever went wrong in one role
            log.warning("traffic_stumbled", role=role.__name__, error=f"{type(error).__name__}: {error}"[:200])
            await asyncio.sleep(3)
