"""A board with seats in memory, and facts about them, in the shapes that the switchboard writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from interactions.facts import AgentStateChanged
from journal.core.facts import Fact
from live.core.apply import apply
from live.core.board import Board
from tenants.facts import BlueprintApplied

TENANT = UUID(int=7)
BEGAN = datetime.now(UTC)
STATES = ("available", "offered", "talking", "wrapping_up")
LEVEL = {"variant": "SL2", "threshold_s": 20, "short_abandon_s": 5, "target_pct": 80, "id": "SL2"}


def agent_id(number: int) -> str:
    """Return the id of the agent at a seat."""
    return str(UUID(int=1000 + number))


def configured(seats: int) -> BlueprintApplied:
    """Return the fact that gives a board its seats and queues."""
    return BlueprintApplied(
        version=1, digest="", by="bench", why="", reverted_to=None, summary="", sections=[],
        queues=[{"id": f"q{n}", "code": f"q{n}", "name": f"队列 {n}"} for n in range(5)],
        seats=[
            {"seat": str(8000 + n), "agent_id": agent_id(n), "alias": f"客服{n:03}", "kind": "dedicated"}
            for n in range(seats)
        ],
        service_level=LEVEL, alerts={"wait_s": 120},
    )  # fmt: skip


def changed(number: int, state: str, reason: str | None = None) -> AgentStateChanged:
    """Return the fact that an agent is in another state."""
    return AgentStateChanged(agent_id(number), str(8000 + number), state, reason, None)


def board_of(seats: int) -> Board:
    """Return a board after its first fact."""
    board = Board("银河商城", "Asia/Shanghai")
    apply(board, Fact(TENANT, 1, BEGAN, "BlueprintApplied", 1, TENANT, {}, configured(seats).data()))
    return board


def events(after: int, seats: int, count: int) -> list[Fact]:
    """Return the next ``count`` changes of seats after the fact ``after``, each of another seat in turn."""
    return [_event(after + 1 + n, seats) for n in range(count)]


def _event(seq: int, seats: int) -> Fact:
    number = seq % seats
    data: Mapping[str, Any] = changed(number, STATES[seq % len(STATES)]).data()
    at = BEGAN + timedelta(milliseconds=seq % 1000)
    return Fact(TENANT, seq, at, "AgentStateChanged", 1, UUID(int=1000 + number), {}, data)
