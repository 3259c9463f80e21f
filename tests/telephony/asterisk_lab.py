"""Two real Asterisks: the engine under test, behind a connection that can be cut, and the phones outside."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from telephony.asterisk.adapter import AsteriskEngine
from telephony.asterisk.local import LocalAsterisk
from telephony.asterisk.phones import AsteriskPhones
from telephony.phones import Systems

CHECKOUT = Path(__file__).parents[2]
HOME = CHECKOUT / ".glassfloor" / "phone-engine"
LOOPBACK = "127.0.0.1"


def install() -> Path:
    """Have the phone engine installed, which does nothing when it is; fails with the installer's own words."""
    command = [sys.executable, str(CHECKOUT / "scripts" / "phone-engine"), "install"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"no phone engine: {done.stdout}{done.stderr}"
    return HOME


class Cable:
    """A TCP connection to the engine's ARI that can be cut."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self._target = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def plug_in(self) -> None:
        """Carry connections, at the same port as the first time; harmless when plugged in."""
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._carry, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse new connections and break the ones that are open."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._target)
        except ConnectionError:  # the engine is down: who calls it finds that out
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._writers -= {writer, far_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


class AsteriskLab:
    """One per test worker; each test connects an engine of its own to it."""

    carrier_address = "127.0.0.2"

    def __init__(self, folder: Path, keys: str = "rfc4733") -> None:
        """``keys``: how the phones press (:class:`AsteriskPhones`)."""
        home, self._keys = install(), keys
        self.asterisk = LocalAsterisk(home, folder / "engine")
        self._home = home
        self._folder = folder
        self._cable: Cable | None = None
        self.phones: Systems
        self._outside: AsteriskPhones

    async def __aenter__(self) -> Self:
        await self.asterisk.start()
        target = (self.asterisk.bind, self.asterisk.sip_port)
        phones = AsteriskPhones(self._home, self._folder / "phones", target=target, keys=self._keys)
        self.phones = self._outside = phones
        await phones.start()
        self.carrier_address = f"{self.carrier_address}:{phones.process.sip_port}"
        self._cable = Cable(self.asterisk.http_port)
        await self._cable.plug_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.phones.close()
        await self.cut()
        await self.asterisk.stop()

    def engine(self) -> AsteriskEngine:
        """Connect by way of the cable, otherwise as ``AsteriskEngine.of`` does."""
        assert self._cable is not None
        parts = urlsplit(self.asterisk.ari_url)
        return AsteriskEngine(
            parts._replace(netloc=f"{LOOPBACK}:{self._cable.port}").geturl(),
            self.asterisk.ari_user,
            self.asterisk.ari_password,
            recordings_folder=self.asterisk.recordings_folder,
            cel_path=self.asterisk.cel_path,
            media_address=self.asterisk.bind,
        )

    async def pass_time(self, by: timedelta) -> None:
        await asyncio.sleep(by.total_seconds())

    async def cut(self) -> None:
        if self._cable is not None:
            await self._cable.cut()

    async def restore(self) -> None:
        assert self._cable is not None
        await self._cable.plug_in()

    async def silence(self, endpoint: str) -> None:
        """Stop the phones' whole process: ``endpoint`` is one of them."""
        del endpoint
        os.kill(self._outside.process.pid, signal.SIGSTOP)

    async def hear(self, endpoint: str) -> None:
        del endpoint
        os.kill(self._outside.process.pid, signal.SIGCONT)

    async def kill(self) -> None:
        await self.asterisk.kill()

    async def revive(self) -> None:
        await self.asterisk.start()

    async def is_empty(self) -> bool:
        bridges = (await self.asterisk.console("bridge show all")).splitlines()[1:]
        channels = await self.asterisk.console("core show channels concise")
        return not channels.strip() and not any(line.strip() for line in bridges)
