"""The scanner that needs nothing: it knows one signature, and looks into archives within bounds.

It finds the EICAR test file, also inside zip and gzip, and refuses archives that are encrypted, broken, or unpack to
more than it looks at. It knows no malware: docs/work-orders-files.md says what that means.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, cast

from kit.scanning.port import BOMB, ENCRYPTED, MALWARE, UNREADABLE, Content, Verdict

EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The test file of www.eicar.org, in two parts: this module must not be taken for it."""
_CHUNK = 64 * 1024
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_ENCRYPTED_BIT = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, gzip.BadGzipFile, ValueError)
"""How archives say that they cannot be unpacked."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far archives are looked into; what goes beyond is refused."""

    depth: int = 3
    """Archives in archives."""
    entries: int = 2000
    unpacked: int = 256 * 1024 * 1024
    """Bytes of everything inside together."""
    ratio: int = 200
    """Bytes inside for each byte of the file, once there are more than ``small`` of them."""
    small: int = 8 * 1024 * 1024
    nested: int = 32 * 1024 * 1024
    """Bytes of an archive inside another one: it is unpacked in memory."""


class _Found(Exception):
    def __init__(self, reason: str, found: str) -> None:
        super().__init__(reason)
        self.verdict = Verdict(reason, found)


class Embedded:
    """See the module."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Take other bounds than the usual ones."""
        self._bounds = bounds or Bounds()

    def name(self) -> str:
        """Return its name."""
        return "embedded"

    def scan(self, content: Content) -> Verdict:
        """Read the file, and what is in it."""
        try:
            _Look(self._bounds, content.size).file(content.file(), 0)
        except _Found as found:
            return found.verdict
        return Verdict()


class _Look:
    """One look at a file, and how much of what is inside was unpacked."""

    def __init__(self, bounds: Bounds, size: int) -> None:
        self._bounds, self._entries, self._unpacked = bounds, 0, 0
        self._most = min(bounds.unpacked, max(bounds.small, size * bounds.ratio))

    def file(self, file: IO[bytes], depth: int) -> None:
        """Look at a file that can be read from any place."""
        head = file.read(4)
        file.seek(0)
        _search(file)
        is_zip = zipfile.is_zipfile(file)
        file.seek(0)
        if not is_zip and not head.startswith((_GZIP, _ZIP)):
            return
        if depth == self._bounds.depth:
            raise _Found(BOMB, "archives in archives")
        try:
            if head.startswith(_GZIP):
                self._part(cast("IO[bytes]", gzip.GzipFile(fileobj=file)), depth)
            else:
                self._zip(file, depth)
        except _BROKEN as error:
            if head.startswith((_GZIP, _ZIP)):
                raise _Found(UNREADABLE, type(error).__name__) from error

    def _zip(self, file: IO[bytes], depth: int) -> None:
        with zipfile.ZipFile(file) as archive:
            self._entries += len(archive.filelist)
            if self._entries > self._bounds.entries:
                raise _Found(BOMB, "entries")
            for entry in archive.infolist():
                if entry.flag_bits & _ENCRYPTED_BIT:
                    raise _Found(ENCRYPTED, "zip")
                with archive.open(entry) as part:
                    self._part(part, depth)

    def _part(self, part: IO[bytes], depth: int) -> None:
        """Look at something inside; an archive is kept in memory, anything else passes by."""
        head = part.read(4)
        if not head.startswith((_GZIP, _ZIP)):
            _search(_Counted(part, head, self._count))
            self._count(len(head))
            return
        kept = io.BytesIO()
        kept.write(head)
        while chunk := part.read(_CHUNK):
            self._count(len(chunk))
            kept.write(chunk)
            if kept.tell() > self._bounds.nested:
                raise _Found(BOMB, "an archive inside")
        kept.seek(0)
        self.file(kept, depth + 1)

    def _count(self, octets: int) -> None:
        self._unpacked += octets
        if self._unpacked > self._most:
            raise _Found(BOMB, "unpacked")


class _Counted:
    """A part that was begun to be read; what is read of it is counted."""

    def __init__(self, part: IO[bytes], head: bytes, count: Callable[[int], None]) -> None:
        self._part, self._head, self._count = part, head, count

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        if self._head:
            head, self._head = self._head, b""
            return head
        chunk = self._part.read(size)
        self._count(len(chunk))
        return chunk


def _search(file: IO[bytes] | _Counted) -> None:
    """Look for the signature in all of a file, wherever its chunks end."""
    tail = b""
    while chunk := file.read(_CHUNK):
        if EICAR in tail + chunk:
            raise _Found(MALWARE, "EICAR-Test-File")
        tail = (tail + chunk)[-len(EICAR) + 1 :]
