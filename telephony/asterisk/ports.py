"""Port blocks for engines on this machine: any number of them start side by side without a race for ports.

A block is held by a locked file in the temporary folder; the kernel drops the lock with its process, so a killed engine
never keeps one. All ports lie below Linux's ephemeral range (32768), whose sockets would take them now and then.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import NamedTuple

FIRST_PORT = 10_000
BLOCK = 400
"""SIP, HTTP and 390 for RTP and RTCP: 195 legs."""
BLOCKS = 56


class PortTaken(OSError):
    """A port that the engine was told to use belongs to another process."""


class PortBlock(NamedTuple):
    """A block of ports and the open file whose lock holds it."""

    first: int
    lock: int

    @property
    def sip(self) -> int:
        """UDP and TCP."""
        return self.first

    @property
    def sip_tls(self) -> int:
        """TCP; the next one too."""
        return self.first + 2

    @property
    def http(self) -> int:
        """TCP."""
        return self.first + 1

    @property
    def rtp(self) -> tuple[int, int]:
        """First and last port of the media range."""
        return self.first + 10, self.first + BLOCK - 1

    def release(self) -> None:
        """Give the block back."""
        os.close(self.lock)


def is_free(kind: socket.SocketKind, address: str, port: int) -> bool:
    """Whether ``address:port`` can be bound now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def require_free(kind: socket.SocketKind, address: str, port: int) -> None:
    """Raise :class:`PortTaken`, naming the port, when it cannot be bound."""
    if not is_free(kind, address, port):
        word = "TCP" if kind is socket.SOCK_STREAM else "UDP"
        raise PortTaken(f"{word} port {port} of {address} is in use by another process")


def claim_block(addresses: tuple[str, ...]) -> PortBlock:
    """Take a block that no engine holds and whose SIP and HTTP ports are free at all ``addresses``."""
    folder = Path(tempfile.gettempdir()) / f"glassfloor-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(BLOCKS):
        lock = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        block = PortBlock(FIRST_PORT + number * BLOCK, lock)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        if all(
            is_free(socket.SOCK_DGRAM, address, block.sip) and is_free(socket.SOCK_STREAM, address, block.http)
            for address in addresses
        ):
            return block
        os.close(lock)
    raise PortTaken(f"all {BLOCKS} port blocks from {FIRST_PORT} on are in use")
