"""Where sealed files are kept, by key: a folder, or a bucket of an object store (:mod:`kit.buckets`).

Everything here blocks: call it beside the event loop. A store that is away raises ``OSError``, a key under which
nothing lies ``FileNotFoundError``. Keys are made by us (``t/<tenant>/...``); one that leads elsewhere finds nothing.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Protocol, Self, TypeVar

from kit.durable import sync_folder

_T = TypeVar("_T")

STALE_S = 3600
"""A half-written file that nobody touched for so many seconds was left by a process that died."""


class Blob(Protocol):
    """A stored file that is being read."""

    @property
    def size(self) -> int:
        """Its length in bytes."""

    def read(self, start: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end. Raises ``OSError``."""


class Objects(Protocol):
    """A store of files by key."""

    def put(self, key: str, write: Callable[[BinaryIO], _T]) -> _T:
        """Store what ``write`` writes, whole and lasting, instead of what lay there; return what it returns.

        When it raises, or the store does, what lay there before is there still.
        """

    def open(self, key: str) -> AbstractContextManager[Blob]:
        """Open a file. Raises ``FileNotFoundError``."""

    def delete(self, key: str) -> None:
        """Delete a file; harmless when there is none."""

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield the key and the size of every file below ``prefix``, which ends with a slash."""

    def tidy(self, prefix: str) -> None:
        """Remove what processes that died left half-written below ``prefix``."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One key of a store."""

    objects: Objects
    key: str

    def open(self) -> AbstractContextManager[Blob]:
        """Open the file. Raises ``FileNotFoundError``."""
        return self.objects.open(self.key)


class OpenFile:
    """A file on the disk, open to be read from any place."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises ``FileNotFoundError``."""
        self._file = path.open("rb")

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return os.fstat(self._file.fileno()).st_size

    def read(self, start: int, length: int) -> bytes:
        """Return so many bytes from there on, fewer at the end."""
        self._file.seek(start)
        return self._file.read(length)

    def __enter__(self) -> Self:
        """Be closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._file.close()


class Folder:
    """Files below one folder, each under its key as its path."""

    def __init__(self, root: Path) -> None:
        """``root`` is made when the first file is."""
        self.root = root

    def put(self, key: str, write: Callable[[BinaryIO], _T]) -> _T:
        """Write beside the place, sync, and let it take the place."""
        place = self.path(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        made = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                told = write(to)
                to.flush()
                os.fsync(to.fileno())
            made.replace(place)
            sync_folder(place.parent)
        finally:
            made.unlink(missing_ok=True)
        return told

    def open(self, key: str) -> OpenFile:
        """Open a file."""
        return OpenFile(self.path(key))

    def delete(self, key: str) -> None:
        """Delete a file."""
        self.path(key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield what lies below a prefix."""
        for path in sorted(self.path(prefix).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix(), path.stat().st_size

    def tidy(self, prefix: str) -> None:
        """Remove what is old and half-written."""
        for left in self.path(prefix).rglob(".*.part"):
            if time.time() - left.stat().st_mtime > STALE_S:
                left.unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Return where a key's file lies. Raises ``FileNotFoundError`` for one that leads out of the folder."""
        parts = PurePosixPath(key)
        if parts.is_absolute() or ".." in parts.parts:
            raise FileNotFoundError(key)
        return self.root / parts


class Behind:
    """A store behind which an older one lies: what is there is read and deleted, and nothing is put there any more."""

    def __init__(self, newer: Objects, older: Objects) -> None:
        """Take both."""
        self._newer, self._older = newer, older

    def put(self, key: str, write: Callable[[BinaryIO], _T]) -> _T:
        """Store in the newer one; an older file of this key goes."""
        told = self._newer.put(key, write)
        self._older.delete(key)
        return told

    @contextmanager
    def open(self, key: str) -> Iterator[Blob]:
        """Open a file, wherever it lies."""
        with ExitStack() as stack:
            try:
                blob = stack.enter_context(self._newer.open(key))
            except FileNotFoundError:
                blob = stack.enter_context(self._older.open(key))
            yield blob

    def delete(self, key: str) -> None:
        """Delete a file from both."""
        self._newer.delete(key)
        self._older.delete(key)

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield what lies in either."""
        yield from self._newer.keys(prefix)
        yield from self._older.keys(prefix)

    def tidy(self, prefix: str) -> None:
        """Tidy both."""
        self._newer.tidy(prefix)
        self._older.tidy(prefix)
