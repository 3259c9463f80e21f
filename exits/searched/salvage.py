"""Sounds that an interrupted builder had written into its zip file: what is whole there is taken over, not read again.

A zip file that was not finished has no directory. Its entries lie one after the other, each behind a header that says
how long it is; the header of the one that was being written says nothing yet, and there the walk ends.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from exits.service.sinks import SOUNDS, Sink

_HEADER = struct.Struct("<4s5H3I2H")  # APPNOTE.TXT, 4.3.7
_MAGIC, _STORED, _IN_ZIP64 = b"PK\x03\x04", 0, 0xFFFFFFFF
_ZIP64 = struct.Struct("<2H2Q")  # 4.5.3: its id, its length, the sizes before and after packing
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Spared:
    """Where one whole sound lies in an interrupted file."""

    path: Path
    start: int
    size: int

    def copy(self, sink: Sink, name: str) -> str:
        """Write it into another file; return its digest (blocks). Raises ``OSError``."""
        with self.path.open("rb") as source, sink.file(name) as file:
            source.seek(self.start)
            for chunk in _chunks(source, self.size):
                file.write(chunk)
            return file.sha256


def spared(path: Path) -> dict[str, Spared]:
    """Return the sounds that are whole in an interrupted zip file, by name; none of one that is no zip (blocks)."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return dict(_walk(file, path))


def _walk(file: BinaryIO, path: Path) -> Iterator[tuple[str, Spared]]:
    while True:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        magic, _, _, method, _, _, crc, packed, plain, name_length, extra_length = _HEADER.unpack(header)
        name, extra = file.read(name_length), file.read(extra_length)
        if magic != _MAGIC or method != _STORED or not name.endswith(tuple(s.encode() for s in SOUNDS)):
            return
        if packed == _IN_ZIP64:
            if len(extra) < _ZIP64.size:
                return
            plain = _ZIP64.unpack(extra[: _ZIP64.size])[2]
        start, found = file.tell(), 0
        for chunk in _chunks(file, plain):
            found = zlib.crc32(chunk, found)
        if not plain or file.tell() != start + plain or found != crc:
            return
        yield name.decode(), Spared(path, start, plain)


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (chunk := file.read(min(_CHUNK, size))):
        size -= len(chunk)
        yield chunk
