"""What somebody of a client asks of the supervisors: a short message, or to listen in. Texts are sealed.

A request to listen is about an agent's present conversation, or about the next one of a queue; it is granted for that
conversation only, to whoever asked. What nobody decides within :data:`DECIDED_WITHIN` has expired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journal import service as journal
from journal.core.facts import SYSTEM
from kit import vault
from kit.clock import millis
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from kit.tenantkeys import TenantKeys
from live.core.board import Board
from live.core.messages import LONGEST, LONGEST_ANSWER, MOST, WITHIN, cleaned
from live.errors import AskDecided, MessageAnswered, MessageNotClear, NobodyToHear, TooManyMessages
from live.facts import (
    ListeningAsked,
    ListeningDecided,
    SupervisorMessageAnswered,
    SupervisorMessaged,
    SupervisorMessageRead,
)
from tenants.speaker import Speaker

MESSAGE, LISTEN = "message", "listen"
GRANTED, DECLINED, EXPIRED = "granted", "declined", "expired"
DECIDED_WITHIN, HEARD_WITHIN = timedelta(minutes=10), timedelta(minutes=30)
"""So long a request waits for a supervisor, and so long a granted one for its conversation to begin."""

_COLUMNS = """id, kind, agent_id, queue_id, interaction_id, user_id, name, role, text, asked_at, read_at, read_by,
  decision, answer, answered_at, answered_by"""
_LATELY = "SELECT count(*) AS n FROM gf.client_ask WHERE tenant_id = $1 AND user_id = $2 AND asked_at > $3"
_ASK = """
INSERT INTO gf.client_ask (tenant_id, id, kind, agent_id, queue_id, interaction_id, user_id, name, role, text, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
_SINCE = f"""
SELECT {_COLUMNS} FROM gf.client_ask WHERE tenant_id = $1 AND asked_at >= $2 AND ($3::text IS NULL OR user_id = $3)
ORDER BY id DESC LIMIT 100
"""  # noqa: S608 - our own constant
_ONE = f"SELECT {_COLUMNS} FROM gf.client_ask WHERE tenant_id = $1 AND id = $2 FOR UPDATE"  # noqa: S608 - as above
_READ = "UPDATE gf.client_ask SET read_at = $3, read_by = $4 WHERE tenant_id = $1 AND id = $2"
_ANSWER = """
UPDATE gf.client_ask SET decision = $3, answer = $4, answered_at = $5, answered_by = $6,
  read_at = coalesce(read_at, $5), read_by = coalesce(read_by, $6) WHERE tenant_id = $1 AND id = $2
"""
_FOUND = """
UPDATE gf.client_ask SET interaction_id = $3 WHERE tenant_id = $1 AND id = $2 AND interaction_id IS NULL
"""
_LATE = """
SELECT id, asked_at FROM gf.client_ask WHERE tenant_id = $1 AND kind = 'listen' AND decision IS NULL AND asked_at < $2
FOR UPDATE
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """To listen to an agent (by the client's own id), or to the next conversation of a queue."""

    agent_id: UUID | None = None
    queue_id: UUID | None = None


async def write(scope: Scope, text: str, by: Speaker, now: datetime) -> UUID:
    """Write to the supervisors. Raises :class:`MessageNotClear`, :class:`TooManyMessages` and ``KeysAway``."""
    kept = await _kept(scope, text, by, now)
    row = await _insert(scope, MESSAGE, Wish(), None, (kept, by), now)
    fact = SupervisorMessaged(by.user_id, by.name, by.role, len(kept))
    journal.append(scope, fact, subject=row, at=now, actor=by.actor)
    return row


async def ask_to_listen(scope: Scope, wish: Wish, reason: str, board: Board, by: Speaker, now: datetime) -> UUID:
    """Ask to listen in. Raises as :func:`write`, :class:`NotFound` and :class:`NobodyToHear`."""
    if (wish.agent_id is None) == (wish.queue_id is None):
        raise NotFound
    seat = None if wish.agent_id is None else board.seat_of(str(wish.agent_id))
    if seat is None and str(wish.queue_id) not in board.queues:
        raise NotFound
    interaction = None if seat is None else _talking(board, seat.interaction_id)
    if seat is not None and interaction is None:
        raise NobodyToHear
    kept = await _kept(scope, reason, by, now)
    row = await _insert(scope, LISTEN, wish, interaction, (kept, by), now)
    agent, queue = (str(each) if each else "" for each in (wish.agent_id, wish.queue_id))
    fact = ListeningAsked(agent, queue, by.user_id, by.name, by.role, kept)
    journal.append(scope, fact, subject=row, at=now, actor=by.actor)
    return row


async def read(scope: Scope, ask_id: UUID, by: Speaker, now: datetime) -> None:
    """Note that a supervisor has seen a message; harmless when one has. Raises :class:`NotFound`."""
    row = await _one(scope, ask_id, MESSAGE)
    if row["read_at"] is None:
        await scope.fetch(_READ, scope.tenant_id, ask_id, now, by.name)
        fact = SupervisorMessageRead(by.user_id, by.name, millis(now) - millis(row["asked_at"]))
        journal.append(scope, fact, subject=ask_id, at=now, actor=by.actor)


async def answer(scope: Scope, ask_id: UUID, text: str, by: Speaker, now: datetime) -> None:
    """Answer a message in one line, once.

    Raises :class:`NotFound`, :class:`MessageAnswered` and :class:`MessageNotClear`.
    """
    row = await _one(scope, ask_id, MESSAGE)
    if row["answered_at"] is not None:
        raise MessageAnswered
    kept = cleaned(text, LONGEST_ANSWER, lines=False)
    if kept is None:
        raise MessageNotClear
    await _answer(scope, ask_id, None, kept, by.name, now)
    fact = SupervisorMessageAnswered(by.user_id, by.name, millis(now) - millis(row["asked_at"]), len(kept))
    journal.append(scope, fact, subject=ask_id, at=now, actor=by.actor)


async def decide(scope: Scope, ask_id: UUID, decision: str, reason: str, by: Speaker, now: datetime) -> None:
    """Grant or decline a request to listen, with a reason. Raises as :func:`answer`, and :class:`AskDecided`."""
    row = await _one(scope, ask_id, LISTEN)
    if row["decision"] is not None or now > row["asked_at"] + DECIDED_WITHIN:
        raise AskDecided
    kept = cleaned(reason, LONGEST_ANSWER, lines=False)
    if kept is None:
        raise MessageNotClear
    await _answer(scope, ask_id, decision, kept, by.name, now)
    fact = ListeningDecided(decision, by.user_id, by.name, kept, millis(now) - millis(row["asked_at"]))
    journal.append(scope, fact, subject=ask_id, at=now, actor=by.actor)


async def sweep(scope: Scope, now: datetime) -> None:
    """Let requests that nobody decided in time expire."""
    for row in await scope.fetch(_LATE, scope.tenant_id, now - DECIDED_WITHIN):
        await scope.fetch(_ANSWER, scope.tenant_id, row["id"], EXPIRED, None, now, None)
        fact = ListeningDecided(EXPIRED, "", "", "", DECIDED_WITHIN // timedelta(milliseconds=1))
        journal.append(scope, fact, subject=row["id"], at=now, actor=SYSTEM)


async def granted(scope: Scope, ask_id: UUID, by: Speaker, board: Board, now: datetime) -> str:
    """Return the conversation that somebody was let listen to. Raises :class:`NotFound` and :class:`NobodyToHear`.

    Of a queue it is the first that is connected after the grant; once found it stays that one.
    """
    row = await _one(scope, ask_id, LISTEN)
    if row["user_id"] != by.user_id or row["decision"] != GRANTED:
        raise NotFound
    found = heard_of(row, board, now)
    if found is None:
        raise NobodyToHear
    await scope.fetch(_FOUND, scope.tenant_id, ask_id, UUID(found))
    return found


def heard_of(row: Row, board: Board, now: datetime) -> str | None:
    """Return the conversation of a granted request that can be heard now; None: there is none, or none any more."""
    if row["decision"] != GRANTED:
        return None
    if row["interaction_id"] is not None:
        return None if (talks := _talking(board, str(row["interaction_id"]))) is None else str(talks)
    since = millis(row["answered_at"])
    if now > row["answered_at"] + HEARD_WITHIN:
        return None
    talking = [c for c in board.calls.values() if c.state == "talking" and c.queue_id == str(row["queue_id"])]
    return next((call.id for call in sorted(talking, key=lambda call: call.since) if call.since >= since), None)


async def since(scope: Scope, at: datetime, user_id: str | None = None) -> list[dict[str, Any]]:
    """Return what was asked since then, by one or by all of the client, newest first, open. Raises ``KeysAway``."""
    return await _open(scope, await scope.fetch(_SINCE, scope.tenant_id, at, user_id))


def where(column: str, ask_id: UUID) -> str:
    """Return where a sealed text belongs."""
    return f"client_ask|{column}|{ask_id}"


def _talking(board: Board, interaction: str) -> UUID | None:
    call = board.calls.get(interaction)
    return UUID(call.id) if call is not None and call.state == "talking" else None


async def _kept(scope: Scope, text: str, by: Speaker, now: datetime) -> str:
    kept = cleaned(text, LONGEST, lines=True)
    if kept is None:
        raise MessageNotClear
    lately = await scope.fetch(_LATELY, scope.tenant_id, by.user_id, now - WITHIN)
    if lately[0]["n"] >= MOST:
        raise TooManyMessages
    return kept


async def _insert(
    scope: Scope, kind: str, wish: Wish, interaction: UUID | None, said: tuple[str, Speaker], now: datetime
) -> UUID:
    text, by = said
    row, keys = new_id(), await vault.sealing(scope)
    await scope.fetch(
        _ASK, scope.tenant_id, row, kind, wish.agent_id, wish.queue_id, interaction, by.user_id, by.name, by.role,
        keys.seal(text, where("text", row)), now,
    )  # fmt: skip
    return row


async def _answer(scope: Scope, ask_id: UUID, decision: str | None, text: str, by: str, now: datetime) -> None:
    keys = await vault.sealing(scope)
    sealed = keys.seal(text, where("answer", ask_id))
    await scope.fetch(_ANSWER, scope.tenant_id, ask_id, decision, sealed, now, by)


async def _one(scope: Scope, ask_id: UUID, kind: str) -> Row:
    found = await scope.fetch(_ONE, scope.tenant_id, ask_id)
    if not found or found[0]["kind"] != kind:
        raise NotFound
    return found[0]


async def _open(scope: Scope, rows: Sequence[Row]) -> list[dict[str, Any]]:
    def opened(keys: TenantKeys) -> list[dict[str, Any]]:
        names = ("text", "answer")
        return [
            {**row, **{n: keys.open(row[n], where(n, row["id"])) if row[n] else None for n in names}} for row in rows
        ]

    return await vault.opened(scope, opened) if rows else []
