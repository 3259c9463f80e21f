"""A private Asterisk process, child of whoever starts it (signatures first; the body follows)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LocalAsterisk:
    """One Asterisk with its own folders, ports and password."""

    bind: str
    sip_port: int
    http_port: int
    """HTTP: ARI below ``/ari``, SIP over WebSocket at ``/ws``."""
    ari_url: str
    """``http://host:port/ari``"""
    ari_user: str
    ari_password: str
    cel_path: Path
    recordings_folder: Path
    sounds_folder: Path
    pid: int

    def __init__(self, home: Path, folder: Path, *, bind: str = "127.0.0.1", sip_port: int = 0, http_port: int = 0) -> None:
        """``home``: what ``scripts/phone-engine install`` made; ``folder``: everything of this process, ours alone."""
        raise NotImplementedError

    async def start(self) -> None:
        """Start and wait until it is fully booted."""

    async def stop(self) -> None:
        """Stop by pid and leave nothing behind."""
