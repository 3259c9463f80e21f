"""The engine's own console, over its local socket: the few things that ARI cannot be asked.

The protocol is the one of ``asterisk -rx`` (``main/asterisk.c``, ``ast_remotecontrol``): the engine greets with one
line, takes a command that ends in NUL, and closes after ``cli quit after``.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from pathlib import Path

WITHIN_S = 5
"""So long the engine may take to accept a connection."""


async def ask(socket_path: Path, command: str) -> str:
    """Return the console's answer to ``command``. Raises ``OSError`` while the engine does not listen."""
    reader, writer = await asyncio.open_unix_connection(sock=await asyncio.to_thread(_connect, socket_path))
    try:
        await reader.readline()
        writer.write(f"cli quit after {command}".encode() + b"\0")
        await writer.drain()
        return (await reader.read(-1)).replace(b"\0", b"").decode(errors="replace")
    finally:
        writer.close()


def _connect(socket_path: Path) -> socket.socket:
    """Wait for our turn: the engine lets two wait. A connect that may not wait fails then, and asyncio misses that."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", WITHIN_S, 0))
        made.connect(str(socket_path))
    except BaseException:
        made.close()
        raise
    made.setblocking(False)
    return made
