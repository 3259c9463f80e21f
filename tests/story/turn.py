"""A TURN server for the story: coturn, told what `docs/network.md` tells; and a browser that may use nothing else."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from kit.embedded.machine import free_port
from kit.turn import Ice

READY_WITHIN_S = 10.0
BINDING_REQUEST = b"\x00\x01\x00\x00\x21\x12\xa4\x42"
"""Its beginning: type, length and magic cookie (RFC 8489 5)."""
KEEP_CONNECTIONS = """
window.connections = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
PATHS = """
async () => {
  const found = [...await window.connections.at(-1).getStats()].map(([, each]) => each);
  const named = (id) => found.find((each) => each.id === id);
  const used = found.filter((each) => each.type === "candidate-pair" && each.nominated && each.state === "succeeded");
  const kinds = (candidates) => [...new Set(candidates.map((each) => each.candidateType))];
  return {
    used: kinds(used.map((pair) => named(pair.localCandidateId))),
    offered: kinds(found.filter((each) => each.type === "local-candidate")),
  };
}
"""


@asynccontextmanager
async def turn_server(folder: Path) -> AsyncIterator[Ice]:
    """Run one on loopback; gives the settings by which browser phones use it, and nothing else."""
    port, secret = free_port(), secrets.token_hex(16)
    options = {
        "listening-ip": "127.0.0.1", "relay-ip": "127.0.0.1", "listening-port": str(port), "realm": "centre.example",
        "static-auth-secret": secret, "userdb": str(folder / "turn.db"), "pidfile": str(folder / "turn.pid"),
        "log-file": str(folder / "turn.log"),
    }  # fmt: skip
    switches = ("use-auth-secret", "no-tls", "no-dtls", "no-cli", "allow-loopback-peers", "simple-log")
    words = [*(f"--{name}={value}" for name, value in options.items()), *(f"--{name}" for name in switches)]
    process = await asyncio.create_subprocess_exec(
        "/usr/bin/turnserver", "-n", *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(_answers(port), READY_WITHIN_S)
        yield Ice(turn=(f"turn:127.0.0.1:{port}?transport=udp",), secret=secret, relay_only=True)
    finally:
        process.kill()
        await process.wait()


async def _answers(port: int) -> None:
    """Return once it answers a request that anybody may send."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setblocking(False)
        asking.connect(("127.0.0.1", port))
        while True:
            try:
                await loop.sock_sendall(asking, BINDING_REQUEST + secrets.token_bytes(12))
                await asyncio.wait_for(loop.sock_recv(asking, 2048), 0.1)
            except (TimeoutError, ConnectionRefusedError):
                await asyncio.sleep(0.02)
            else:
                return


async def paths(page: Page) -> dict[str, Any]:
    """Return over which kinds of candidates the page's newest conversation goes, and which it had."""
    found: dict[str, Any] = await page.evaluate(PATHS)
    return found
