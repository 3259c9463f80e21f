"""The floor's inbox: commands as they come over the bus, and their answers.

``{"command": name, "agent": id, ...}`` is answered ``{"ok": true}`` or ``{"ok": false, "code", "detail"}``. Commands of
an agent: ``set_state`` (state, reason), ``hang_up``, ``reject`` and ``end_wrap_up`` (interaction), ``disposition``
(interaction, code, note). ``reload`` (without an agent) reads the configuration again: of ``tenants``, or of all.
``lines`` (without an agent) is answered with how each trunk is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from interactions.nocall.errors import ListUnreadable
from kit.away import MAYBE_AWAY, is_away
from kit.errors import Problem, Unavailable
from switchboard import lines, nocall
from switchboard.errors import CommandUnknown
from switchboard.inputs import DeskCommand
from switchboard.loop import Loop
from switchboard.nocall import Listed
from switchboard.services import Handler

Reload: TypeAlias = Callable[[frozenset[UUID] | None], Awaitable[None]]

RELOAD = "reload"
STATUS = "status"
ENGINES = "engines"
LINES = "lines"

log = structlog.get_logger(__name__)


def inbox_name(floor: str) -> str:
    """Return the name under which a floor's inbox is asked."""
    return f"floor:{floor}"


def handler(loop: Loop, reload: Reload, listed: Listed) -> Handler:
    """Return what answers the commands of a floor's inbox; ``listed`` asks the do-not-call list."""

    async def handle(command: Mapping[str, Any]) -> Mapping[str, Any]:
        kind = command.get("command")
        if kind == RELOAD:
            return await _reloaded(reload, command.get("tenants"))
        if kind == STATUS:
            return {"ok": loop.floor.connected and loop.floor.admits}
        if kind == ENGINES:
            return {"ok": True, "engines": loop.engines()}
        if kind == LINES:
            return {"ok": True, "lines": lines.conditions(loop.floor)}
        return await obey(kind, {name: value for name, value in command.items() if name != "command"})

    async def obey(kind: object, fields: dict[str, Any]) -> Mapping[str, Any]:
        if not isinstance(kind, str):
            return {"ok": False, "code": CommandUnknown.code, "detail": CommandUnknown.title}
        try:
            return await loop.ask(await nocall.ask(loop.floor, DeskCommand(kind, fields), listed))
        except ListUnreadable as problem:
            return {"ok": False, "code": problem.code, "detail": problem.detail}

    return handle


async def _reloaded(reload: Reload, tenants: list[str] | None) -> Mapping[str, Any]:
    try:
        await reload(None if tenants is None else frozenset(UUID(tenant) for tenant in tenants))
    except Problem as problem:
        return {"ok": False, "code": problem.code, "detail": problem.detail}
    except MAYBE_AWAY as error:
        if not is_away(error):
            raise
        log.warning("not_reloaded", error=type(error).__name__)
        return {"ok": False, "code": Unavailable.code, "detail": "the database is away; the old configuration stands"}
    except Exception:
        log.exception("not_reloaded")
        return {"ok": False, "code": Problem.code, "detail": "the configuration could not be read; the old one stands"}
    return {"ok": True}
