"""The addresses at which our processes listen, and how the web process ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from prometheus_client import start_http_server

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
        raise CannotListen(host, port, error.strerror or str(error), "GF_PORT") from error
    return made


@contextmanager
def figures(host: str, port: int, setting: str = "GF_METRICS_PORT") -> Iterator[None]:
    """Tell the figures of this process to Prometheus meanwhile; nowhere with port 0. Raises :class:`CannotListen`.

    ``setting`` names the port.
    """
    if not port:
        yield
        return
    try:
        server, thread = start_http_server(port, host)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error), setting) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
