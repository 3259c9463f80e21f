"""What keeps a process from starting."""

from __future__ import annotations


class CannotListen(Exception):
    """The address that the pages shall be served at is not ours to take."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        """Say which address, why, and what to do."""
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}. Stop the program that uses it, or choose another GF_PORT."
        )
