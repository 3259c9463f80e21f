"""The engine process: chooses the phone adapter and the voice, and lets the switchboard own the floor."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog

from app import reactions
from app.doorbell import Doorbell
from app.listening import figures
from app.speech import sounds_of, speaker_of
from app.wiring import Services, SettingMissing, contexts_of, open_services
from interactions.people import links
from ivr.service import SoundFiles
from ivr.silence import Silence
from kit.bus import Bus
from kit.embedded.machine import require_folder
from kit.errors import Unavailable
from kit.settings import EngineAccess, Settings
from switchboard.clock import SteadyClock
from switchboard.inbox import RELOAD, inbox_name
from switchboard.run import run_floor
from switchboard.services import FloorServices
from telephony.asterisk.adapter import AsteriskEngine
from telephony.nodes import Nodes
from telephony.port import Engine
from telephony.simulator.clock import WallClock
from telephony.simulator.control import ControlServer
from telephony.simulator.engine import SimulatorEngine
from telephony.simulator.network import SimulatedNetwork
from tenants.core.configuration import FloorConfiguration
from tenants.service.floors import FloorReader
from tenants.service.sounds import lay_out

RELOADED_WITHIN = timedelta(seconds=10)
LOOKS_EVERY = timedelta(minutes=5)
AGAIN_AFTER = timedelta(seconds=5)
"""So soon what could not be read is read again: a new client's number is nobody's until then."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Adapters:
    """The phone engine, and where it leaves recordings when we can see that."""

    engine: Callable[[], Engine]
    """Makes the adapter: an opened and closed one is not used again."""
    recordings: Path | None
    by_node: Mapping[str, Path] = field(default_factory=dict)
    """The same of each engine, where there are several."""


async def run_engine(settings: Settings) -> None:
    """Own the floor of ``settings.floor`` until SIGTERM.

    Raises ``FolderNotWritable`` and ``CannotListen`` before anything is touched.
    """
    folder = settings.data_folder.resolve()
    for needed in (folder, folder / "spool"):
        await asyncio.to_thread(require_folder, needed)
    with figures(settings.metrics_host, settings.metrics_port):
        await _own_floor(settings)


async def _own_floor(settings: Settings) -> None:
    async with open_services(settings) as services, _phones(settings) as adapters:
        doorbell = Doorbell(settings.redis_url.get_secret_value())
        reactions.install(services.bus, doorbell, contexts_of(services))
        follower = Follower(services.bus, settings.floor)
        following = [asyncio.create_task(each) for each in (follower.follow(), follower.look())]
        gc.freeze()  # what was imported stays: looking through it for garbage would hold up every call
        try:
            while await run_floor(_floor(settings, services, adapters)):
                log.info("floor_opened_anew")
        finally:
            for task in following:
                task.cancel()
            await doorbell.close()


class Follower:
    """Has the floor read its configuration again when a client's changed: that client's part of it.

    All of it after the bell was away or the floor did not answer, soon again until it did, and now and then: who rang
    may have found it away.
    """

    def __init__(self, bus: Bus, floor: str) -> None:
        """Follow for one floor."""
        self._bus, self._inbox = bus, inbox_name(floor)
        self._behind = asyncio.Event()

    async def follow(self) -> None:
        """Reload at each ring, until cancelled."""
        async for about in self._bus.heard(reactions.CONFIGURED):
            await self._reload(about)

    async def look(self) -> None:
        """Reload everything every :data:`LOOKS_EVERY`, :data:`AGAIN_AFTER` one that failed, until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_EVERY.total_seconds()):
                    await self._behind.wait()
                await asyncio.sleep(AGAIN_AFTER.total_seconds())
            await self._reload("")

    async def _reload(self, about: str) -> None:
        whole = self._behind.is_set() or not about
        command = {"command": RELOAD, "tenants": None if whole else [about]}
        try:
            answer = await self._bus.ask(self._inbox, command, RELOADED_WITHIN)
        except Unavailable as problem:  # not open yet, and then it reads the newest anyway; or stopping
            log.info("not_reloaded", reason=problem.detail)
            self._behind.set()
        else:
            if not answer["ok"]:
                self._behind.set()
            elif whole:
                self._behind.clear()


def _floor(settings: Settings, services: Services, adapters: Adapters) -> FloorServices:
    reader = FloorReader(services.control, services.plane, settings.floor)

    async def configuration(now: datetime, changed: frozenset[UUID] | None = None) -> FloorConfiguration:
        read = await reader.read(now, changed)
        await lay_out(services.plane, settings.data_folder.resolve(), read)
        return read

    return FloorServices(
        floor=settings.floor,
        control=services.control,
        plane=services.plane,
        engine=adapters.engine(),
        speaker=_voice(settings),
        configuration=configuration,
        serve=services.bus.serve,
        data_folder=settings.data_folder.resolve(),
        recordings=services.recordings,
        clock=SteadyClock(),
        engine_recordings=adapters.recordings,
        link_of=partial(links.address, services.signer, settings.public_url),
        node_recordings=adapters.by_node,
    )


def _voice(settings: Settings) -> SoundFiles:
    if settings.phones == "simulator":
        return Silence(sounds_of(settings))
    speaker = speaker_of(settings)
    if speaker is None:
        raise SettingMissing("GF_SPEECH_COMMAND")
    return speaker


@asynccontextmanager
async def _phones(settings: Settings) -> AsyncIterator[Adapters]:
    if settings.phones == "asterisk":
        yield _asterisk(settings)
        return
    folder = settings.data_folder.resolve() / "simulator"
    folder.mkdir(parents=True, exist_ok=True)
    network = SimulatedNetwork(WallClock(), folder)
    control = ControlServer(network, settings.simulator_port)
    await control.start()
    try:
        yield Adapters(lambda: SimulatorEngine(network), folder)
    finally:
        await control.close()


def _asterisk(settings: Settings) -> Adapters:
    if settings.engines:
        found = {name: access.recordings for name, access in settings.engines.items() if access.recordings}
        return Adapters(partial(_nodes, settings.engines), None, found)
    if not settings.ari_url:
        raise SettingMissing("ARI_URL")
    engine = partial(
        AsteriskEngine,
        settings.ari_url,
        settings.ari_user,
        settings.ari_password.get_secret_value(),
        recordings_folder=settings.engine_recordings,
        cel_path=settings.cel_path,
        media_address=settings.media_address,
        console_path=settings.ari_console,
    )
    if not settings.ari_name:
        return Adapters(engine, settings.engine_recordings)
    name = settings.ari_name
    found = {name: settings.engine_recordings} if settings.engine_recordings else {}
    return Adapters(lambda: Nodes({name: engine()}, {name: ""}), None, found)


def _nodes(engines: Mapping[str, EngineAccess]) -> Engine:
    """Return several Asterisks as one engine."""
    adapters = {
        name: AsteriskEngine(
            access.url, access.user, access.password.get_secret_value(), recordings_folder=access.recordings,
            cel_path=access.cel, media_address=access.media_address, console_path=access.console,
        )
        for name, access in engines.items()
    }  # fmt: skip
    return Nodes(adapters, {name: access.sip for name, access in engines.items()})
