"""A question, a request to cancel and a seat task about a client's work order, for others to look for."""

from __future__ import annotations

from uuid import UUID, uuid5

from kit import vault
from kit.clock import now
from kit.db import Transaction
from probe.core.canaries import Canaries
from workorders.service.sealing import where

_ASKED = """
INSERT INTO gf.work_order_info_request (tenant_id, id, work_order_id, question, path, state, asked_side, asked_by_name,
  asked_at, answer, answered_by_name, closed_at)
SELECT $1, $2, min(id::text)::uuid, $3, '/title', 'answered', 'tenant', $4, $5, $6, $7, $5
FROM gf.work_order WHERE tenant_id = $1
"""
_CANCELLED = """
INSERT INTO gf.work_order_cancellation (tenant_id, id, work_order_id, state, reason, requested_side, requested_by_name,
  requested_at, error, decision_reason, decided_by_name, decided_at)
SELECT $1, $2, min(id::text)::uuid, 'terminatedWithError', $3, 'outsourcer', $4, $5, 'declined', $6, $7, $5
FROM gf.work_order WHERE tenant_id = $1
"""
_TASK = """
INSERT INTO gf.work_order_seat_task (tenant_id, id, work_order_id, agent_id, kind, instructions, state, created_side,
  created_by_name, created_at, outcome, completed_at)
SELECT $1, $2, min(id::text)::uuid, $3, 'call_back', $4, 'done', 'tenant', $5, $6, $7, $6
FROM gf.work_order WHERE tenant_id = $1
"""


def info_request_of(tenant: UUID) -> UUID:
    """Return the id of a question about one of a client's work orders."""
    return uuid5(tenant, "info request")


def seat_task_of(tenant: UUID) -> UUID:
    """Return the id of a seat task about one of a client's work orders."""
    return uuid5(tenant, "seat task")


async def shake_hands(scope: Transaction, agent: UUID, words: Canaries) -> None:
    """Let each handshake have been gone through once, about the client's first work order."""
    tenant, keys, at = scope.tenant_id, await vault.sealing(scope), now()

    def sealed(table: str, column: str, row: UUID) -> str:
        return keys.seal(words.word(f"{table}'s {column}"), where(f"work_order_{table}", column, row))

    asked, wish, task = info_request_of(tenant), uuid5(tenant, "cancellation"), seat_task_of(tenant)
    question, answer = sealed("info_request", "question", asked), sealed("info_request", "answer", asked)
    await scope.fetch(_ASKED, tenant, asked, question, words.word("asker"), at, answer, words.word("answerer"))
    reason, said = sealed("cancellation", "reason", wish), sealed("cancellation", "decision_reason", wish)
    await scope.fetch(_CANCELLED, tenant, wish, reason, words.word("wisher"), at, said, words.word("decider"))
    wanted, outcome = sealed("seat_task", "instructions", task), sealed("seat_task", "outcome", task)
    await scope.fetch(_TASK, tenant, task, agent, wanted, words.word("task's maker"), at, outcome)
