"""Messages from supervisors to agents: sending, reading, answering. Texts are sealed; facts hold none of them.

A message is one agent's, in one tenant. Sent to several it is as many rows with one ``batch_id``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit import vault
from kit.clock import millis
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from kit.tenantkeys import TenantKeys
from live.core.messages import LONGEST, LONGEST_ANSWER, MOST, WITHIN, cleaned
from live.errors import MessageAnswered, MessageNotClear, TooManyMessages
from live.facts import AgentMessageAnswered, AgentMessaged, AgentMessageRead
from routing.core.needs import meets, needs_of
from tenants.speaker import Speaker

_SENT_LATELY = """
SELECT count(DISTINCT batch_id) AS n FROM gf.agent_message WHERE tenant_id = $1 AND user_id = $2 AND sent_at > $3
"""
_ANSWERED_LATELY = """
SELECT count(*) AS n FROM gf.agent_message WHERE tenant_id = $1 AND agent_id = $2 AND answered_at > $3
"""
_SEND = """
INSERT INTO gf.agent_message (tenant_id, id, batch_id, agent_id, audience, queue_id, user_id, name, text, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_OF_AGENT = """
SELECT id, name, audience, text, sent_at, read_at, answer FROM gf.agent_message
WHERE tenant_id = $1 AND agent_id = $2 AND sent_at >= $3 ORDER BY id DESC LIMIT 50
"""
_OF_SENDER = """
SELECT id, batch_id, agent_id::text AS agent_id, audience, queue_id::text AS queue_id, text, sent_at, read_at, answer,
  answered_at, answer_seen_at
FROM gf.agent_message WHERE tenant_id = $1 AND user_id = $2 AND sent_at >= $3 ORDER BY id DESC LIMIT 500
"""
_ONE = """
SELECT sent_at, read_at, answered_at FROM gf.agent_message WHERE tenant_id = $1 AND id = $2 AND agent_id = $3 FOR UPDATE
"""
_READ = "UPDATE gf.agent_message SET read_at = $3 WHERE tenant_id = $1 AND id = $2"
_ANSWER = "UPDATE gf.agent_message SET answer = $3, answered_at = $4 WHERE tenant_id = $1 AND id = $2"
_SEEN = """
UPDATE gf.agent_message SET answer_seen_at = $3
WHERE tenant_id = $1 AND user_id = $2 AND answered_at IS NOT NULL AND answer_seen_at IS NULL
"""
_AGENTS = """
SELECT agent_id, skills::text AS skills FROM gf.agent_profile WHERE tenant_id = $1 AND retired_at IS NULL ORDER BY seat
"""
_NEEDED = """
SELECT needs::text AS needs FROM gf.queue WHERE tenant_id = $1 AND code = ANY($2::text[]) AND retired_at IS NULL
"""
_NEEDS = "SELECT needs::text AS needs FROM gf.queue WHERE tenant_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: ``batch_id`` is the same for all who get it; ``audience``: agent, queue, client or all."""

    batch_id: UUID
    audience: str
    text: str
    queue_id: UUID | None = None


async def agents_of(scope: Scope, queue_id: UUID | None) -> list[UUID]:
    """Return the agents of the tenant, by its own ids: of one queue, or all. Raises :class:`NotFound`."""
    agents = await scope.fetch(_AGENTS, scope.tenant_id)
    if queue_id is None:
        return [row["agent_id"] for row in agents]
    found = await scope.fetch(_NEEDS, scope.tenant_id, queue_id)
    if not found:
        raise NotFound
    needs = needs_of(orjson.loads(found[0]["needs"]))
    return [row["agent_id"] for row in agents if meets(orjson.loads(row["skills"]), needs)]


async def agents_serving(scope: Scope, queues: Sequence[str] | None) -> list[UUID]:
    """Return the agents of the tenant, by its own ids, who serve one of these queues, by their codes; None: all."""
    if queues is None:
        return await agents_of(scope, None)
    rows = await scope.fetch(_NEEDED, scope.tenant_id, list(queues))
    needs = [needs_of(orjson.loads(row["needs"])) for row in rows]
    skilled = [(row["agent_id"], orjson.loads(row["skills"])) for row in await scope.fetch(_AGENTS, scope.tenant_id)]
    return [agent for agent, skills in skilled if any(meets(skills, each) for each in needs)]


async def send(scope: Scope, message: Message, to: Sequence[UUID], by: Speaker, now: datetime) -> None:
    """Send a message to agents of the tenant.

    Raises :class:`MessageNotClear`, :class:`TooManyMessages` and ``KeysAway``.
    """
    text = cleaned(message.text, LONGEST, lines=True)
    if text is None or not to:
        raise MessageNotClear
    lately = await scope.fetch(_SENT_LATELY, scope.tenant_id, by.user_id, now - WITHIN)
    if lately[0]["n"] >= MOST:
        raise TooManyMessages
    keys = await vault.sealing(scope)
    for agent_id in to:
        row = new_id()
        await scope.fetch(
            _SEND, scope.tenant_id, row, message.batch_id, agent_id, message.audience, message.queue_id, by.user_id,
            by.name, keys.seal(text, where("text", row)), now,
        )  # fmt: skip
        fact = AgentMessaged(
            str(agent_id), str(message.batch_id), message.audience, by.user_id, by.name, by.role, len(text)
        )
        journal.append(scope, fact, subject=row, at=now, actor=by.actor)


async def of_agent(scope: Scope, agent_id: UUID, since: datetime) -> list[dict[str, Any]]:
    """Return what an agent was written since then, newest first. Raises ``KeysAway``."""
    rows = await _open(scope, await scope.fetch(_OF_AGENT, scope.tenant_id, agent_id, since))
    return [
        {
            "id": str(row["id"]), "from": row["name"], "audience": row["audience"], "text": row["text"],
            "at": millis(row["sent_at"]), "read": row["read_at"] is not None, "answer": row["answer"],
        }
        for row in rows
    ]  # fmt: skip


async def of_sender(scope: Scope, user_id: str, since: datetime) -> list[dict[str, Any]]:
    """Return what somebody wrote to the tenant's agents since then, newest first, open. Raises ``KeysAway``."""
    return await _open(scope, await scope.fetch(_OF_SENDER, scope.tenant_id, user_id, since))


async def read(scope: Scope, message_id: UUID, agent_id: UUID, now: datetime) -> None:
    """Note that the agent has seen its message; harmless when it has. Raises :class:`NotFound`."""
    row = await _own(scope, message_id, agent_id)
    if row["read_at"] is None:
        await _note_read(scope, message_id, agent_id, row, now)


async def answer(scope: Scope, message_id: UUID, agent_id: UUID, text: str, now: datetime) -> None:
    """Answer one's message in one line, once; it is read by that.

    Raises :class:`NotFound`, ``KeysAway``, and what ``live.errors`` has.
    """
    row = await _own(scope, message_id, agent_id)
    if row["answered_at"] is not None:
        raise MessageAnswered
    kept = cleaned(text, LONGEST_ANSWER, lines=False)
    if kept is None:
        raise MessageNotClear
    lately = await scope.fetch(_ANSWERED_LATELY, scope.tenant_id, agent_id, now - WITHIN)
    if lately[0]["n"] >= MOST:
        raise TooManyMessages
    if row["read_at"] is None:
        await _note_read(scope, message_id, agent_id, row, now)
    keys = await vault.sealing(scope)
    await scope.fetch(_ANSWER, scope.tenant_id, message_id, keys.seal(kept, where("answer", message_id)), now)
    fact = AgentMessageAnswered(str(agent_id), millis(now) - millis(row["sent_at"]), len(kept))
    journal.append(scope, fact, subject=message_id, at=now, actor=Actor("agent", str(agent_id)))


async def answers_seen(scope: Scope, user_id: str, now: datetime) -> None:
    """Note that whoever wrote has seen the answers."""
    await scope.fetch(_SEEN, scope.tenant_id, user_id, now)


async def _own(scope: Scope, message_id: UUID, agent_id: UUID) -> Mapping[str, Any]:
    found = await scope.fetch(_ONE, scope.tenant_id, message_id, agent_id)
    if not found:
        raise NotFound
    return found[0]


async def _note_read(scope: Scope, message: UUID, agent: UUID, row: Mapping[str, Any], now: datetime) -> None:
    await scope.fetch(_READ, scope.tenant_id, message, now)
    fact = AgentMessageRead(str(agent), millis(now) - millis(row["sent_at"]))
    journal.append(scope, fact, subject=message, at=now, actor=Actor("agent", str(agent)))


async def _open(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    def opened(keys: TenantKeys) -> list[dict[str, Any]]:
        names = ("text", "answer")
        return [
            {**row, **{n: keys.open(row[n], where(n, row["id"])) if row[n] else None for n in names}} for row in rows
        ]

    return await vault.opened(scope, opened) if rows else []


def where(column: str, message_id: UUID) -> str:
    """Return where a sealed text of a message belongs."""
    return f"agent_message|{column}|{message_id}"
