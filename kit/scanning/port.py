"""What a scanner of files is: it reads a file, and says what it found. All of it blocks."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

MALWARE, ENCRYPTED, BOMB, UNREADABLE = "malware", "encrypted", "bomb", "unreadable"
"""Why a file is refused: something was found in it; it hides its content; it unpacks to more than anybody looks at;
it is an archive that cannot be looked into."""


class ScannerAway(Exception):
    """The scanner cannot be asked, or did not say what it found: the file is neither clean nor infected."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. ``reason``: empty for nothing; ``found``: the scanner's own name for it."""

    reason: str = ""
    found: str = ""

    @property
    def clean(self) -> bool:
        """Say whether nothing was found."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes: its length, and what yields those from ``start`` to ``end``."""

    size: int
    read: Callable[[int, int], Iterator[bytes]]

    def file(self) -> io.BufferedReader:
        """Return it as a file that is read from any place."""
        return io.BufferedReader(_File(self), 256 * 1024)


class _File(io.RawIOBase):
    def __init__(self, content: Content) -> None:
        self._content, self._at = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._content.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - any writable buffer
        end = min(self._content.size, self._at + len(buffer))
        taken = b"".join(self._content.read(self._at, end)) if end > self._at else b""
        buffer[: len(taken)] = taken
        self._at += len(taken)
        return len(taken)


class Scanner(Protocol):
    """Says what is in a file."""

    def name(self) -> str:
        """Return what stands in the record as the scanner: its name and version. Raises :class:`ScannerAway`."""

    def scan(self, content: Content) -> Verdict:
        """Read a file and say what was found. Raises :class:`ScannerAway`, and what reading raises."""


class InTurn:
    """Several scanners: a file is clean when all of them say so."""

    def __init__(self, scanners: Sequence[Scanner]) -> None:
        """Take them in the order in which they are asked."""
        self._scanners = tuple(scanners)

    def name(self) -> str:
        """Return all names."""
        return ", ".join(each.name() for each in self._scanners)

    def scan(self, content: Content) -> Verdict:
        """Return what the first one found that found anything."""
        for each in self._scanners:
            verdict = each.scan(content)
            if not verdict.clean:
                return verdict
        return Verdict()
