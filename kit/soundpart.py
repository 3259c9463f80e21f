"""A part of a sound, read at any place as a WAV of its own (blocks): nothing outside of it is sent.

The part is put together while it is read, so there is no second file: its length is known before, and each byte of it
is the same whenever it is asked for.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator

import soundfile

from kit.peaks import NoSound

MEDIA = "audio/wav"
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_BITS, _PCM = 16, 1
_BLOCK = 8192
_BUFFER = 1 << 16

Read = Callable[[int, int], bytes]
"""Returns the bytes from the first place up to the second one. Raises ``OSError`` and what opens the file does."""


class _Window(io.RawIOBase):
    """A stored file as one that can be sought. What goes wrong is kept, as the decoder cannot pass it on."""

    def __init__(self, size: int, read: Read) -> None:
        """Take its length in bytes, and what reads it."""
        self._size, self._read, self._at = size, read, 0
        self.failed: Exception | None = None

    def readable(self) -> bool:
        """Say that it is read."""
        return True

    def seekable(self) -> bool:
        """Say that it is read from any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        begins = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begins + offset)
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # any buffer is given as this one
        """Read into a buffer; what fails is kept."""
        until = min(self._size, self._at + len(buffer))
        if self._at >= until:
            return 0
        try:
            found = self._read(self._at, until)
        except Exception as error:  # noqa: BLE001 - raised again by whoever asked for the part
            self.failed = error
            return 0
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


class Part:
    """A sound from ``from_ms`` up to ``until_ms``; ``size``: of its WAV, in bytes."""

    def __init__(self, size: int, read: Read, from_ms: int, until_ms: int) -> None:
        """Look at the sound. Raises :class:`NoSound`, and what ``read`` raises."""
        self._stored, self._read = size, read
        self._window = _Window(size, read)
        with self._sound() as sound:
            rate, self._channels = sound.samplerate, sound.channels
            self._first = min(sound.frames, from_ms * rate // 1000)
            self._frames = min(sound.frames, until_ms * rate // 1000) - self._first
        if self._frames <= 0:
            raise NoSound
        self._step = self._channels * _BITS // 8
        length = self._frames * self._step
        self._head = _HEAD.pack(
            b"RIFF", _HEAD.size - 8 + length, b"WAVE", b"fmt ", 16, _PCM, self._channels, rate, rate * self._step,
            self._step, _BITS, b"data", length,
        )  # fmt: skip
        self.size = len(self._head) + length

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Yield its bytes from ``start`` up to ``end``, a block at a time. Raises as it was made."""
        if start < len(self._head):
            yield self._head[start:end]
        begin, until = max(0, start - len(self._head)), min(end, self.size) - len(self._head)
        if begin >= until:
            return
        with self._sound() as sound:
            at = begin // self._step
            sound.seek(self._first + at)
            while at * self._step < until:
                frames = min(_BLOCK, self._frames - at)
                block = sound.read(frames, dtype="int16", always_2d=True).astype("<i2").tobytes()
                self._raise()
                if len(block) < frames * self._step:
                    raise NoSound  # it ends before it said: nothing is made up in its place
                yield block[max(0, begin - at * self._step) : until - at * self._step]
                at += frames

    def _sound(self) -> soundfile.SoundFile:
        self._window = _Window(self._stored, self._read)  # a reader closes what it read
        try:
            return soundfile.SoundFile(io.BufferedReader(self._window, _BUFFER))
        except soundfile.SoundFileError as error:
            self._raise()
            raise NoSound from error

    def _raise(self) -> None:
        if self._window.failed is not None:
            raise self._window.failed
