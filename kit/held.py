"""What is being received, until its length is known: in a file without a name, sealed by a key of this process alone.

Nothing of it lies open on a disk, memory holds one chunk, and it is gone with the process.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_CHUNK, _TAG = 64 * 1024, 16
HEAD = 8 * 1024
"""So many of its first bytes are at hand, to tell what it is."""


class Held:
    """Takes bytes as they come (:meth:`write`, :meth:`end`), gives them back from the beginning (:meth:`chunks`)."""

    def __init__(self) -> None:
        """Open the file."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._cipher = AESGCM(AESGCM.generate_key(256))
        self._waiting, self._chunks = bytearray(), 0
        self._digest = hashlib.sha256()
        self.size = 0
        """How many bytes came so far."""
        self.head = b""
        """The first of them, at most :data:`HEAD`."""

    @property
    def sha256(self) -> str:
        """The digest of what came so far, in hex."""
        return self._digest.hexdigest()

    def write(self, octets: bytes) -> None:
        """Take what came. Raises ``OSError``."""
        if len(self.head) < HEAD:
            self.head += octets[: HEAD - len(self.head)]
        self.size += len(octets)
        self._digest.update(octets)
        self._waiting += octets
        while len(self._waiting) >= _CHUNK:
            self._put(_CHUNK)

    def end(self) -> None:
        """Say that nothing comes any more."""
        if self._waiting:
            self._put(len(self._waiting))

    def chunks(self) -> Iterator[bytes]:
        """Yield everything (blocks)."""
        self._file.seek(0)
        for number in range(self._chunks):
            yield self._cipher.decrypt(number.to_bytes(12), self._file.read(_CHUNK + _TAG), None)

    def close(self) -> None:
        """Forget it."""
        self._file.close()

    def __enter__(self) -> Self:
        """Be forgotten at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget it."""
        self.close()

    def _put(self, length: int) -> None:
        chunk = bytes(self._waiting[:length])
        del self._waiting[:length]
        self._file.write(self._cipher.encrypt(self._chunks.to_bytes(12), chunk, None))
        self._chunks += 1
