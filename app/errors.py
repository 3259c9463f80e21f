"""What keeps a process from starting."""

from __future__ import annotations


class CannotListen(Exception):
    """The address that the pages or the figures shall be served at is not ours to take."""

    def __init__(self, host: str, port: int, reason: str, setting: str) -> None:
        """Say which address, why, and what to do; ``setting`` is the one that names the port."""
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}. Stop the program that uses it, or choose another {setting}."
        )
