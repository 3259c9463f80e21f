"""The engine's own music in a call, begun a moment late: who is connected at once is spared it.

For music the engine makes two more channels, a thread and a mixer, and takes all of that away again. Nobody misses the
first moment of it; an agent whose phone answers by itself is there before.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telephony.asterisk.ari import AriError
from telephony.asterisk.names import ours

if TYPE_CHECKING:
    from telephony.asterisk.hands import Hands

NAME = "default"
"""The engine's own music class, also in place of a file that cannot be played."""
LATE_S = 0.25
_CONFLICT = 409


class OwnMusic:
    """Music of one call: due, or begun."""

    def __init__(self, call: str, name: str, hands: Hands) -> None:
        """``name``: the music class."""
        self._call, self._name, self._hands = call, name, hands
        self._begun: asyncio.Future[None] | None = None
        self._due = asyncio.get_running_loop().call_later(LATE_S, self._begin)

    def forget(self) -> None:
        """Never begin it."""
        self._due.cancel()

    async def stop(self) -> None:
        """End it; it never begins afterwards."""
        self.forget()
        if self._begun is not None:
            await self._begun
            await end(self._call, self._hands)

    async def hurry(self) -> None:
        """Begin it now if it is due: whoever would do that later goes away."""
        if not self._due.cancelled() and self._begun is None:
            self.forget()
            self._begin()
        if self._begun is not None:
            await self._begun

    def _begin(self) -> None:
        self._begun = asyncio.get_running_loop().create_future()
        self._hands.later(self._ask(self._begun))

    async def _ask(self, begun: asyncio.Future[None]) -> None:
        """Begin it; whoever ends it waits until the engine has answered, and speaks after us."""
        try:
            await play(self._call, self._name, self._hands)
        finally:
            if not begun.done():
                begun.set_result(None)


async def play(call: str, name: str, hands: Hands) -> None:
    """Begin music at once."""
    await hands.ari.request("POST", ("bridges", ours(call), "moh"), {"mohClass": name})


async def end(call: str, hands: Hands) -> None:
    """End whatever music of the engine's own there is; harmless when there is none."""
    try:
        await hands.ari.request_unless_gone("DELETE", ("bridges", ours(call), "moh"))
    except AriError as error:
        if error.status != _CONFLICT:  # there is no music
            raise
