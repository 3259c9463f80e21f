"""The process that owns the simulated network serves its phones to others: the other end of ``simulator.remote``.

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
    from telephony.simulator.phones import SimulatorConversation, SimulatorPhone, Subscriber

_LOOPBACK = "127.0.0.1"
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
        self._registered: dict[str, SimulatorPhone | Subscriber] = {}
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
                return self._keep_phone(await self._phones.register(detail["endpoint"], detail["secret"]))
            case "outside":
                return self._keep_phone(await self._phones.outside(detail["number"]))
            case "unregister":
                await self._registered[whose].unregister()
            case "incoming":
                return self._keep(await self._registered[whose].incoming(detail["within"] * _MILLISECOND))
            case _:
                return await self._converse(what, self._conversations[whose], detail)
        return None

    async def _converse(self, what: str, conversation: SimulatorConversation, detail: dict[str, Any]) -> object:
        """Do what takes plain values; the rest is :meth:`_wait_for`."""
        match what:
            case "answer" | "hang_up" | "hold" | "resume" | "press" | "play" | "refuse" | "header":
                return await getattr(conversation, what)(**detail)
            case "reject":
                await conversation.reject(Cause(detail["cause"]))
            case _:
                return await self._wait_for(what, conversation, detail)
        return None

    async def _wait_for(self, what: str, conversation: SimulatorConversation, detail: dict[str, Any]) -> object:
        within = detail.get("within", 0) * _MILLISECOND
        match what:
            case "answered":
                await conversation.answered(within)
            case "ended":
                return await conversation.ended(within)
            case "keys":
                return await conversation.keys(detail["count"], within)
            case "hears":
                return sorted(await conversation.hears(detail["during"] * _MILLISECOND))
            case _:
                raise ValueError(f"unknown request {what}")
        return None

    def _keep_phone(self, phone: SimulatorPhone | Subscriber) -> str:
        name = f"phone-{len(self._registered)}"
        self._registered[name] = phone
        return name

    def _keep(self, conversation: SimulatorConversation) -> dict[str, str]:
        name = f"conversation-{next(self._numbers)}"
        self._conversations[name] = conversation
        if len(self._conversations) > _REMEMBERED:
            self._conversations = {each: kept for each, kept in self._conversations.items() if not kept.over}
        return {"name": name, "caller_name": conversation.caller_name, "caller_number": conversation.caller_number}
