"""ClamAV's daemon as a scanner: INSTREAM over a unix socket or TCP (clamd(8), "COMMANDS").

Its own limits must not be below ours: with ``StreamMaxLength`` too small nothing is ever found clean, and without
``AlertExceedsMax`` it passes what it did not look at (docs/work-orders-files.md).
"""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from kit.scanning.port import BOMB, ENCRYPTED, MALWARE, Content, ScannerAway, Verdict

ANSWERS_WITHIN_S = 30.0
"""So long it may take to accept, to read a chunk, and to answer."""
_CHUNK = 64 * 1024
_LONGEST = 4096
_REASONS = {"Heuristics.Encrypted": ENCRYPTED, "Heuristics.Limits.Exceeded": BOMB}


class Clamd:
    """A daemon at ``unix:/path/of/its.socket`` or ``tcp://host:port``."""

    def __init__(self, address: str, answers_within_s: float = ANSWERS_WITHIN_S) -> None:
        """Take its address. Raises ``ValueError``; nothing is asked yet."""
        parts = urlsplit(address)
        if parts.scheme == "unix" and parts.path:
            self._unix, self._place = parts.path, ("", 0)
        elif parts.scheme == "tcp" and parts.hostname and parts.port:
            self._unix, self._place = "", (parts.hostname, parts.port)
        else:
            raise ValueError(f"{address!r} is neither unix:/path nor tcp://host:port")
        self._within = answers_within_s

    def name(self) -> str:
        """Return what it says of itself: version, and of which day its signatures are."""
        with self._connected() as to:
            to.sendall(b"zVERSION\0")
            return _answer(to)

    def scan(self, content: Content) -> Verdict:
        """Send the file, and return what was found."""
        with self._connected() as to:
            try:
                to.sendall(b"zINSTREAM\0")
                for chunk in content.read(0, content.size):
                    to.sendall(struct.pack(">I", len(chunk)) + chunk)
                to.sendall(struct.pack(">I", 0))
            except TimeoutError as error:
                raise ScannerAway("clamd takes nothing more") from error
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has said why before it hung up
            return _verdict(_answer(to))

    def _connected(self) -> socket.socket:
        try:
            return self._unix_socket() if self._unix else socket.create_connection(self._place, self._within)
        except OSError as error:
            raise ScannerAway(f"clamd: {error}") from error

    def _unix_socket(self) -> socket.socket:
        to = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        to.settimeout(self._within)
        try:
            to.connect(self._unix)
        except OSError:
            to.close()
            raise
        return to


def _answer(of: socket.socket) -> str:
    """Return its line, which ends with a zero. Raises :class:`ScannerAway`."""
    told = b""
    try:
        while b"\0" not in told and len(told) < _LONGEST and (part := of.recv(_LONGEST)):
            told += part
    except OSError as error:
        raise ScannerAway(f"clamd: {error}") from error
    if not told.endswith(b"\0"):
        raise ScannerAway("clamd hung up")
    return told[:-1].decode("utf-8", "replace")


def _verdict(line: str) -> Verdict:
    """Read ``stream: OK`` or ``stream: NAME FOUND``; anything else is no answer."""
    told = line.removeprefix("stream: ")
    if told == "OK":
        return Verdict()
    if told.endswith(" FOUND"):
        found = told.removesuffix(" FOUND")
        return Verdict(next((why for mark, why in _REASONS.items() if found.startswith(mark)), MALWARE), found)
    raise ScannerAway(f"clamd: {line}")
