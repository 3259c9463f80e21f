"""Where an export is written: a folder, or one zip file. Each file's digest is taken as it is written."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol, cast

from kit.agefile import AgeWriter

MANIFEST = "manifest.json"
SOUNDS = (".wav", ".flac", ".ogg")
"""What is not packed: nothing is gained by it, and what was interrupted can be taken over as it lies there."""


class Writing:
    """One file while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        """Take the open file."""
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, octets: bytes) -> None:
        """Write bytes (blocks). Raises ``OSError``."""
        self._file.write(octets)
        self._digest.update(octets)
        self.size += len(octets)

    @property
    def sha256(self) -> str:
        """Return the digest of what was written so far, in hex."""
        return self._digest.hexdigest()


class Sink(Protocol):
    """Takes the files of an export, one after the other, by relative names that we made."""

    files: list[dict[str, object]]

    def file(self, name: str) -> AbstractContextManager[Writing]:
        """Open a new file; when the block ends it is listed."""

    def finish(self, manifest: bytes) -> None:
        """Write the manifest, which makes an export of it, and sync it to the disk."""


class FolderSink:
    """A folder. The manifest is written last: a folder without one is no export."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder."""
        self._folder = folder
        self.files: list[dict[str, object]] = []

    @contextmanager
    def file(self, name: str) -> Iterator[Writing]:
        """Open a new file below the folder."""
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            writing = Writing(file)
            yield writing
            file.flush()
            os.fsync(file.fileno())
        self.files.append({"path": name, "bytes": writing.size, "sha256": writing.sha256})

    def finish(self, manifest: bytes) -> None:
        """Write the manifest."""
        part = self._folder / f".{MANIFEST}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(manifest)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / MANIFEST)


class ZipSink:
    """One zip file, as ``glassfloor_verify.py`` reads it. Its entries are dated 1980: their times say nothing."""

    def __init__(self, path: Path, recipient: str | None = None) -> None:
        """Take the path of a file that does not exist yet, and the public key that all of it is encrypted to."""
        self._raw = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._closed = AgeWriter(self._raw, recipient) if recipient else None
        to = cast("IO[bytes]", self._closed or self._raw)
        self._zip = zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.files: list[dict[str, object]] = []

    @contextmanager
    def file(self, name: str) -> Iterator[Writing]:
        """Open a new entry."""
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_STORED if name.endswith(SOUNDS) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self._zip.open(entry, "w", force_zip64=True) as file:
            writing = Writing(file)
            yield writing
        self.files.append({"path": name, "bytes": writing.size, "sha256": writing.sha256})

    def finish(self, manifest: bytes) -> None:
        """Write the manifest and close the file."""
        self._zip.writestr(zipfile.ZipInfo(MANIFEST), manifest)
        self._zip.close()
        if self._closed is not None:
            self._closed.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()

    def drop(self) -> None:
        """Close it unfinished."""
        self._zip.fp = None  # it would write its directory into the closed file when it is collected
        self._raw.close()
