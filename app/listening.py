"""The address at which the web process listens, and how it ends."""

from __future__ import annotations

import socket
from types import FrameType

from app.errors import CannotListen


def ended(_number: int, _frame: FrameType | None) -> None:
    """Let an orderly end be one: uvicorn raises the signal again after it, which would end us by it."""


def bound(host: str, port: int) -> socket.socket:
    """Take the address before anything else is opened; nobody can connect until uvicorn listens."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise CannotListen(host, port, error.strerror or str(error)) from error
    return made
