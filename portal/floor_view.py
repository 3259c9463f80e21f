"""What the floor's page shows, from the boards of the clients that a supervisor serves: pure, one value in, one out.

An agent serves several clients; its board rows are joined by who it really is, and shown under the outsourcer's own
names. Where it works for a client whose door is closed to the reader, it is ``elsewhere`` and nothing more is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from live.core.alerts import OF_THE_CENTRE, Alert, alerts
from live.core.board import Board
from live.core.controls import in_force
from live.core.rows import CallRow, QueueRow, SeatRow
from live.core.view import queue as shown_queue
from live.core.view import seat as shown_seat
from tenants.core.masks import Shown, narrow
from tenants.core.supervision import Supervision

OPEN, LOCKED, SUSPENDED, AWAY, STALE = "open", "locked", "suspended", "away", "stale"
"""How a client is found: its door is closed, it is suspended, its database is away, or nothing new came for a while."""
_ELSEWHERE = "elsewhere"
WAYS = ("listen", "whisper", "barge", "take_over")


@dataclass(frozen=True, slots=True)
class Door:
    """A client as this supervisor finds it; ``shown``: how much of contacts' numbers, ``may``: its policy."""

    id: UUID
    code: str
    name: str
    state: str = OPEN
    shown: Shown = Shown.HIDDEN
    may: Supervision | None = None
    supervises: bool = False
    centre: bool = False
    """The call centre itself: it has alerts, and is no client."""


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as the outsourcer knows it."""

    id: UUID
    name: str
    seat: str
    desk: str | None


People = Mapping[tuple[UUID, str], Person]
"""Agents by client and the client's own id of them."""


def document(doors: Iterable[tuple[Door, Board | None]], people: People, now: int) -> dict[str, Any]:
    """Return clients, queues, agents and alerts as rows with an ``id``; who asks for help is first. ``now``: in ms."""
    every = list(doors)
    boards = [(door, board) for door, board in every if board is not None]
    found: dict[UUID, list[tuple[Door, Board, SeatRow]]] = {}
    known: dict[UUID, Person] = {}
    for door, board in boards:
        for row in board.seats.values():
            person = people.get((door.id, row.agent_id))
            if person is not None:
                known[person.id] = person
                found.setdefault(person.id, []).append((door, board, row))
    agents = [_agent(known[agent], rows) for agent, rows in found.items()]
    return {
        "clients": [_client(door, board) for door, board in every if not door.centre],
        "queues": [_queue(door, board, row) for door, board in boards for row in board.queues.values()],
        "alerts": _alerts(boards, people, now),
        "acts": [
            {**act, "client": str(door.id)} for door, board in boards for act in in_force(board, now) if not door.centre
        ],
        "taken": [_taken(door, call) for door, board in boards for call in board.calls.values() if _is_taken(call)],
        "agents": sorted(agents, key=lambda row: (row["hand_at"] or 2**53, row["seat"])),
    }


def _alerts(boards: list[tuple[Door, Board]], people: People, now: int) -> list[dict[str, Any]]:
    """Return what supervisors of these clients should look at. What several clients tell of one agent is one alert."""
    found: dict[tuple[str, object], dict[str, Any]] = {}
    for door, board in boards:
        for alert in alerts(board, (door.may or Supervision()).alerts, now) if door.supervises else ():
            if alert.kind in OF_THE_CENTRE and not door.centre:
                continue
            person = people.get((door.id, str(alert.subject))) if alert.seat else None
            key = (alert.kind, alert.id if person is None else person.id)
            row = _alert(door, alert, person)
            if key not in found or (row["by"] and not found[key]["by"]):
                found[key] = row
    return sorted(found.values(), key=lambda row: (row["by"] is not None, row["due"], row["id"]))


def _alert(door: Door, alert: Alert, person: Person | None) -> dict[str, Any]:
    return {
        "id": alert.id,
        "kind": alert.kind,
        "client": str(door.id),
        "agent": None if person is None else str(person.id),
        "name": alert.name if person is None else person.name,
        "since": alert.since,
        "due": alert.due,
        "level": alert.level,
        "by": None if alert.by is None else alert.by[1],
        "by_at": alert.by_at or None,
    }


def _client(door: Door, board: Board | None) -> dict[str, Any]:
    policy = door.may or Supervision()
    row: dict[str, Any] = {
        "id": str(door.id),
        "code": door.code,
        "name": door.name,
        "state": door.state,
        "may": [way for way in WAYS if door.supervises and policy.allows(way)],
        "supervises": door.supervises,
        "without_reason": policy.without_reason,
    }
    if board is None:
        return {**row, "waiting": None, "oldest_wait_at": None, "wait_s": None, "level": None, "target_pct": None,
                "engine": None, "messages": 0}  # fmt: skip
    waits = [at for queue in board.queues.values() for at in queue.waiting.values()]
    return {
        **row,
        "waiting": len(waits),
        "oldest_wait_at": min(waits, default=None),
        "wait_s": board.limits.wait_s,
        "level": board.counts.level(board.formula),
        "target_pct": board.formula.target_pct,
        "engine": board.engine,
        "messages": board.messages,
    }


def _queue(door: Door, board: Board, row: QueueRow) -> dict[str, Any]:
    told = shown_queue(board, row)
    waits = ("waiting", "oldest_wait_at", "tasks", "tasks_due_at")
    kept = ("id", "code", "name", *waits, "offered", "answered", "abandoned", "service_level")
    calls = sorted((at, board.calls.get(call)) for call, at in row.waiting.items() if call in board.calls)
    waiting = [_waiting(door, call, at) for at, call in calls if call is not None]
    return {**{name: told[name] for name in kept}, "client": str(door.id), "calls": waiting}


def _waiting(door: Door, call: CallRow, at: int) -> dict[str, Any]:
    return {"id": call.id, "contact": narrow(call.contact, door.shown), "since": at, "rings": call.state == "ringing"}


def _is_taken(call: CallRow) -> bool:
    return bool(call.taken) and (call.state != "ended" or call.taken_how != "concluded")


def _taken(door: Door, call: CallRow) -> dict[str, Any]:
    name, user = call.taken
    contact = narrow(call.contact, door.shown)
    return {
        "id": call.id, "client": str(door.id), "contact": contact, "since": call.since, "name": name, "user_id": user,
        "held": call.taken_how == "held", "ended": call.state == "ended",
    }  # fmt: skip


def _agent(person: Person, rows: list[tuple[Door, Board, SeatRow]]) -> dict[str, Any]:
    door, board, row = min(rows, key=_distance)
    told = shown_seat(board, row)
    current = told["interaction"]
    elsewhere = row.reason == _ELSEWHERE
    return {
        "id": str(person.id),
        "name": person.name,
        "seat": person.seat,
        "desk": person.desk,
        "state": row.state,
        "reason": row.reason,
        "since": row.since,
        "phone": any(each.phone for _, _, each in rows),
        "desk_lost_at": row.desk_lost_at or None,
        "client": str(door.id) if current else None,
        "clients": sorted(str(each.id) for each, _, _ in rows),
        "interaction": {**current, "contact": narrow(current["contact"], door.shown)} if current else None,
        "hand_at": None if elsewhere else told["hand_at"],
        "watchers": [] if elsewhere else told["watchers"],
        "handled_today": sum(each.handled_today for _, _, each in rows),
        "offered_today": sum(each.offered_today for _, _, each in rows),
    }


def _distance(found: tuple[Door, Board, SeatRow]) -> tuple[bool, bool, int]:
    """Put the client whose work the agent has first, then the newest that was told."""
    row = found[2]
    return row.reason == _ELSEWHERE, not row.interaction_id, -row.since


Rows = Mapping[str, list[dict[str, Any]]]


def changed(before: Rows | None, after: Rows) -> dict[str, Any] | None:
    """Return the rows that differ, each whole; None when rows came or went, and a snapshot is needed."""
    if before is None or any([r["id"] for r in before[t]] != [r["id"] for r in after[t]] for t in after):
        return None
    pairs = {table: zip(before[table], rows, strict=True) for table, rows in after.items()}
    differs = {table: [row for old, row in rows if old != row] for table, rows in pairs.items()}
    return {table: rows for table, rows in differs.items() if rows}
