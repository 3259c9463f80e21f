"""Whether who watches still may: looked up again and again, once for all the sockets of one session, key or address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi import WebSocket, WebSocketException
from starlette.requests import HTTPConnection

from kit.away import MAYBE_AWAY, is_away
from kit.errors import Problem
from tenants.core.masks import Shown
from tenants.endpoints import Access, renew
from tenants.oauth import passes
from tenants.service.policies import shown_to

RECHECK_S = 2.0
"""How soon a membership that has ended closes its sockets, in seconds (isolation.md, case L3)."""
_POLICY_VIOLATION = 1008
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Right(Generic[Found]):
    """What a socket may. ``key``: sockets of the same are looked up once; ``look``: raises when it may no more.

    ``tell``: told what was found, each time.
    """

    key: Hashable
    look: Callable[[], Awaitable[Found]]
    tell: Callable[[Found], None]


@dataclass(slots=True, eq=False)
class _Group:
    """The sockets of one right: each is told what was found, and why it ends when it may no more."""

    sockets: dict[asyncio.Future[Any], Right[Any]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None


class Rechecks:
    """All groups of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._groups: dict[Hashable, _Group] = {}

    @contextmanager
    def watch(self, right: Right[Any], ended: asyncio.Future[Any]) -> Iterator[None]:
        """Look again and again while the block runs; a refusal becomes the exception of ``ended``."""
        group = self._groups.setdefault(right.key, _Group())
        group.sockets[ended] = right
        if group.task is None:
            group.task = asyncio.create_task(_look(group))
        try:
            yield
        finally:
            del group.sockets[ended]
            if not group.sockets:
                if self._groups.get(right.key) is group:
                    del self._groups[right.key]
                group.task.cancel()


async def _look(group: _Group) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        try:
            found = await next(iter(group.sockets.values())).look()
        except MAYBE_AWAY as error:
            if is_away(error):
                continue  # nothing is sent while the database is away, and the page is grey
            _refuse(group, error)
        except Exception as error:  # noqa: BLE001 - whoever waits for an answer gets it, whatever it is
            _refuse(group, error)
        else:
            for right in list(group.sockets.values()):
                right.tell(found)


def _refuse(group: _Group, error: Exception) -> None:
    for ended in group.sockets:
        if not ended.done():
            ended.set_exception(closing(error))


def closing(error: Exception) -> Exception:
    """Return what closes a socket for this error: a problem's code is the reason."""
    return WebSocketException(_POLICY_VIOLATION, error.code) if isinstance(error, Problem) else error


def credential(socket: HTTPConnection) -> Hashable:
    """Return by what a socket was opened."""
    headers = socket.headers
    return headers.get("authorization", ""), headers.get("cookie", ""), passes.taken_by(socket) or ""


def of_a_board(socket: WebSocket, access: Access, tell: Callable[[Shown], None]) -> Right[Shown]:
    """Return the right to a board: the same client, in the same reach; ``tell``: how much of numbers it may show."""

    async def look() -> Shown:
        again = await renew(socket, access)
        if again.tenant_id != access.tenant_id:
            raise WebSocketException(_POLICY_VIOLATION, "another client was chosen in this session")
        if again.grant.reach is not access.grant.reach:
            raise WebSocketException(_POLICY_VIOLATION, "forbidden")
        async with socket.app.state.plane.transaction(again.tenant_id) as scope:
            return await shown_to(scope, again.role)

    return Right((credential(socket), access.tenant_id, str(access.permission)), look, tell)


def rechecks_of(socket: HTTPConnection) -> Rechecks:
    """Return the looks again and again of this process."""
    state = socket.app.state
    if not hasattr(state, "rechecks"):
        state.rechecks = Rechecks()
    made: Rechecks = state.rechecks
    return made


async def until_refused(socket: HTTPConnection, right: Right[Any]) -> None:
    """Look again and again; raises what closes the socket, once it may no more."""
    refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    with rechecks_of(socket).watch(right, refused):
        await refused
