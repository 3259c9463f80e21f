"""Rows of interactions, agents and recordings, read and written in the transaction of their facts.

Only the switchboard's recorder writes: it computes the rows by applying the facts that it appends. The contact's number
and the agent's note are sealed by the tenant's key in the row, and open in a record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from interactions import tags
from interactions.core.agent_record import AgentRecord
from interactions.core.record import InteractionRecord
from interactions.core.told import Told
from kit import vault
from kit.db import Scope
from kit.tenantkeys import TenantKeys

_FIELDS = tuple(field.name for field in dataclasses.fields(InteractionRecord))
_AGENT_FIELDS = tuple(field.name for field in dataclasses.fields(AgentRecord))
_FIXED = frozenset({"id", "number", "contact", "channel", "direction", "flow", "flow_version", "started_at"})
_IDS = ("id", "queue_id", "agent_id", "offer_id", "recording_id", "origin_id")
_COLUMNS = ("tenant_id", *_FIELDS, "contact_number", "contact_bidx", "resume", "tagged")

# ruff: noqa: S608 - the statements are put together from our own column names only
_SAVE = f"""
INSERT INTO gf.interaction ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS)} FROM jsonb_populate_recordset(NULL::gf.interaction, $1::jsonb)
ON CONFLICT (tenant_id, id) DO UPDATE SET
  {", ".join(f"{name} = excluded.{name}" for name in _FIELDS if name not in _FIXED)},
  contact_number = coalesce(interaction.contact_number, excluded.contact_number),
  contact_bidx = coalesce(interaction.contact_bidx, excluded.contact_bidx), resume = excluded.resume,
  tagged = excluded.tagged
"""
_SAVE_AGENTS = f"""
INSERT INTO gf.agent_state (tenant_id, {", ".join(_AGENT_FIELDS)})
SELECT tenant_id, {", ".join(_AGENT_FIELDS)} FROM jsonb_populate_recordset(NULL::gf.agent_state, $1::jsonb)
ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
  {", ".join(f"{name} = excluded.{name}" for name in _AGENT_FIELDS if name != "agent_id")}
"""
_SAVE_RECORDING = """
INSERT INTO gf.recording (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at, media,
  content_sha256, channels, repaired, gaps)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb) ON CONFLICT (tenant_id, id) DO NOTHING
"""
_SAVE_PART = """
INSERT INTO gf.agent_part (tenant_id, interaction_id, agent_id, at, queue_id, talk_ms, hold_ms, wrap_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, interaction_id, agent_id, at) DO NOTHING
"""
_GAP = "RecordingResumed"
_GAPS = f"""
SELECT at, data::text AS data FROM gf.journal WHERE tenant_id = $1 AND subject = $2 AND kind = '{_GAP}' ORDER BY seq
"""
_TEXTS = "because::text AS because, path::text AS path"
_PLAIN = ", ".join(f"i.{name}" for name in _FIELDS if name not in {"because", "path"})
_LOAD = f"SELECT {_PLAIN}, {_TEXTS} FROM gf.interaction i WHERE tenant_id = $1 AND id = ANY($2::uuid[])"
_LOAD_AGENTS = f"SELECT {', '.join(_AGENT_FIELDS)} FROM gf.agent_state WHERE tenant_id = $1"
_PART = """
SELECT i.queue_id, coalesce(j.data ->> 'agent_talk_ms', j.data ->> 'talk_ms', '0')::bigint AS talk_ms,
  coalesce((j.data ->> 'agent_hold_ms')::bigint, (j.data ->> 'hold_ms')::bigint, (
    SELECT sum((data ->> 'hold_ms')::bigint) FROM gf.journal
    WHERE tenant_id = $1 AND subject = $2 AND data ->> 'agent_id' = $3 AND kind = 'HoldEnded'), 0)::bigint AS hold_ms,
  i.disposition IS NOT NULL OR coalesce(j.kind = 'PartyLeft', false) AS has_outcome
FROM gf.interaction i LEFT JOIN LATERAL (
  SELECT kind, data FROM gf.journal WHERE tenant_id = $1 AND subject = $2 AND data ->> 'agent_id' = $3
    AND kind IN ('InteractionTransferred', 'AgentLeft', 'PartyLeft', 'InteractionEnded') ORDER BY seq DESC LIMIT 1
) j ON true WHERE i.tenant_id = $1 AND i.id = $2
"""
_LOAD_LIVE = f"""
SELECT {_PLAIN}, {_TEXTS}, contact_number, resume::text AS resume FROM gf.interaction i
WHERE tenant_id = $1 AND state <> 'ended'
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an interaction's row holds that is in no fact."""

    contact_number: str | None = None
    resume: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """An interaction that has not ended, and what is kept beside it."""

    record: InteractionRecord
    beside: Beside


@dataclass(frozen=True, slots=True)
class Part:
    """An agent's part of a conversation: in which queue's, and how long it talked and held, in milliseconds.

    ``has_outcome``: there is one, or none is to come from this agent, who was only called in.
    """

    queue_id: UUID
    talk_ms: int
    hold_ms: int
    has_outcome: bool


NOTHING = Beside()


async def save(scope: Scope, records: Iterable[InteractionRecord], beside: Mapping[UUID, Beside]) -> None:
    """Store records; a raw number that is stored already stays."""
    records = list(records)
    rows = [_row(scope.tenant_id, record, beside.get(record.id, NOTHING)) for record in records]
    if any(row["note"] or row["contact_number"] for row in rows):
        keys = await vault.sealing(scope)
        rows = [_sealed(row, keys) for row in rows]
    if rows:
        await scope.fetch(_SAVE, orjson.dumps(rows).decode())
    await tags.save(scope, records)


async def save_agents(scope: Scope, records: Iterable[AgentRecord]) -> None:
    """Store where agents are."""
    rows = [
        {"tenant_id": scope.tenant_id, **{name: getattr(record, name) for name in _AGENT_FIELDS}} for record in records
    ]
    if rows:
        await scope.fetch(_SAVE_AGENTS, orjson.dumps(rows).decode())


async def save_recording(scope: Scope, fact: Told, told: Sequence[Told] = ()) -> None:
    """Store the row of a ``RecordingStored`` fact, with what was left out. ``told``: facts that are not stored yet."""
    data = fact.data
    stored = await scope.fetch(_GAPS, scope.tenant_id, fact.subject)
    pauses: list[tuple[datetime, Mapping[str, Any]]] = [(row["at"], orjson.loads(row["data"])) for row in stored]
    pauses += [(each.at, each.data) for each in told if (each.kind, each.subject) == (_GAP, fact.subject)]
    gaps = [
        {"from": pause["since"], "to": at.isoformat(), "reason": pause["reason"], "offset_ms": pause["offset_ms"]}
        for at, pause in pauses
        if pause["recording_id"] == data["recording_id"]
    ]
    await scope.fetch(
        _SAVE_RECORDING, scope.tenant_id, UUID(data["recording_id"]), fact.subject, data["key"], data["kind"],
        data["sha256"], data["duration_ms"], data["bytes"], fact.at, data.get("media", "audio/wav"),
        data.get("content_sha256") or None, data.get("channels", 1), data.get("repaired", False),
        orjson.dumps(gaps).decode(),
    )  # fmt: skip


async def save_parts(scope: Scope, told: Sequence[Told]) -> None:
    """Store what agents did in conversations that they have finished with: a row of each ``InteractionHandled``."""
    for fact in told:
        if fact.kind == "InteractionHandled":
            data = fact.data
            queue = _id_or_none(data["queue_id"])
            await scope.fetch(
                _SAVE_PART, scope.tenant_id, fact.subject, UUID(data["agent_id"]), fact.at, queue, data["talk_ms"],
                data["hold_ms"], data["wrap_ms"],
            )  # fmt: skip


def _id_or_none(text: str) -> UUID | None:
    """Return an id; a conversation that was lost before its queue has none."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def which_stored(scope: Scope, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the recordings that have a row."""
    rows = await scope.fetch(
        "SELECT id FROM gf.recording WHERE tenant_id = $1 AND id = ANY($2::uuid[])", scope.tenant_id, list(ids)
    )
    return frozenset(UUID(str(row["id"])) for row in rows)


async def load(scope: Scope, ids: Iterable[UUID]) -> dict[UUID, InteractionRecord]:
    """Return the records that exist."""
    rows = await scope.fetch(_LOAD, scope.tenant_id, list(ids))
    return {record.id: record for record in map(_record, await _opened(scope, rows))}


async def load_agents(scope: Scope) -> dict[UUID, AgentRecord]:
    """Return where every agent is, as this tenant sees it."""
    rows = await scope.fetch(_LOAD_AGENTS, scope.tenant_id)
    return {
        UUID(str(row["agent_id"])): AgentRecord(
            UUID(str(row["agent_id"])), row["seat"], row["state"], row["reason"], row["since"],
            _uuid(row["interaction_id"]), row["phone"], row["chosen_phone"], row["other_phone"],
            row["desk_lost_at"],
        )
        for row in rows
    }  # fmt: skip


async def part_of(scope: Scope, interaction: UUID, agent: UUID) -> Part | None:
    """Return what an agent, by the tenant's own id, did in a conversation that it left; None: it had no queue."""
    rows = await scope.fetch(_PART, scope.tenant_id, interaction, str(agent))
    if not rows or rows[0]["queue_id"] is None:
        return None
    row = rows[0]
    return Part(UUID(str(row["queue_id"])), row["talk_ms"], row["hold_ms"], row["has_outcome"])


async def load_live(scope: Scope) -> list[Live]:
    """Return the interactions that have not ended, wrap-up included."""
    rows = await scope.fetch(_LOAD_LIVE, scope.tenant_id)
    return [
        Live(_record(row), Beside(row["contact_number"], orjson.loads(row["resume"]) if row["resume"] else None))
        for row in await _opened(scope, rows)
    ]


async def last_agent(scope: Scope, contact_number: str) -> UUID | None:
    """Return the agent who had a contact last, by the tenant's own id for it. Raises ``KeysAway``."""
    blind = await vault.opened(scope, lambda keys: keys.blind(contact_number, "contact_number"))
    rows = await scope.fetch(
        "SELECT agent_id FROM gf.interaction WHERE tenant_id = $1 AND contact_bidx = $2 AND agent_id IS NOT NULL"
        " ORDER BY started_at DESC LIMIT 1",
        scope.tenant_id, blind,
    )  # fmt: skip
    return UUID(str(rows[0]["agent_id"])) if rows else None


async def which_exist(scope: Scope, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of the ids that have a row."""
    rows = await scope.fetch(
        "SELECT id FROM gf.interaction WHERE tenant_id = $1 AND id = ANY($2::uuid[])", scope.tenant_id, list(ids)
    )
    return frozenset(UUID(str(row["id"])) for row in rows)


def where(column: str, interaction_id: UUID) -> str:
    """Return where a sealed text of an interaction's row belongs."""
    return f"interaction|{column}|{interaction_id}"


def _sealed(row: dict[str, Any], keys: TenantKeys) -> dict[str, Any]:
    number = row["contact_number"]
    made = {name: keys.seal(row[name], where(name, row["id"])) for name in ("contact_number", "note") if row[name]}
    found_by = {"contact_bidx": f"\\x{keys.blind(number, 'contact_number').hex()}"} if number else {}
    return {**row, **made, **found_by}


async def _opened(scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their note and, where it was selected, their number open."""
    names = ("note", "contact_number")
    if not any(row.get(name) for row in rows for name in names):
        return [dict(row) for row in rows]
    return await vault.opened(
        scope,
        lambda keys: [
            {**row, **{name: keys.open(row[name], where(name, row["id"])) for name in names if row.get(name)}}
            for row in rows
        ],
    )


def _row(tenant_id: UUID, record: InteractionRecord, beside: Beside) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in _FIELDS}
    number = beside.contact_number or None
    tagged = tags.VERSION if tags.is_tagged(record) else 0
    more = {"contact_number": number, "contact_bidx": None, "resume": beside.resume, "tagged": tagged}
    return {"tenant_id": tenant_id, **values, **more}


def _record(row: Mapping[str, Any]) -> InteractionRecord:
    values = {name: row[name] for name in _FIELDS}
    values.update({name: _uuid(row[name]) for name in _IDS})
    because = orjson.loads(row["because"]) if row["because"] else None
    return InteractionRecord(**{**values, "because": because, "path": tuple(orjson.loads(row["path"]))})


def _uuid(value: object) -> UUID | None:
    return None if value is None else UUID(str(value))
