"""WebSocket frames written once and sent to many: the bytes go straight to each socket's transport.

uvicorn's own ``send`` encodes and frames per socket; a board's frame is the same for every watcher of a tenant. The
protocol class below hands the transport to the application through the ASGI scope's extensions.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

import orjson
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Close, Frame, Opcode

from live import metrics
from live.watching import Watching

EXTENSION = "glassfloor.transport"
BEHIND_BYTES = 256 * 1024
"""A socket with more than this unsent gets no deltas; it gets a snapshot once it has caught up."""
LOST_BYTES = 4 * 1024 * 1024
"""A socket with more than this unsent is closed (1013, "try again later")."""
BEHIND_S = 15.0
"""A socket that has been behind for so long is closed too: it holds its unsent frames, and its screen is grey."""
FLUSH_S = 10.0
"""So long a socket that is closed may still take what it was sent, and so learn why; then it is cut."""
_TEXT = 0x80 | Opcode.TEXT
_SHORTER, _LONGER = 126, 1 << 16
"""From these lengths on, in bytes, the length is told in two more bytes, and in eight."""


class End(Enum):
    """Why we close a socket: code (RFC 6455, 7.4) and reason, which the page understands (``static/js/feed.js``)."""

    AGED = (4000, "renew")
    """It is old enough: the page connects again at once and shows nothing of it."""
    SLOW = (1013, "slow")
    """It did not take what it was sent."""

    @property
    def code(self) -> int:
        """The close code."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """The word."""
        return self.value[1]


class TransportProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, itself in ``scope["extensions"]``; it tells a watcher when its transport is full."""

    watcher: Watcher | None = None

    async def run_asgi(self) -> None:
        """Run the application with the extension."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self
        await super().run_asgi()

    def pause_writing(self) -> None:
        """Take nothing more: too much is unsent."""
        super().pause_writing()
        if self.watcher is not None:
            self.watcher.fill()

    def resume_writing(self) -> None:
        """Go on: everything was taken."""
        super().resume_writing()
        if self.watcher is not None:
            self.watcher.empty()


def text_frame(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return one whole, unmasked text frame (RFC 6455, 5.2) with the JSON of ``value``."""
    text = orjson.dumps(value)
    if len(text) < _SHORTER:
        return bytes((_TEXT, len(text))) + text
    if len(text) < _LONGER:
        return bytes((_TEXT, _SHORTER)) + len(text).to_bytes(2) + text
    return bytes((_TEXT, _SHORTER + 1)) + len(text).to_bytes(8) + text


class Watcher(Watching):
    """One socket that watches: bounded, so that a slow one costs nobody else anything.

    Its transport says when it is full and when it is empty again, so that nobody has to ask for each frame.
    """

    def __init__(self, protocol: TransportProtocol) -> None:
        """Take the protocol of an accepted socket."""
        super().__init__()
        self._transport = protocol.transport
        self.write = self._transport.write
        self._transport.set_write_buffer_limits(high=BEHIND_BYTES, low=0)
        protocol.watcher = self
        self._full = False
        self.behind = False
        """It missed a frame and needs a snapshot."""
        self._behind_at = 0.0
        self.dropped = 0
        """So many frames it did not get."""
        self._lost: Callable[[], None] | None = None

    def on_lost(self, tell: Callable[[], None]) -> None:
        """Tell when it is so far behind that its socket must be closed."""
        self._lost = tell

    def _is_lost(self) -> None:
        if self._lost is not None:
            self._lost()

    def fill(self) -> None:
        """Give it nothing more for now."""
        self._full, self.caught_up, self.write = True, False, self.send
        self._turn()

    def empty(self) -> None:
        """Go on; when it missed something, with a snapshot."""
        self._full, self.caught_up = False, self.behind
        if not self.behind:
            self.write = self._transport.write
        self._turn()

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Write a frame, or drop it when the socket is slow. A ``whole`` frame heals one that had fallen behind."""
        if self._full or (self.behind and not whole):
            self._drop()
            return
        if self.behind:
            self.behind, self.caught_up, self.write = False, False, self._transport.write
            self._turn()
        try:
            self._transport.write(frame)
        except RuntimeError:  # it is closed already
            self._is_lost()

    def _drop(self) -> None:
        if self._transport.get_write_buffer_size() > LOST_BYTES:
            self._is_lost()
            return
        at = time.monotonic()
        if not self.behind:
            self.behind, self._behind_at = True, at
        elif at - self._behind_at > BEHIND_S:
            self._is_lost()
        self.dropped += 1
        metrics.DROPPED.inc()

    @property
    def is_empty(self) -> bool:
        """Say whether it has taken everything."""
        return self._transport.get_write_buffer_size() == 0

    def close(self, why: End) -> None:
        """Close it and say why, after what is under way; whoever does not take that in :data:`FLUSH_S` is cut off.

        uvicorn's own close waits until the other side reads, which a slow one may never do.
        """
        if self._transport.is_closing():
            return
        self._transport.write(Frame(Opcode.CLOSE, Close(why.code, why.reason).serialize()).serialize(mask=False))
        self._transport.close()
        asyncio.get_running_loop().call_later(FLUSH_S, self._transport.abort)
