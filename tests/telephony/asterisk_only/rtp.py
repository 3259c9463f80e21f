"""One end of a media stream by hand (RTP, RFC 3550; PCMU, RFC 3551): it speaks a tone and notes when it hears one."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

PACKET_S, SAMPLES = 0.02, 160
HEADER = 12
LOUD = 1000.0
"""Amplitude from which something is heard; silence and comfort noise are far below."""
QUIET = 10
"""So many packets without a sound in a row are silence."""
TELEPHONE_EVENT = 101
"""Payload type of keys (RFC 4733)."""
KEYS = "0123456789*#"


class Media:
    """Sends 20 ms packets to wherever it is told, and keeps the loudness of each packet that arrives."""

    def __init__(self, address: str, hertz: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.settimeout(0.05)
        self.port: int = self._socket.getsockname()[1]
        self.speaks = True
        self.doubles = False
        """Whether a key is in the audio as well while it is sent as events, as some gateways have it."""
        self.events = 0
        """So many packets of keys have arrived."""
        self._hertz = hertz
        self._heard: list[tuple[float, float]] = []
        self._target: tuple[str, int] | None = None
        self._keys: deque[tuple[int, int]] = deque()
        self._tones: deque[tuple[int, int] | None] = deque()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._send, self._listen)]

    def start(self, target: tuple[str, int]) -> None:
        self._target = target
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Vanish: nothing is sent or taken any more."""
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._socket.close()

    def press(self, digits: str, packets: int = 6) -> None:
        """Press keys one after the other, each so many packets long, with five packets of pause."""
        for digit in digits:
            self._keys.extend(
                (KEYS.index(digit), count) for count in (*range(1, packets + 1), -packets, -packets, -packets)
            )
            self._keys.extend([(-1, 0)] * 5)

    def whistle(self, digits: str, packets: int = 5) -> None:
        """Press keys as tones in the audio itself (ITU-T Q.23), as a telephone without RFC 4733 does."""
        for digit in digits:
            self._tones.extend([_tones_of(digit)] * packets + [None] * packets)

    def heard(self, since: float) -> list[float]:
        """The loudness of each packet that has arrived since."""
        return [loud for at, loud in self._heard if at >= since]

    def hears_from(self, since: float, *, within: float = 3.0) -> float:
        """Seconds from ``since`` (monotonic) to the first packet with sound in it that arrived after."""
        until = since + within
        while time.monotonic() < until:
            for at, loud in self._heard[-400:]:
                if at >= since and loud > LOUD:
                    return at - since
            time.sleep(0.002)
        raise AssertionError("nothing was heard")

    def has_whistled(self) -> None:
        """Wait until the last key has been pressed."""
        _wait_until(lambda: not self._tones and not self._keys)

    def falls_silent(self) -> None:
        """Wait until packets arrive in which nothing is heard: while none do, sound may still be on its way."""
        known = len(self._heard)

        def is_silent() -> bool:
            newest = self._heard[known:][-QUIET:]
            return len(newest) == QUIET and all(loud < LOUD for _, loud in newest)

        _wait_until(is_silent)

    def _send(self) -> None:
        number, due, began, sent = 0, time.monotonic(), 0, 0
        while not self._over.is_set() and self._target is not None:
            key, count = self._keys.popleft() if self._keys else (-1, 0)
            if key >= 0:
                began = number if count == 1 else began
                first = 0x80 if count == 1 else 0
                head = struct.pack("!BBHII", 0x80, TELEPHONE_EVENT | first, sent & 0xFFFF, began * SAMPLES, 0x4711)
                body = struct.pack("!BBH", key, 0x8A if count < 0 else 0x0A, abs(count) * SAMPLES)
                self._socket.sendto(head + body, self._target)
                sent += 1
            if key < 0 or self.doubles:
                head = struct.pack("!BBHII", 0x80, 0, sent & 0xFFFF, number * SAMPLES, 0x4711)
                tones = _tones_of(KEYS[key]) if key >= 0 and count > 0 else ()  # released: the event is repeated only
                voice = self._voice(number) if key < 0 else _sounds(tones, number)
                self._socket.sendto(head + voice, self._target)
                sent += 1
            number, due = number + 1, due + PACKET_S
            time.sleep(max(0.0, due - time.monotonic()))

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                data = self._socket.recv(2048)
            except TimeoutError:
                continue
            self.events += data[1] & 0x7F == TELEPHONE_EVENT
            if data[1] & 0x7F == 0:
                self._heard.append((time.monotonic(), float(np.abs(_decoded(data[HEADER:])).max())))

    def _voice(self, number: int) -> bytes:
        """Return what is said in a packet, and in place of it the tones of a key."""
        hertz: tuple[int, ...] = self._tones.popleft() or () if self._tones else (self._hertz,) * self.speaks
        return _sounds(hertz, number)


def _tones_of(digit: str) -> tuple[int, int]:
    """The two tones of a key, in hertz (ITU-T Q.23)."""
    row, column = divmod("123456789*0#".index(digit), 3)
    return (697, 770, 852, 941)[row], (1209, 1336, 1477)[column]


def _sounds(hertz: tuple[int, ...], number: int) -> bytes:
    instants = np.arange(number * SAMPLES, (number + 1) * SAMPLES) / 8000
    return _encoded(sum((6000 * np.sin(2 * np.pi * each * instants) for each in hertz), np.zeros(SAMPLES)))


def _wait_until(condition: Callable[[], bool], within: float = 30.0) -> None:
    until = time.monotonic() + within
    while not condition():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.02)


def _encoded(samples: np.ndarray) -> bytes:
    """G.711 mu-law of 16-bit samples."""
    sign = np.where(samples < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(samples).astype(np.int64), 32635) + 132
    exponent = np.maximum(np.floor(np.log2(magnitude)).astype(np.int64) - 7, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return bytes((~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8))


def _decoded(data: bytes) -> np.ndarray:
    values = ~np.frombuffer(data, dtype=np.uint8).astype(np.int64) & 0xFF
    magnitude = ((((values & 0x0F) << 3) + 132) << ((values >> 4) & 7)) - 132
    return np.where(values & 0x80, -magnitude, magnitude)
