"""Whether who watches still may: looked up again and again, once for all the sockets of one session or key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import WebSocket, WebSocketException

from kit.away import MAYBE_AWAY, is_away
from kit.errors import Problem
from tenants.core.masks import Shown
from tenants.endpoints import Access, as_answer, renew
from tenants.oauth import passes
from tenants.service.policies import shown_to

RECHECK_S = 2.0
"""How soon a membership that has ended closes its sockets, in seconds (isolation.md, case L3)."""
_POLICY_VIOLATION = 1008

Tell = Callable[[Shown], None]


@dataclass(slots=True, eq=False)
class _Group:
    """The sockets of one credential: each is told how much it may see, and gets the reason when it may no more."""

    access: Access
    sockets: dict[WebSocket, tuple[Tell, asyncio.Future[None]]] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None


class Rechecks:
    """All groups of this process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._groups: dict[tuple[str, str, str, UUID, str], _Group] = {}

    async def until_refused(self, socket: WebSocket, access: Access, tell: Tell) -> None:
        """Tell each time how much of numbers may be seen. Raises what a guard raises, once this one would refuse."""
        headers = socket.headers
        who = (headers.get("authorization", ""), headers.get("cookie", ""), passes.taken_by(socket) or "")
        key = (*who, access.tenant_id, str(access.permission))
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(access)
        refused: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        group.sockets[socket] = (tell, refused)
        if group.task is None:
            group.task = asyncio.create_task(_look(group))
        try:
            await refused
        finally:
            del group.sockets[socket]
            if not group.sockets:
                self._groups.pop(key, None)
                group.task.cancel()
                with suppress(asyncio.CancelledError):
                    await group.task


async def _look(group: _Group) -> None:
    while True:
        await asyncio.sleep(RECHECK_S)
        try:
            shown = await _shown(next(iter(group.sockets)), group.access)
        except MAYBE_AWAY as error:
            if is_away(error):
                continue  # nothing is sent while the database is away, and the page is grey
            _refuse(group, error)
            return
        except Exception as error:  # noqa: BLE001 - whoever waits for an answer gets it, whatever it is
            _refuse(group, error)
            return
        for tell, _ in list(group.sockets.values()):
            tell(shown)


def _refuse(group: _Group, error: Exception) -> None:
    for socket, (_, refused) in list(group.sockets.items()):
        if not refused.done():
            refused.set_exception(as_answer(socket, error) if isinstance(error, Problem) else error)


async def _shown(socket: WebSocket, access: Access) -> Shown:
    again = await renew(socket, access)
    if again.tenant_id != access.tenant_id:
        raise WebSocketException(_POLICY_VIOLATION, "another client was chosen in this session")
    if again.grant.reach is not access.grant.reach:
        raise WebSocketException(_POLICY_VIOLATION, "forbidden")
    async with socket.app.state.plane.transaction(again.tenant_id) as scope:
        return await shown_to(scope, again.role)
