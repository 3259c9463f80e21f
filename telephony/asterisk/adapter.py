"""``telephony.port.Engine`` on Asterisk (signatures first; the body follows)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from telephony.asterisk.local import LocalAsterisk
    from telephony.port import Command, Event, Snapshot


class AsteriskEngine:
    """A phone engine driven through ARI."""

    def __init__(
        self, url: str, user: str, password: str, *,
        recordings_folder: Path | None = None, cel_path: Path | None = None, media_address: str = "",
    ) -> None:
        """``url`` is ``http://host:port/ari``; ``recordings_folder`` is the engine's ``spool/recording``."""
        raise NotImplementedError

    @classmethod
    def of(cls, local: LocalAsterisk) -> AsteriskEngine:
        """The engine that a local process serves: URL, password, recordings and CEL file taken from it."""
        raise NotImplementedError

    async def start(self) -> None:
        """See the port."""

    async def close(self) -> None:
        """See the port."""

    def events(self) -> AsyncIterator[Event]:
        """See the port."""
        raise NotImplementedError

    async def perform(self, command: Command) -> None:
        """See the port."""

    async def snapshot(self) -> Snapshot:
        """See the port."""
        raise NotImplementedError
