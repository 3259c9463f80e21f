"""What must be true of a tenant's journal and rows after anything at all."""

from __future__ import annotations

from uuid import UUID

from interactions.board_rows import rows_at_head
from interactions.core.agent_record import AGENT_KINDS, AgentRecord, apply_agent
from interactions.core.record import INTERACTION_KINDS, InteractionRecord, apply
from interactions.records import load, load_agents
from journal import service as journal
from journal.core.facts import Fact
from kit.db import AccessibleTenantId, Plane, Scope
from live.core.apply import apply as apply_to_board
from live.core.board import Board
from live.core.stored import rows_differing


async def check_books(plane: Plane, tenant: AccessibleTenantId) -> None:
    """Rows are ``apply*(log)``, every offer, stay and interaction ends once, and states partition an agent's time.

    Both are read as of one moment: phones come and go by themselves, and so do the states of their agents.
    """
    async with plane.transaction(tenant) as scope:
        await scope.freeze()
        facts = await journal.read(scope, limit=100_000)
        await check_board(scope, facts)
        await check_rows(scope, facts)
    check_counts(facts)
    check_agents(facts)


async def check_board(scope: Scope, facts: list[Fact]) -> None:
    """The live board shows of each conversation what its row holds."""
    board = Board("", "UTC")
    for fact in facts:
        apply_to_board(board, fact)
    head, rows = await rows_at_head(scope, board.calls)
    about = {call: [(f.seq, f.kind) for f in facts if str(f.subject) == call] for call in board.calls}
    assert head == board.seq
    assert rows_differing(board, rows) == [], about


async def check_rows(scope: Scope, facts: list[Fact]) -> None:
    interactions: dict[UUID, InteractionRecord | None] = {}
    agents: dict[UUID, AgentRecord | None] = {}
    for fact in facts:
        if fact.kind in INTERACTION_KINDS:
            interactions[fact.subject] = apply(interactions.get(fact.subject), fact)
        elif fact.kind in AGENT_KINDS:
            agents[fact.subject] = apply_agent(agents.get(fact.subject), fact)
    stored = await load(scope, interactions)
    for key, record in interactions.items():
        about = [(fact.seq, fact.kind) for fact in facts if fact.subject == key]
        assert stored.get(key) == record, f"{stored.get(key)} is not what {about} make: {record}"
    kept = await load_agents(scope)
    assert kept == agents, f"{kept} are not what their facts make: {agents}"
    left = await scope.fetch("SELECT id FROM gf.interaction WHERE state = 'ended' AND resume IS NOT NULL")
    assert left == []


def check_counts(facts: list[Fact]) -> None:
    """Offers and stays in queues each end exactly once (routing.md 8, invariants 9 and 10); so do interactions."""

    def subjects(kind: str) -> list[Fact]:
        return [fact for fact in facts if fact.kind == kind]

    made = [fact.data["offer_id"] for fact in subjects("OfferMade")]
    over = [fact.data["offer_id"] for fact in subjects("OfferEnded")]
    assert len(set(made)) == len(made)
    assert len(set(over)) == len(over)
    assert set(over) <= set(made)
    started, ended = ([fact.subject for fact in subjects(f"Interaction{end}")] for end in ("Started", "Ended"))
    assert len(set(started)) == len(started)
    assert len(set(ended)) == len(ended)
    waiting: dict[UUID, int] = {}
    for fact in facts:
        if fact.kind == "InteractionQueued":
            waiting[fact.subject] = waiting.get(fact.subject, 0) + 1
        left_queue = fact.kind == "InteractionAbandoned" and fact.data["queue_id"]
        taken = fact.kind in {"InteractionConnected", "TaskAccepted"} and fact.data["offer_id"] in made
        if left_queue or taken or fact.kind == "InteractionDequeued":
            waiting[fact.subject] -= 1
        assert waiting.get(fact.subject, 0) in (0, 1)
        if fact.kind == "InteractionEnded":
            assert waiting.get(fact.subject, 0) == 0
    answered = [fact.data["offer_id"] for fact in subjects("OfferEnded") if fact.data["outcome"] == "answered"]
    took = [f.data["offer_id"] for f in facts if f.kind in {"InteractionConnected", "TaskAccepted"}]
    assert answered == [offer for offer in took if offer in made], "who dials or is handed a contact was offered none"


def check_agents(facts: list[Fact]) -> None:
    """An agent's states follow each other in time, and never the same twice."""
    seen: dict[UUID, Fact] = {}
    for fact in facts:
        if fact.kind == "AgentStateChanged":
            before = seen.get(fact.subject)
            assert before is None or (before.at <= fact.at and before.data != fact.data)
            seen[fact.subject] = fact
