"""Interactions as the switchboard leaves them: their facts in the journal, the record folded from these, the sound."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from interactions.core.record import InteractionRecord, apply
from interactions.facts import (
    DispositionChosen,
    FlowStepped,
    InteractionAbandoned,
    InteractionConnected,
    InteractionDequeued,
    InteractionEnded,
    InteractionHandled,
    InteractionQueued,
    InteractionStarted,
    OfferEnded,
    OfferMade,
)
from interactions.recordings.facts import RecordingStored
from interactions.records import save, save_parts, save_recording
from journal import service as journal
from journal.core.facts import SYSTEM, Fact, Payload
from kit.db import AccessibleTenantId, Scope
from kit.ids import new_id
from tests.support.site import Site

WHY = {"candidates": 3, "step": 1, "rule": "longest_idle", "tie_break": "least_flexible"}
CONTACT = "+86 138****1234"


@dataclass(frozen=True)
class Place:
    """A queue of a client and two of its agents, as the site's blueprint made them."""

    tenant: AccessibleTenantId
    queue: UUID
    queue_code: str
    queue_name: str
    agents: tuple[UUID, UUID]
    aliases: tuple[str, str]


async def place(site: Site, code: str = "galaxy") -> Place:
    """Return the first queue and agents of a client."""
    tenant = site.tenants[code]
    async with site.house.app.transaction(tenant) as scope:
        queue = (await scope.fetch("SELECT id, code, name FROM gf.queue WHERE tenant_id = $1 ORDER BY code", tenant))[0]
        agents = await scope.fetch(
            "SELECT agent_id, alias FROM gf.agent_profile WHERE tenant_id = $1 ORDER BY alias LIMIT 2", tenant
        )
    ids, aliases = (tuple(row[name] for row in agents) for name in ("agent_id", "alias"))
    return Place(tenant, queue["id"], queue["code"], queue["name"], (ids[0], ids[1]), (aliases[0], aliases[1]))


def arrival(at: Place, *, digits: str | None = "1") -> list[Payload]:
    """A contact comes through the flow into the queue."""
    return [
        InteractionStarted("+862150001234", CONTACT, "voice", "inbound", "main", 3),
        FlowStepped("hello", "play", "done"),
        FlowStepped("choose", "menu", digits or "no_input", digits),
        FlowStepped("branch", "switch", "case:0"),
        InteractionQueued(at.queue_code, str(at.queue), 0),
    ]


def offered(at: Place, agent: int, outcome: str) -> list[Payload]:
    """One offer and its end."""
    offer, who = str(uuid4()), str(at.agents[agent])
    return [OfferMade(offer, who, str(at.queue), "2026-11-21T08:00:15Z", WHY), OfferEnded(offer, who, outcome)]


def key_of(at: Place, recording: UUID) -> str:
    """Where a recording of the tenant lies."""
    return f"t/{at.tenant}/call/2026/11/{recording}.wav"


def answered(at: Place, *, recording: UUID, code: str = "solved") -> list[Payload]:
    """Return a whole call: rung at one agent in vain, answered by the other, recorded, wrapped up."""
    who, queue = str(at.agents[1]), str(at.queue)
    return [
        *arrival(at),
        *offered(at, 0, "expired"),
        *offered(at, 1, "answered"),
        InteractionConnected(who, queue, str(uuid4()), 18_600),
        InteractionEnded("contact", "normal", "talking", 61_000, who),
        RecordingStored(str(recording), key_of(at, recording), "9f" * 32, 1000, "call", len(sound())),
        DispositionChosen(who, code, "called back <b>twice</b>"),
        InteractionHandled(who, queue, 61_000, 0, 12_000),
    ]


def abandoned(at: Place) -> list[Payload]:
    """Return a contact who left while it rang."""
    who = [*arrival(at, digits=None), *offered(at, 0, "contact_left")]
    left = InteractionAbandoned(str(at.queue), 31_000, "ringing")
    return [*who, left, InteractionEnded("contact", "normal", "ringing", 0, None)]


def voicemail(at: Place, *, recording: UUID) -> list[Payload]:
    """Return a contact who waited too long and left a message."""
    stored = RecordingStored(str(recording), key_of(at, recording), "9f" * 32, 1000, "voicemail", len(sound()))
    return [
        *arrival(at),
        InteractionDequeued(str(at.queue), 240_000, "timeout"),
        FlowStepped("message", "voicemail", "done"),
        stored,
        InteractionEnded("contact", "normal", "voicemail", 0, None),
    ]


async def tell(site: Site, tenant: AccessibleTenantId, story: Sequence[Payload], at: datetime | None = None) -> UUID:
    """Write a story a second per fact, ending now, with its record and sound; return the interaction's id."""
    begin = at or datetime.now(UTC) - timedelta(seconds=len(story))
    subject = new_id()
    async with site.house.app.transaction(tenant) as scope:
        for second, payload in enumerate(story):
            moment = begin + timedelta(seconds=second)
            journal.append(scope, payload, subject=subject, at=moment, actor=SYSTEM)
    async with site.house.app.transaction(tenant) as scope:
        await _fold(site, scope, await journal.history(scope, subject))
    return subject


async def _fold(site: Site, scope: Scope, facts: Sequence[Fact]) -> None:
    record: InteractionRecord | None = None
    for fact in facts:
        record = apply(record, fact)
    assert record is not None
    await save(scope, [record], {})
    await save_parts(scope, facts)
    for fact in facts:
        if fact.kind == "RecordingStored":
            await save_recording(scope, fact)
            path = site.settings.recordings_folder / fact.data["key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(sound())


def sound(seconds: int = 1) -> bytes:
    """Silence, 8 kHz."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(16_000 * seconds))
    return made.getvalue()


async def facts_of(site: Site, tenant: AccessibleTenantId, subject: UUID, kind: str) -> list[dict[str, Any]]:
    """Return the data of an interaction's facts of one kind."""
    async with site.house.app.transaction(tenant) as scope:
        return [dict(fact.data) for fact in await journal.history(scope, subject) if fact.kind == kind]
