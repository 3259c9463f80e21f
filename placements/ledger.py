"""The rows of a move and of a placement, written under the migrator's login of the shared database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import orjson

from kit.ids import new_id
from placements.core.steps import Step, after
from placements.errors import MoveRefused
from placements.tables import Connection

SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Record:
    """A row of ``control.move``. ``progress``: what was copied ahead, and the rows compared by table."""

    id: UUID
    tenant_id: UUID
    source_id: UUID | None
    kind: str
    server: str
    access: bytes | None
    step: Step
    outcome: str | None = None
    progress: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of ``control.placement``, or what stands for a missing one: the shared database."""

    kind: str = SHARED
    state: str = "open"
    server: str = ""
    access: bytes | None = None
    head: str | None = None
    move_id: UUID | None = None


async def take(control: Connection, tenant_id: UUID) -> None:
    """Let nobody else move this tenant while the connection lives. Raises :class:`MoveRefused`."""
    taken = await control.fetchval(
        "SELECT pg_try_advisory_lock(hashtextextended('move ' || $1::text, 0))", str(tenant_id)
    )
    if not taken:
        raise MoveRefused("Another process is moving this client just now")


async def under_way(control: Connection, tenant_id: UUID) -> Record | None:
    """Return the move that is not finished."""
    row = await control.fetchrow(
        "SELECT id, tenant_id, source_id, kind, server, access, step, outcome, progress::text AS progress"
        " FROM control.move WHERE tenant_id = $1 AND outcome IS NULL",
        tenant_id,
    )
    if row is None:
        return None
    return Record(**{**row, "step": Step(row["step"]), "progress": orjson.loads(row["progress"])})


async def begin(control: Connection, tenant_id: UUID, here: Place, there: Place, sealed: bytes | None) -> Record:
    """Write down that a move begins, with everything that going on after a kill needs. ``sealed``: the migrator's."""
    made = Record(new_id(), tenant_id, here.move_id, there.kind, there.server, there.access, Step.PREPARING)
    async with control.transaction():
        await control.execute(
            "INSERT INTO control.move (id, tenant_id, source_id, kind, server, access, step, started_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())",
            made.id, tenant_id, made.source_id, made.kind, made.server, made.access, made.step,
        )  # fmt: skip
        if sealed is not None:
            await control.execute(
                "INSERT INTO deploy.placement (move_id, tenant_id, access) VALUES ($1, $2, $3)",
                made.id, tenant_id, sealed,
            )  # fmt: skip
    return made


async def advance(control: Connection, record: Record) -> Record:
    """Write down that a step is done; the last one ends the move."""
    step = after(record.step)
    await control.execute(
        "UPDATE control.move SET step = $2, progress = $3::jsonb, error = NULL,"
        " outcome = CASE WHEN $4 THEN 'done' END, finished_at = CASE WHEN $4 THEN clock_timestamp() END WHERE id = $1",
        record.id, step, orjson.dumps(record.progress).decode(), step is Step.DONE,
    )  # fmt: skip
    return replace(record, step=step)


async def note(control: Connection, record: Record, error: str | None = None) -> None:
    """Write down how far a step has come, and what stopped it."""
    await control.execute(
        "UPDATE control.move SET step = $2, progress = $3::jsonb, error = $4 WHERE id = $1",
        record.id, record.step, orjson.dumps(record.progress).decode(), error,
    )  # fmt: skip


async def give_up(control: Connection, record: Record) -> None:
    """Write down that the tenant stays where it is."""
    async with control.transaction():
        await control.execute(
            "UPDATE control.move SET outcome = 'abandoned', finished_at = clock_timestamp() WHERE id = $1", record.id
        )
        await control.execute("DELETE FROM deploy.placement WHERE move_id = $1", record.id)


async def place_of(control: Connection, tenant_id: UUID) -> Place:
    """Return where the tenant lives."""
    row = await control.fetchrow(
        "SELECT kind, state, server, access, head, move_id FROM control.placement WHERE tenant_id = $1", tenant_id
    )
    return Place() if row is None else Place(**row)


async def set_state(control: Connection, record: Record, state: str) -> None:
    """Close the tenant for its requests (``moving``), or open it again where it is."""
    async with control.transaction():
        await control.execute(
            "INSERT INTO control.placement (tenant_id, state) VALUES ($1, $2)"
            " ON CONFLICT (tenant_id) DO UPDATE SET state = excluded.state",
            record.tenant_id, state,
        )  # fmt: skip
        await control.execute(
            "UPDATE control.move SET closed_at = CASE WHEN $2 THEN clock_timestamp() ELSE closed_at END,"
            " opened_at = CASE WHEN $2 THEN NULL ELSE clock_timestamp() END WHERE id = $1",
            record.id, state == "moving",
        )  # fmt: skip


async def switch(control: Connection, record: Record, head: str) -> None:
    """Say in one transaction that the tenant lives in the target. Coming home also takes the old mark away."""
    async with control.transaction():
        await control.execute(
            "INSERT INTO control.placement AS p (tenant_id, kind, state, server, access, head, move_id, moved_at)"
            " VALUES ($1, $2, 'open', $3, $4, $5, $6, clock_timestamp()) ON CONFLICT (tenant_id) DO UPDATE SET"
            " (kind, state, server, access, head, move_id, moved_at) = ROW(excluded.kind, excluded.state,"
            " excluded.server, excluded.access, excluded.head, excluded.move_id, excluded.moved_at)",
            record.tenant_id, record.kind, record.server, record.access, head,
            None if record.kind == SHARED else record.id,
        )  # fmt: skip
        if record.kind == SHARED:
            await control.execute("DELETE FROM guard.closed WHERE tenant_id = $1", record.tenant_id)
        await control.execute("UPDATE control.move SET opened_at = clock_timestamp() WHERE id = $1", record.id)


async def sealed_of(control: Connection, move_id: UUID) -> bytes | None:
    """Return the migrator's sealed access to the database that a move leads to."""
    found: bytes | None = await control.fetchval("SELECT access FROM deploy.placement WHERE move_id = $1", move_id)
    return found


async def forget_older(control: Connection, record: Record) -> None:
    """Forget how the migrator entered the databases that the tenant has left."""
    await control.execute(
        "DELETE FROM deploy.placement WHERE tenant_id = $1 AND move_id <> $2", record.tenant_id, record.id
    )


async def closed_ms(control: Connection, record: Record) -> int:
    """Return how long the tenant was closed, in milliseconds."""
    return int(
        await control.fetchval(
            "SELECT extract(epoch FROM opened_at - closed_at) * 1000 FROM control.move WHERE id = $1", record.id
        )
    )
