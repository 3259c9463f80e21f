"""An answer that goes on for a while ends when whoever asked for it may no longer have it.

Access ends at any moment: a grant runs out, a session is ended, a role changes. What is answered at once is judged
once; a file that is sent for minutes is judged each second while it is sent, like a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from kit.away import MAYBE_AWAY
from kit.errors import Forbidden, Problem
from tenants.endpoints import Access, renew

LOOK_EVERY_S = 1.0
LAST_WORD_S = 0.5
"""So long the writer of a file has to say in it that it ends early."""

log = structlog.get_logger(__name__)


class EndedEarly(Exception):
    """A writer stops before its end, after it has said so in what it wrote; the answer is broken off."""


class Standing:
    """Whether the access behind an answer still stands; ``over`` is set once, when it does not any more."""

    def __init__(self, connection: HTTPConnection, access: Access) -> None:
        """Take the request and what its guard said."""
        self._connection, self._access = connection, access
        self.over = asyncio.Event()

    async def watch(self) -> None:
        """Return when the access is over, or cannot be judged: then nothing more is sent either."""
        while not self.over.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except (Problem, *MAYBE_AWAY):
                self.over.set()

    async def look(self) -> None:
        """Look once. Raises a :class:`Problem` when it does not stand any more."""
        again = await renew(self._connection, self._access)
        if (again.tenant_id, again.role, again.grant) != self._key():
            raise Forbidden

    def _key(self) -> tuple[object, ...]:
        return self._access.tenant_id, self._access.role, self._access.grant


class StandingStream(StreamingResponse):
    """A streamed answer that is broken off within two seconds after its access is over.

    The connection is then closed without the answer's end, so no client takes the part for the whole.
    """

    def __init__(
        self,
        content: AsyncIterable[bytes] | Iterable[bytes],
        standing: Standing,
        *,
        status: int = 200,
        headers: Mapping[str, str],
        media: str,
        at_last: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Send ``content`` while ``standing`` lasts; do ``at_last`` afterwards, however it ended."""
        super().__init__(content, status, headers, media)
        self._standing, self._at_last = standing, at_last

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, and look each second whether it may go on."""
        sending = asyncio.ensure_future(super().__call__(scope, receive, send))
        watching = asyncio.ensure_future(self._standing.watch())
        try:
            await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                log.info("answer_broken_off", path=scope["path"])
                await asyncio.wait({sending}, timeout=LAST_WORD_S)
            if sending.done():
                with suppress(EndedEarly):
                    sending.result()
        finally:
            for task in (sending, watching):
                task.cancel()
            await asyncio.gather(sending, watching, return_exceptions=True)
            if self._at_last is not None:
                await self._at_last()
