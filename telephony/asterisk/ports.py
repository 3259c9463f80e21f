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
BLOCKS = 56
OWN = 10
"""SIP, HTTP and TLS; the others of an engine's block are for RTP and RTCP."""
LEGS = (BLOCK - OWN) // 2
"""So many phones can have sound at an engine with one block: the 196th gets no call through."""


class PortTaken(OSError):
    """A port that the engine was told to use belongs to another process."""


class PortBlock(NamedTuple):
    """Ports in a row, and the open files whose locks hold them: one for each :data:`BLOCK`."""

    first: int
    locks: tuple[int, ...]

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
        return self.first + OWN, self.first + BLOCK * len(self.locks) - 1

    def release(self) -> None:
        """Give the block back."""
        for lock in self.locks:
            os.close(lock)


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


def claim_block(addresses: tuple[str, ...], legs: int = LEGS) -> PortBlock:
    """Take ports for so many legs that no engine holds and whose SIP and HTTP ports are free at all ``addresses``."""
    folder = Path(tempfile.gettempdir()) / f"glassfloor-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    needed = -(-(legs * 2 + OWN) // BLOCK)
    for number in range(BLOCKS - needed + 1):
        locks = _locked([folder / str(each) for each in range(number, number + needed)])
        if not locks:
            continue
        block = PortBlock(FIRST_PORT + number * BLOCK, locks)
        if all(
            is_free(socket.SOCK_DGRAM, address, block.sip) and is_free(socket.SOCK_STREAM, address, block.http)
            for address in addresses
        ):
            return block
        block.release()
    raise PortTaken(f"no {needed} of the {BLOCKS} port blocks from {FIRST_PORT} on are free in a row")


def _locked(paths: list[Path]) -> tuple[int, ...]:
    """Lock all of them, or none."""
    locks: list[int] = []
    for path in paths:
        locks.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        try:
            fcntl.flock(locks[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            for lock in locks:
                os.close(lock)
            return ()
    return tuple(locks)
