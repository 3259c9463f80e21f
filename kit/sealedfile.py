"""Files at rest: sealed in chunks by a key of their own, read from any place without reading the rest.

The form: a header of 68 bytes, then chunks of AES-256-GCM, each its plaintext and 16 bytes of tag::

    magic 8 | data key's id 16 | salt 32 | chunk size 4 | plaintext's length 8

The file's key is HKDF-SHA256 of the tenant's data key and the salt; a chunk's nonce is its number. The header, the
file's place (``tenant|table|column|row``) and the number are bound to each chunk, so that a chunk that was moved,
swapped or cut off, a header of another file, and a file of another tenant or row do not open. A file that does not
begin with the magic was stored before there were keys, and is read as it is.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kit.objects import Blob, Folder, Kept, OpenFile
from kit.tenantkeys import Tampered, TenantKeys

MAGIC = b"GFSEAL1\n"
_HEADER = struct.Struct(">8s16s32sIQ")
_TAG = 16
CHUNK = 64 * 1024
_LARGEST_CHUNK = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Plain:
    """What was sealed: the plaintext's length in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Form:
    """One file's header and what follows from it."""

    header: bytes
    key: AESGCM
    chunk: int
    size: int
    place: bytes

    def bound(self, number: int) -> bytes:
        return self.header + struct.pack(">Q", number) + self.place


def seal(source: Path, place: Path | Kept, keys: TenantKeys, where: str) -> Plain:
    """Seal ``source`` into ``place``: there is what was there before, or all of it. The source stays (blocks).

    Raises ``OSError``.
    """
    kept = place if isinstance(place, Kept) else Kept(Folder(place.parent), place.name)
    with source.open("rb") as plain:
        size = os.fstat(plain.fileno()).st_size
        return kept.objects.put(kept.key, lambda to: _write(plain, to, keys, where, size))


def seal_bytes(plain: bytes, kept: Kept, keys: TenantKeys, where: str) -> Plain:
    """Seal what is in memory; else as :func:`seal`: nothing of it lies open on a disk."""
    return kept.objects.put(kept.key, lambda to: _write(io.BytesIO(plain), to, keys, where, len(plain)))


def seal_chunks(chunks: Iterator[bytes], size: int, kept: Kept, keys: TenantKeys, where: str) -> Plain:
    """Seal what comes in pieces, ``size`` bytes together; else as :func:`seal`."""
    return kept.objects.put(kept.key, lambda to: _write(_Opened(chunks), to, keys, where, size))


def reseal(kept: Kept, keys: TenantKeys, where: str) -> bool:
    """Seal a stored file again under the key that seals now; false: it is under it (blocks). Raises as :func:`read`."""
    told = look(kept)
    if told.key_id == keys.sealing_key():
        return False
    kept.objects.put(kept.key, lambda to: _write(_Opened(read(kept, keys, where)), to, keys, where, told.size))
    return True


class _Opened:
    """What comes in pieces, as a file that is read from beginning to end."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, bytearray()

    def read(self, size: int) -> bytes:
        """Return as many bytes, fewer at the end."""
        while len(self._left) < size and (chunk := next(self._chunks, b"")):
            self._left += chunk
        taken = bytes(self._left[:size])
        del self._left[:size]
        return taken


def _write(plain: BinaryIO | _Opened, to: BinaryIO, keys: TenantKeys, where: str, size: int) -> Plain:
    key_id, salt = keys.sealing_key(), secrets.token_bytes(32)
    header = _HEADER.pack(MAGIC, key_id.bytes, salt, CHUNK, size)
    form = _Form(header, AESGCM(keys.file_key(key_id, salt)), CHUNK, size, _place(keys, where))
    digest, left, number = hashlib.sha256(), size, 0
    to.write(header)
    while left:
        chunk = plain.read(min(CHUNK, left))
        if not chunk:
            raise OSError("the file became shorter while it was sealed")
        digest.update(chunk)
        to.write(form.key.encrypt(_nonce(number), chunk, form.bound(number)))
        left, number = left - len(chunk), number + 1
    return Plain(size, digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of itself; reading proves it. ``key_id`` is None for one that is not sealed."""

    key_id: UUID | None
    size: int
    """The plaintext's length in bytes."""


def look(place: Path | Kept) -> Told:
    """Return what the file says of itself. Raises ``OSError`` and :class:`Tampered`."""
    with _open(place) as file:
        header = file.read(0, _HEADER.size)
        if not header.startswith(MAGIC):
            return Told(None, file.size)
    key_id, _, _, size = _parsed(header)
    return Told(key_id, size)


def read(
    place: Path | Kept, keys: TenantKeys | None, where: str, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Yield the plaintext from ``start`` up to ``end`` (exclusive; None: all), at most a chunk at a time (blocks).

    ``keys`` may be None for a plain file. Raises ``OSError``, :class:`Tampered`, ``KeysDestroyed``, ``UnknownKey``.
    """
    with _open(place) as file:
        header = file.read(0, _HEADER.size)
        if not header.startswith(MAGIC):
            yield from _plain(file, start, end)
            return
        if keys is None:
            raise Tampered
        key_id, salt, chunk, size = _parsed(header)
        form = _Form(header, AESGCM(keys.file_key(key_id, salt)), chunk, size, _place(keys, where))
        yield from _chunks(file, form, start, size if end is None else min(end, size))


def _open(place: Path | Kept) -> AbstractContextManager[Blob]:
    return place.open() if isinstance(place, Kept) else OpenFile(place)


def _chunks(file: Blob, form: _Form, start: int, end: int) -> Iterator[bytes]:
    if form.size == 0:
        return
    for number in range(start // form.chunk, -(-end // form.chunk)):
        begins = number * form.chunk
        sealed = file.read(_HEADER.size + number * (form.chunk + _TAG), min(form.chunk, form.size - begins) + _TAG)
        try:
            plain = form.key.decrypt(_nonce(number), sealed, form.bound(number))
        except (InvalidTag, ValueError) as error:
            raise Tampered from error
        yield plain[max(0, start - begins) : end - begins]


def _plain(file: Blob, start: int, end: int | None) -> Iterator[bytes]:
    left = file.size - start if end is None else end - start
    while left > 0 and (chunk := file.read(start, min(CHUNK, left))):
        start, left = start + len(chunk), left - len(chunk)
        yield chunk


def _parsed(header: bytes) -> tuple[UUID, bytes, int, int]:
    try:
        _, key_id, salt, chunk, size = _HEADER.unpack(header)
    except struct.error as error:
        raise Tampered from error
    if not 1 <= chunk <= _LARGEST_CHUNK:
        raise Tampered
    return UUID(bytes=key_id), salt, chunk, size


def _place(keys: TenantKeys, where: str) -> bytes:
    return f"{keys.tenant_id}|{where}".encode()


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)
