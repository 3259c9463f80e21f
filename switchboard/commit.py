"""One batch of one tenant in one transaction: the rows that its facts make, then the facts themselves, fenced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from interactions import records, tags
from interactions.core.agent_record import AGENT_KINDS, AgentRecord, apply_agent
from interactions.core.record import ENDED, INTERACTION_KINDS, InteractionRecord, apply
from interactions.records import Beside
from journal import service as journal
from journal.core.facts import NewFact
from journal.service import Fence
from kit.db import Plane, Scope
from switchboard.spool import Batch
from tenants.access import INSTALLATION, for_system


class _StoredBefore(Exception):
    """The batch was committed although we were not told so: undo this second attempt."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A new fact as ``apply`` reads one."""

    kind: str
    subject: UUID
    at: datetime
    data: dict[str, Any]


@dataclass(slots=True)
class Known:
    """The records of a tenant that facts are applied to; those of ended interactions are read again when needed."""

    interactions: dict[UUID, InteractionRecord] = field(default_factory=dict)
    agents: dict[UUID, AgentRecord] | None = None

    def forget(self, subjects: Iterable[UUID]) -> None:
        """Read these again from the database before facts are applied to them."""
        for subject in subjects:
            self.interactions.pop(subject, None)
        self.agents = None


async def store(database: Plane, known: Known, batch: Batch, *, again: bool) -> None:
    """Store a batch once, however often this is called; ``again``: an earlier attempt may have succeeded.

    Raises ``journal.errors.FencedOut``, and whatever PostgreSQL and the way to it raise.
    """
    told = [_Told(f.kind, f.subject, f.at, f.payload.data()) for f in batch.facts]
    try:
        async with database.transaction(for_system(batch.tenant, "switchboard")) as scope:
            interactions = await _applied(scope, known, told, {kept.interaction for kept in batch.kept})
            agents = await _applied_to_agents(scope, known, told)
            await records.save(scope, interactions.values(), _beside(batch))
            for fact in told:
                if fact.kind == "RecordingStored" and fact.subject in interactions:
                    await records.save_recording(scope, fact, told)
            await records.save_parts(scope, told)
            await tags.save_supervised(scope, {f.subject for f in told if f.kind == "SupervisionStarted"})
            await records.save_agents(scope, agents.values())
            await _append(scope, batch, again=again)
    except _StoredBefore:  # what was read may have held these facts already: read it again when it is needed
        known.forget(fact.subject for fact in told)
        return
    known.interactions.update(interactions)
    for record in interactions.values():
        if record.state == ENDED:
            del known.interactions[record.id]
    if known.agents is not None:
        known.agents.update(agents)


async def store_alone(scope: Scope, fact: NewFact) -> None:
    """Store the fact that a recording of a tenant is stored whose facts this floor does not write."""
    told = [_Told(fact.kind, fact.subject, fact.at, fact.payload.data())]
    interactions = await _applied(scope, Known(), told, set())
    await records.save(scope, interactions.values(), {})
    for each in told:
        if each.subject in interactions:
            await records.save_recording(scope, each)
    await journal.append_now(scope, [fact])


async def _applied(scope: Scope, known: Known, told: list[_Told], kept: set[UUID]) -> dict[UUID, InteractionRecord]:
    """Return the records that the facts changed, and those with something ``kept`` beside them for a restart."""
    facts = [fact for fact in told if fact.kind in INTERACTION_KINDS]
    wanted = {fact.subject for fact in facts} | kept
    begun = {fact.subject for fact in facts if fact.kind == "InteractionStarted"}
    unknown = wanted - set(known.interactions) - begun
    before = {**known.interactions, **(await records.load(scope, unknown) if unknown else {})}
    changed = {each: before[each] for each in kept if each in before}
    for fact in facts:
        after = apply(changed.get(fact.subject) or before.get(fact.subject), fact)
        if after is not None:
            changed[fact.subject] = after
    return changed


async def _applied_to_agents(scope: Scope, known: Known, told: list[_Told]) -> dict[UUID, AgentRecord]:
    facts = [fact for fact in told if fact.kind in AGENT_KINDS]
    if facts and known.agents is None:
        known.agents = await records.load_agents(scope)
    changed: dict[UUID, AgentRecord] = {}
    for fact in facts:
        after = apply_agent(changed.get(fact.subject) or (known.agents or {}).get(fact.subject), fact)
        if after is not None:
            changed[fact.subject] = after
    return changed


def _beside(batch: Batch) -> dict[UUID, Beside]:
    return {kept.interaction: Beside(kept.contact_number, kept.resume) for kept in batch.kept}


async def _append(scope: Scope, batch: Batch, *, again: bool) -> None:
    """Append the facts. The installation's journal has several writers and no fence: look whether they are there."""
    facts: tuple[NewFact, ...] = batch.facts
    if batch.tenant == INSTALLATION:
        if again and await journal.history(scope, facts[0].subject, limit=1):
            raise _StoredBefore
        await journal.append_now(scope, facts)
    elif not await journal.append_now(scope, facts, Fence(batch.fence, batch.number)):
        raise _StoredBefore
