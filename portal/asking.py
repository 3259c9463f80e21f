"""Asking a floor to do something for somebody who has no desk; its refusal keeps the floor's own code."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from kit.errors import Problem
from portal import desk
from switchboard.inbox import inbox_name


async def ask_floor(request: Request, floor: str, command: str, **fields: object) -> dict[str, Any]:
    """Ask the floor and return its answer. Raises its refusal, and :class:`kit.errors.Unavailable`."""
    asked = {"command": command, **fields}
    answer: dict[str, Any] = await request.app.state.bus.ask(inbox_name(floor), asked, desk.ANSWER_WITHIN)
    if not answer.get("ok"):
        raise refusal(answer)
    return answer


def refusal(answer: dict[str, Any]) -> Problem:
    """Return the problem that an answer tells."""
    problem = desk.Refused(str(answer.get("detail") or desk.Refused.title))
    problem.code = str(answer.get("code") or desk.Refused.code)  # type: ignore[misc] # this instance's own code
    return problem
