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
from tenants.core.masks import Shown

EXTENSION = "glassfloor.transport"
BEHIND_BYTES = 256 * 1024
"""A socket with more than this unsent gets no deltas; it gets a snapshot once it has caught up."""
LOST_BYTES = 4 * 1024 * 1024
"""A socket with more than this unsent is closed (1013, "try again later")."""
BEHIND_S = 15.0
"""A socket that has been behind for so long is closed too: it holds its unsent frames, and its screen is grey."""
FLUSH_S = 10.0
"""So long a socket that is closed may still take what it was sent, and so learn why; then it is cut."""


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
    """uvicorn's protocol, with its transport in ``scope["extensions"]``."""

    async def run_asgi(self) -> None:
        """Run the application with the extension."""
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self.transport
        await super().run_asgi()


def text_frame(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return one unmasked text frame (RFC 6455, 5.2) with the JSON of ``value``."""
    return Frame(Opcode.TEXT, orjson.dumps(value)).serialize(mask=False)


class Watcher:
    """One socket that watches: bounded, so that a slow one costs nobody else anything."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take the transport of an accepted socket."""
        self._transport = transport
        self._unsent, self._write = transport.get_write_buffer_size, transport.write
        self.behind = False
        """It missed a frame and needs a snapshot."""
        self._behind_at = 0.0
        self.dropped = 0
        """So many frames it did not get."""
        self.shown = Shown.MASKED
        """How much of contacts' numbers it may show."""
        self._lost: Callable[[], None] | None = None

    def on_lost(self, tell: Callable[[], None]) -> None:
        """Tell when it is so far behind that its socket must be closed."""
        self._lost = tell

    def _is_lost(self) -> None:
        if self._lost is not None:
            self._lost()

    def send(self, frame: bytes, *, whole: bool = False) -> None:
        """Write a frame, or drop it when the socket is slow. A ``whole`` frame heals one that had fallen behind."""
        try:
            backlog = self._unsent()
            if backlog > BEHIND_BYTES or (self.behind and not whole):
                self._drop(backlog)
            else:
                self.behind = False
                self._write(frame)
        except RuntimeError:  # it is closed already
            self._is_lost()

    def _drop(self, backlog: int) -> None:
        if backlog > LOST_BYTES:
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
    def caught_up(self) -> bool:
        """Say whether a watcher that was behind can take a snapshot now."""
        return self.behind and self._transport.get_write_buffer_size() == 0

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
