"""Whether an error says that the database is away, which passes by itself, or that we did something wrong."""

from __future__ import annotations

import errno
import socket

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from kit.errors import TenantElsewhere

MAYBE_AWAY = (
    TenantElsewhere,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    DBAPIError,
    NoConnectionFree,
)
"""What to catch before asking :func:`is_away`."""
_ALWAYS = (
    TenantElsewhere,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,  # what a COMMIT says when the server died between the statement and it
    NoConnectionFree,
)
_NO_WAY = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN})
_CLOSED = "closed"
"""asyncpg's own word, in ``InterfaceError``, for a connection or pool that ended under its user."""


def is_away(error: BaseException) -> bool:
    """Say whether the same thing may succeed once the database is back."""
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (cause is not None and is_away(cause))
    if isinstance(error, asyncpg.InterfaceError):
        return _CLOSED in str(error)
    if isinstance(error, _ALWAYS):
        return True
    return isinstance(error, OSError) and (error.errno in _NO_WAY or "Connect call failed" in str(error))
