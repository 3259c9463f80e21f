"""Requests over connections that stay open: reuse, closed connections, chunked answers, time limits; on both loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from telephony.asterisk import wire
from telephony.asterisk.wire import Unanswered, Wire

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\n"
LAST = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
SILENT = b""


class Server:
    """Answers each connection's requests by its script; a connection whose script is over is closed."""

    def __init__(self, *scripts: list[bytes]) -> None:
        self.scripts = list(scripts)
        self.connections = 0
        self.asked: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self.scripts[self.connections]
        self.connections += 1
        for answer in script:
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self.asked.append(head + await reader.readexactly(int(length or 0)))
            if answer is SILENT:
                await reader.read()
            writer.write(answer)
        writer.close()


Story = Callable[[Wire], Coroutine[Any, Any, None]]


async def told(server: Server, story: Story) -> None:
    listening = await asyncio.start_server(server, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    asked = Wire(f"http://127.0.0.1:{port}/ari", {"Authorization": "Basic eA=="})
    try:
        await story(asked)
    finally:
        asked.close()
        listening.close()


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def tell(request: pytest.FixtureRequest) -> Callable[[Server, Story], None]:
    return lambda server, story: request.param(told(server, story))


def test_a_connection_serves_one_request_after_the_other(tell: Callable[[Server, Story], None]) -> None:
    server = Server([OK, CHUNKED, INTERIM + LAST], [OK])

    async def story(wire: Wire) -> None:
        assert await wire.ask("GET", "channels?a=%2B1") == (200, b"{}")
        assert await wire.ask("POST", "channels", b'{"x":1}') == (201, b"[1,2]")
        assert await wire.ask("DELETE", "channels/1") == (204, b"")
        assert await wire.ask("GET", "channels") == (200, b"{}")

    tell(server, story)
    assert server.connections == 2
    assert server.asked[0].startswith(b"GET /ari/channels?a=%2B1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert all(b"\r\nAuthorization: Basic eA==\r\n" in each for each in server.asked)
    assert server.asked[1].endswith(b'Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"x":1}')


def test_what_a_closed_connection_swallowed_is_asked_again_if_that_is_harmless(
    tell: Callable[[Server, Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server([OK, b"HTTP/1.1 200"], [OK, b"HTTP/1.1 200"], [b"nonsense\r\n\r\n"], [SILENT], [OK], [OK])

    async def story(asked: Wire) -> None:
        await asked.ask("GET", "one")
        assert await asked.ask("DELETE", "again") == (200, b"{}")
        with pytest.raises(Unanswered):
            await asked.ask("POST", "once", b"{}")
        with pytest.raises(Unanswered, match="no HTTP"):
            await asked.ask("GET", "nonsense")
        monkeypatch.setattr(wire, "WITHIN_S", 0.05)
        with pytest.raises(TimeoutError):
            await asked.ask("GET", "silent")
        monkeypatch.setattr(wire, "WITHIN_S", 5)
        both = await asyncio.gather(asked.ask("GET", "a"), asked.ask("GET", "b"))
        assert list(both) == [(200, b"{}")] * 2

    tell(server, story)
    assert [each.split()[1].decode() for each in server.asked[:6]] == [
        "/ari/one", "/ari/again", "/ari/again", "/ari/once", "/ari/nonsense", "/ari/silent",
    ]  # fmt: skip
