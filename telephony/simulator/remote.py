"""The simulated network's other end from another process: JSON lines over a loopback TCP port.

The process that owns the network starts a :class:`ControlServer`; another one uses :class:`RemotePhones` as its
``telephony.phones.Phones``. One request a line, ``{"id": 7, "do": "dial", "of": "", "with": {...}}``, answered in any
order by ``{"id": 7, "done": value}`` or ``{"id": 7, "failed": kind, "because": text}``. Durations are milliseconds.
Loopback only and without a password: whoever may run programs here may also use the simulated phones.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telephony.port import Cause
from telephony.simulator.network import RegistrationRefused
from telephony.simulator.phones import SimulatorPhones

if TYPE_CHECKING:
    from telephony.simulator.network import SimulatedNetwork
    from telephony.simulator.phones import SimulatorConversation, SimulatorPhone

_LOOPBACK = "127.0.0.1"
_FAILURES: dict[str, type[Exception]] = {
    "TimeoutError": TimeoutError,
    "RegistrationRefused": RegistrationRefused,
    "KeyError": KeyError,
    "ValueError": ValueError,
}
_REMEMBERED = 1000
"""Conversations of one visitor; beyond it those that have ended are forgotten."""
_MILLISECOND = timedelta(milliseconds=1)


class ControlServer:
    """Lets other processes of this machine use the network's phones. ``port`` 0 takes a free one."""

    def __init__(self, network: SimulatedNetwork, port: int = 0) -> None:
        self.port = port
        self._network = network
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; :attr:`port` is true from now on. Raises ``OSError`` when the port is taken."""
        self._server = await asyncio.start_server(self._visit, _LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and hang up what the visitors left."""
        if self._server is not None:
            self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._visits.add(task)
            task.add_done_callback(self._visits.discard)
        visitor = _Visitor(self._network, writer)
        with suppress(asyncio.CancelledError, ConnectionError):
            while line := await reader.readline():
                visitor.hear(line)
        await visitor.leave()
        writer.close()


class _Visitor:
    """One connection: its phones and conversations, all gone when it leaves."""

    def __init__(self, network: SimulatedNetwork, writer: asyncio.StreamWriter) -> None:
        self._network = network
        self._writer = writer
        self._phones = SimulatorPhones(network)
        self._registered: dict[str, SimulatorPhone] = {}
        self._conversations: dict[str, SimulatorConversation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._numbers = itertools.count()

    def hear(self, line: bytes) -> None:
        """Take a request; requests run side by side."""
        task = asyncio.create_task(self._serve(json.loads(line)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def leave(self) -> None:
        """Hang everything up."""
        for task in self._tasks:
            task.cancel()
        await self._phones.close()

    async def _serve(self, request: dict[str, Any]) -> None:
        answer: dict[str, Any] = {"id": request["id"]}
        try:
            answer["done"] = await self._do(request["do"], request.get("of", ""), request.get("with", {}))
        except (TimeoutError, RegistrationRefused, KeyError, ValueError) as failure:
            answer |= {"failed": type(failure).__name__, "because": str(failure)}
        self._writer.write(json.dumps(answer).encode() + b"\n")
        with suppress(ConnectionError):
            await self._writer.drain()

    async def _do(self, what: str, whose: str, detail: dict[str, Any]) -> object:
        match what:
            case "start":
                self._phones = SimulatorPhones(self._network, detail["address"])
            case "dial":
                return self._keep(await self._phones.dial(detail["number"], detail["caller"]))
            case "register":
                name = f"phone-{len(self._registered)}"
                self._registered[name] = await self._phones.register(detail["endpoint"], detail["secret"])
                return name
            case "unregister":
                await self._registered[whose].unregister()
            case "incoming":
                return self._keep(await self._registered[whose].incoming(detail["within"] * _MILLISECOND))
            case _:
                return await self._converse(what, self._conversations[whose], detail)
        return None

    async def _converse(self, what: str, conversation: SimulatorConversation, detail: dict[str, Any]) -> object:
        match what:
            case "answer":
                await conversation.answer()
            case "reject":
                await conversation.reject(Cause(detail["cause"]))
            case "answered":
                await conversation.answered(detail["within"] * _MILLISECOND)
            case "press":
                await conversation.press(detail["digits"])
            case "play":
                await conversation.play(detail["hertz"])
            case "hears":
                return sorted(await conversation.hears(detail["during"] * _MILLISECOND))
            case "hang_up":
                await conversation.hang_up()
            case "ended":
                return await conversation.ended(detail["within"] * _MILLISECOND)
            case _:
                raise ValueError(f"unknown request {what}")
        return None

    def _keep(self, conversation: SimulatorConversation) -> dict[str, str]:
        name = f"conversation-{next(self._numbers)}"
        self._conversations[name] = conversation
        if len(self._conversations) > _REMEMBERED:
            self._conversations = {each: kept for each, kept in self._conversations.items() if not kept.over}
        return {"name": name, "caller_name": conversation.caller_name, "caller_number": conversation.caller_number}


class RemotePhones:
    """``telephony.phones.Phones`` over a :class:`ControlServer`. Calls raise ``ConnectionError`` when it is gone."""

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

    async def answered(self, within: timedelta) -> None:
        """Wait until the far end answered; raises ``TimeoutError``."""
        await self._phones.ask("answered", self._name, within=within / _MILLISECOND)

    async def press(self, digits: str) -> None:
        """Press keys one after the other."""
        await self._phones.ask("press", self._name, digits=digits)

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
