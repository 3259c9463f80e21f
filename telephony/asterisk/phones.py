"""``telephony.phones.Phones`` by a second Asterisk that speaks real SIP and RTP (signatures first)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from telephony.phones import Conversation, Phone


class AsteriskPhones:
    """The carrier (127.0.0.2) and the agents' phones (127.0.0.3)."""

    def __init__(
        self, home: Path, folder: Path, *, target: tuple[str, int],
        carrier_address: str = "127.0.0.2", phones_address: str = "127.0.0.3",
    ) -> None:
        """``target``: SIP address and port of the engine under test."""
        raise NotImplementedError

    async def start(self) -> None:
        """See the protocol."""

    async def close(self) -> None:
        """See the protocol."""

    async def dial(self, number: str, caller: str) -> Conversation:
        """See the protocol."""
        raise NotImplementedError

    async def register(self, endpoint: str, secret: str) -> Phone:
        """See the protocol."""
        raise NotImplementedError
