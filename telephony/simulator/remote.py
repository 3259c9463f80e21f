"""The simulated network's other end from another process: JSON lines over a loopback TCP port.

The process that owns the network starts a ``simulator.control.ControlServer``; another one uses it as its
``telephony.phones.Phones`` by :class:`RemotePhones`. One request a line, ``{"id": 7, "do": "dial", "of": "", "with":
{...}}``, answered in any order by ``{"id": 7, "done": value}`` or ``{"id": 7, "failed": kind, "because": text}``.
Durations are milliseconds.
Loopback only and without a password: whoever may run programs here may also use the simulated phones.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

from telephony.port import Cause
from telephony.simulator.network import RegistrationRefused

_LOOPBACK = "127.0.0.1"
_FAILURES: dict[str, type[Exception]] = {
    "TimeoutError": TimeoutError,
    "RegistrationRefused": RegistrationRefused,
    "KeyError": KeyError,
    "ValueError": ValueError,
}
_MILLISECOND = timedelta(milliseconds=1)


class RemotePhones:
    """``telephony.phones.Phones`` over a control server. Calls raise ``ConnectionError`` when it is gone."""

    def __init__(self, port: int, address: str = "") -> None:
        """``address``: the carrier's, empty for the first trunk that there is."""
        self._port = port
        self._address = address
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._last = 0

    async def start(self) -> None:
        """Connect. Raises ``ConnectionError`` when nobody listens."""
        reader, self._writer = await asyncio.open_connection(_LOOPBACK, self._port)
        self._reading = asyncio.create_task(self._read(reader))
        await self.ask("start", address=self._address)

    async def close(self) -> None:
        """Disconnect; the other side hangs everything up. Harmless when it is closed."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None

    async def dial(self, number: str, caller: str) -> RemoteConversation:
        """Call ``number`` from the carrier as ``caller`` (empty: withheld)."""
        return RemoteConversation(self, await self.ask("dial", number=number, caller=caller))

    async def register(self, endpoint: str, secret: str) -> RemotePhone:
        """Register a phone. Raises ``RegistrationRefused``."""
        return RemotePhone(self, await self.ask("register", endpoint=endpoint, secret=secret))

    async def outside(self, number: str) -> RemotePhone:
        """Return the subscriber whom the carrier rings for ``number``."""
        return RemotePhone(self, await self.ask("outside", number=number))

    async def ask(self, do: str, of: str = "", **detail: object) -> Any:  # noqa: ANN401 - the wire's values are JSON
        """Send a request and wait for its answer; raises what the other side raised."""
        if self._writer is None or self._reading is None or self._reading.done():
            raise ConnectionError("not connected to the simulated network")
        self._last += 1
        answer = self._waiting[self._last] = asyncio.get_running_loop().create_future()
        request = {"id": self._last, "do": do, "of": of, "with": detail}
        self._writer.write(json.dumps(request).encode() + b"\n")
        return await answer

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the simulated network is gone"))
            self._waiting.clear()

    def _take(self, message: dict[str, Any]) -> None:
        answer = self._waiting.pop(message["id"])
        if answer.done():
            return
        if "failed" in message:
            answer.set_exception(_FAILURES[message["failed"]](message["because"]))
        else:
            answer.set_result(message["done"])


class RemoteConversation:
    """``telephony.phones.Conversation`` in the other process."""

    def __init__(self, phones: RemotePhones, described: dict[str, str]) -> None:
        self._phones = phones
        self._name = described["name"]
        self.caller_name = described["caller_name"]
        self.caller_number = described["caller_number"]

    async def answer(self) -> None:
        """Answer a ringing call; harmless when it no longer rings."""
        await self._phones.ask("answer", self._name)

    async def reject(self, cause: Cause) -> None:
        """Refuse a ringing call; harmless when it no longer rings."""
        await self._phones.ask("reject", self._name, cause=cause)

    async def refuse(self, status: int) -> None:
        """Refuse a ringing call with a SIP status; harmless when it no longer rings."""
        await self._phones.ask("refuse", self._name, status=status)

    async def header(self, name: str) -> str:
        """Return a header of the INVITE that rang; empty when it had none."""
        return str(await self._phones.ask("header", self._name, name=name))

    async def answered(self, within: timedelta) -> None:
        """Wait until the far end answered; raises ``TimeoutError``."""
        await self._phones.ask("answered", self._name, within=within / _MILLISECOND)

    async def press(self, digits: str) -> None:
        """Press keys one after the other."""
        await self._phones.ask("press", self._name, digits=digits)

    async def keys(self, count: int, within: timedelta) -> str:
        """Return the keys that arrived so far, once there are ``count`` of them; raises ``TimeoutError``."""
        return str(await self._phones.ask("keys", self._name, count=count, within=within / _MILLISECOND))

    async def hold(self) -> None:
        """Put the far end on hold; harmless when it is."""
        await self._phones.ask("hold", self._name)

    async def resume(self) -> None:
        """Take the far end back; harmless when it is not on hold."""
        await self._phones.ask("resume", self._name)

    async def play(self, hertz: int | None) -> None:
        """Speak as a steady tone from now on; ``None`` is silence."""
        await self._phones.ask("play", self._name, hertz=hertz)

    async def hears(self, during: timedelta) -> frozenset[int]:
        """Listen for a while and return the tones that were heard."""
        return frozenset(await self._phones.ask("hears", self._name, during=during / _MILLISECOND))

    async def hang_up(self) -> None:
        """End the call from this side; harmless when it has ended."""
        await self._phones.ask("hang_up", self._name)

    async def ended(self, within: timedelta) -> Cause:
        """Wait until the call is over, from whichever side; raises ``TimeoutError``."""
        return Cause(await self._phones.ask("ended", self._name, within=within / _MILLISECOND))


class RemotePhone:
    """``telephony.phones.Phone`` in the other process."""

    def __init__(self, phones: RemotePhones, name: str) -> None:
        self._phones = phones
        self._name = name

    async def incoming(self, within: timedelta) -> RemoteConversation:
        """Return the next call that rings here; raises ``TimeoutError``."""
        answer = await self._phones.ask("incoming", self._name, within=within / _MILLISECOND)
        return RemoteConversation(self._phones, answer)

    async def unregister(self) -> None:
        """Say goodbye."""
        await self._phones.ask("unregister", self._name)
