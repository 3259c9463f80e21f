"""The engine's own console, over its local socket: the few things that ARI cannot be asked.

The protocol is the one of ``asterisk -rx`` (``main/asterisk.c``, ``ast_remotecontrol``): the engine greets with one
line, takes a command that ends in NUL, and closes after ``cli quit after``.
"""

from __future__ import annotations

import asyncio
from pathlib import Path


async def ask(socket_path: Path, command: str) -> str:
    """Return the console's answer to ``command``. Raises ``OSError`` while the engine does not listen."""
    reader, writer = await asyncio.open_unix_connection(socket_path)
    try:
        await reader.readline()
        writer.write(f"cli quit after {command}".encode() + b"\0")
        await writer.drain()
        return (await reader.read(-1)).replace(b"\0", b"").decode(errors="replace")
    finally:
        writer.close()
