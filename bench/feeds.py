"""One uvicorn with four ways to send the same frames, and our real ``/live/feed``.

Run by ``bench.fanout`` as a process of its own. ``hub``, ``raw`` and ``json`` are sockets of this uvicorn without
sign-in; ``broadcast`` is a server of the ``websockets`` package on the same loop. ``drive`` sends so many ticks of one
side to everybody and says what that cost; the watchers count what arrives.
"""

import asyncio
import time
from typing import Any
from uuid import UUID

import uvicorn
from fastapi import FastAPI, WebSocket
from websockets.asyncio.server import ServerConnection, broadcast, serve

import live.endpoints
import live.feed
from app import problems
from app.web import at_ease
from bench.boards import board_of, events
from bench.children import obey, until
from bench.ground import wired
from journal.core.facts import Fact
from kit.embedded.machine import LOOPBACK, free_port
from kit.settings import Settings
from live.core import view
from live.core.apply import apply
from live.core.board import Board, Changes
from live.hub import Feed, Hub
from live.service import Watched
from live.sockets import EXTENSION, TransportProtocol, Watcher, text_frame
from tenants.access import for_system

NOBODY = UUID(int=0)


class Room:
    """What one bench tenant has: a board, and its watchers of each kind."""

    def __init__(self, seats: int) -> None:
        self.feed = Feed(None, None, Watched(for_system(NOBODY, "bench"), "bench", "UTC"))  # type: ignore[arg-type] # it never runs: the bench drives it
        self.feed._board = board_of(seats)  # noqa: SLF001 - the bench stands in for the journal
        self.seats = seats
        self.transports: set[asyncio.Transport] = set()
        self.connections: set[ServerConnection] = set()
        self.seq = self.board.seq

    @property
    def board(self) -> Board:
        """The board of the feed."""
        board = self.feed._board  # noqa: SLF001 - as above
        if board is None:
            raise RuntimeError("a room has a board")
        return board

    def next(self, count: int) -> list[Fact]:
        """Return the next facts about this tenant."""
        made = events(self.seq, self.seats, count)
        self.seq += count
        return made


class Rooms:
    """All sides, and what drives them."""

    def __init__(self) -> None:
        self.rooms: list[Room] = []
        self.sockets: list[tuple[int, WebSocket]] = []
        self._servers: list[Any] = []

    async def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        """Start, or drive a side."""
        if command["do"] == "start":
            return await self._start(command)
        if command["do"] == "bytes":
            room = self.rooms[0]
            return {"text": self._ready(room, room.next(command["events"])).decode()}
        side = {"hub": self._hub, "broadcast": self._broadcast, "raw": self._raw, "json": self._json}[command["side"]]
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(command["ticks"]):
            for number, room in enumerate(self.rooms):
                await side(number, room, room.next(command["events"]))
                await asyncio.sleep(0)
        await until(lambda: not self._unsent(), every_s=0.001)
        return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}

    async def _hub(self, _number: int, room: Room, facts: list[Fact]) -> None:
        changes = Changes()
        for fact in facts:
            changes.add(apply(room.board, fact))
        room.feed._publish(changes)  # noqa: SLF001 - what a feed does after it has read facts

    async def _broadcast(self, _number: int, room: Room, facts: list[Fact]) -> None:
        broadcast(room.connections, self._ready(room, facts).decode())

    async def _raw(self, _number: int, room: Room, facts: list[Fact]) -> None:
        frame = self._ready(room, facts, framed=True)
        for transport in room.transports:
            transport.write(frame)

    async def _json(self, number: int, room: Room, facts: list[Fact]) -> None:
        """Each event to each socket that belongs to the tenant, by FastAPI's own means."""
        for fact in facts:
            changed = view.delta(room.board, apply(room.board, fact))
            for tenant, socket in self.sockets:
                if tenant == number:
                    await socket.send_json({"t": "d", "seq": fact.seq, "d": changed})

    def _ready(self, room: Room, facts: list[Fact], *, framed: bool = False) -> bytes:
        """Return the bytes that the hub would send for these facts, made once and kept: the reference only sends."""
        kept = self.__dict__.setdefault("kept", {})
        if framed not in kept:
            changes = Changes()
            for fact in facts:
                changes.add(apply(room.board, fact))
            frame = room.feed._frame("d", d=view.delta(room.board, changes))  # noqa: SLF001 - the very same bytes
            head = next(at for at, byte in enumerate(frame) if byte == ord("{"))
            kept[framed] = frame if framed else frame[head:]
        made: bytes = kept[framed]
        return made

    def _unsent(self) -> bool:
        transports = [t for room in self.rooms for t in room.transports]
        transports += [c.transport for room in self.rooms for c in room.connections]
        return any(transport.get_write_buffer_size() for transport in transports if not transport.is_closing())

    async def _start(self, command: dict[str, Any]) -> dict[str, Any]:
        self.rooms = [Room(command["seats"]) for _ in range(command["tenants"])]
        if command["tick_s"]:
            live.feed.TICK_S = command["tick_s"]
        services = wired(command["wiring"], 16)
        app = self._app()
        app.state.control, app.state.plane, app.state.bus = services.control, services.plane, services.bus
        app.state.hub = Hub(services.plane, services.bus)
        app.state.settings = Settings(secure_cookies=False)
        port = free_port()
        config = uvicorn.Config(
            app, host=LOOPBACK, port=port, http="httptools", ws=TransportProtocol, ws_per_message_deflate=False,
            access_log=False, log_level="warning", lifespan="off", ws_ping_interval=None, backlog=2048,
        )  # fmt: skip
        at_ease()
        server = uvicorn.Server(config)
        self._servers.append(asyncio.create_task(server.serve()))
        plain = await serve(self._plain, LOOPBACK, 0, compression=None, ping_interval=None, backlog=2048)
        self._servers.append(plain)
        await until(lambda: server.started)
        return {"port": port, "broadcast_port": plain.sockets[0].getsockname()[1], "bytes": len(text_frame({}))}

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        problems.install(app)
        app.include_router(live.endpoints.router)

        @app.websocket("/hub/{number}")
        async def hub(socket: WebSocket, number: int) -> None:
            await socket.accept()
            watcher = Watcher(socket.scope["extensions"][EXTENSION])
            watchers = self.rooms[number].feed.watchers
            watchers.add(watcher)
            await _until_gone(socket)
            watchers.discard(watcher)

        @app.websocket("/raw/{number}")
        async def raw(socket: WebSocket, number: int) -> None:
            await socket.accept()
            transport = socket.scope["extensions"][EXTENSION].transport
            self.rooms[number].transports.add(transport)
            await _until_gone(socket)
            self.rooms[number].transports.discard(transport)

        @app.websocket("/json/{number}")
        async def json(socket: WebSocket, number: int) -> None:
            await socket.accept()
            self.sockets.append((number, socket))
            await _until_gone(socket)
            self.sockets.remove((number, socket))

        return app

    async def _plain(self, connection: ServerConnection) -> None:
        request = connection.request
        number = int(request.path.rpartition("/")[2]) if request is not None else 0
        self.rooms[number].connections.add(connection)
        await connection.wait_closed()
        self.rooms[number].connections.discard(connection)


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


if __name__ == "__main__":
    obey(Rooms())
