"""Calls that the centre begins for a tenant: when it may call, how often it tries, and what becomes of messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

ABANDONED, ENGINE_LOST, NOT_REACHED = "abandoned", "engine_lost", "not_reached"


@dataclass(frozen=True, slots=True)
class Messages:
    """Who deals with messages that contacts leave: agents of ``queue`` (a code; None: they are only kept)."""

    queue: str | None = None
    head_start: timedelta = timedelta()
    due: timedelta = timedelta(minutes=240)


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The blueprint's ``callbacks``. ``hours``: the code of a calendar; ``due``: when it should be done at the latest.

    ``missed``: which lost contacts are called back; ``for_agent``: so long such a one waits for the agent it knows.
    ``blocked``: how numbers begin that are never called; ``premium``: whether dear ones may be.
    """

    hours: str | None = None
    tries: int = 3
    apart: timedelta = timedelta(minutes=15)
    due: timedelta = timedelta(minutes=240)
    missed: frozenset[str] = frozenset({NOT_REACHED})
    for_agent: timedelta = timedelta(minutes=15)
    messages: Messages = field(default_factory=Messages)
    blocked: tuple[str, ...] = ()
    premium: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Callbacks:
        """Read the blueprint's section; one from before there was one is empty."""
        if not stored:
            return cls()
        messages = stored["messages"]
        return cls(
            hours=stored["hours"],
            tries=stored["tries"],
            apart=timedelta(minutes=stored["apart_min"]),
            due=timedelta(minutes=stored["due_min"]),
            missed=frozenset(stored["missed"]),
            for_agent=timedelta(minutes=stored["agent_min"]),
            messages=Messages(
                messages["queue"], timedelta(seconds=messages["head_start_s"]), timedelta(minutes=messages["due_min"])
            ),
            blocked=tuple(stored["blocked"]),
            premium=stored["premium"],
        )
