"""A client's runs: asked for, waiting for their turn, under way, kept. One runs at a time in the whole installation."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import Actor
from kit.db import AccessibleTenantId, Database, Plane, Scope
from kit.errors import NotFound
from kit.ids import new_id
from probe.core.tally import Tally, listed
from probe.errors import ProbeNotHere, ProbeTooSoon, ProbeUnderway
from probe.facts import ProbeFinished, ProbeStarted

PAUSE = timedelta(hours=1)
"""How long a client waits between two runs that its people start."""
KIND = "glassfloor/probe-result/1"
_TURN_LOST = timedelta(seconds=20)
_SHOWN = "id, asked_at, asked_by, cause, state, started_at, finished_at, progress::text AS progress, verdict, summary::text AS summary, digest, acknowledged_at, acknowledged_by, acknowledged_reason"  # noqa: E501

_OPEN = "SELECT 1 FROM gf.probe_run WHERE tenant_id = $1 AND state IN ('waiting', 'running') AND asked_at > $2"
_LAST = "SELECT max(asked_at) AS at FROM gf.probe_run WHERE tenant_id = $1 AND cause = 'button'"
_ADD = """
INSERT INTO gf.probe_run (tenant_id, id, asked_at, asked_by, cause, state, progress, summary)
VALUES ($1, $2, $3, $4, $5, 'waiting', '{}'::jsonb, '{}'::jsonb)
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks for a run, and how: ``cause`` is button, night or command."""

    by: str
    name: str
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is."""

    run_id: UUID
    tenant_id: UUID
    started_at: datetime | None


async def ask(control: Database, plane: Plane, tenant_id: AccessibleTenantId, wish: Wish) -> UUID:
    """Put a run into the queue. Raises :class:`ProbeUnderway`, :class:`ProbeTooSoon`, :class:`ProbeNotHere`."""
    pool = await control.pool()
    if await pool.fetchval("SELECT synthetic FROM control.tenant WHERE id = $1", tenant_id):
        raise ProbeNotHere
    run_id = new_id()
    async with plane.transaction(tenant_id) as scope:
        await _may_begin(scope, wish)
        await scope.fetch(_ADD, tenant_id, run_id, wish.at, wish.name, wish.cause)
    await pool.execute(
        "INSERT INTO control.probe_turn (run_id, tenant_id, asked_at) VALUES ($1, $2, $3)", run_id, tenant_id, wish.at
    )
    return run_id


async def _may_begin(scope: Scope, wish: Wish) -> None:
    """Hold the client's own asking together: two buttons pressed at once start one run."""
    await scope.fetch("SELECT pg_advisory_xact_lock(hashtext($1))", f"probe {scope.tenant_id}")
    if await scope.fetch(_OPEN, scope.tenant_id, wish.at - timedelta(hours=6)):
        raise ProbeUnderway
    last = (await scope.fetch(_LAST, scope.tenant_id))[0]["at"]
    if wish.cause == "button" and last is not None and wish.at - last < PAUSE:
        seconds = int((PAUSE - (wish.at - last)).total_seconds()) + 1
        raise ProbeTooSoon(retry_after_s=seconds, headers={"Retry-After": str(seconds)})


async def position(control: Database, run_id: UUID) -> int:
    """Return how many runs come before this one, of whomever; 0: it is its turn."""
    pool = await control.pool()
    return int(
        await pool.fetchval(
            "SELECT count(*) FROM control.probe_turn o, control.probe_turn t"
            " WHERE t.run_id = $1 AND (o.asked_at, o.run_id) < (t.asked_at, t.run_id)", run_id,
        )
    )  # fmt: skip


async def turns(control: Database) -> list[Turn]:
    """Return every turn, the oldest first."""
    rows = await (await control.pool()).fetch(
        "SELECT run_id, tenant_id, started_at FROM control.probe_turn ORDER BY asked_at, run_id"
    )
    return [Turn(row["run_id"], row["tenant_id"], row["started_at"]) for row in rows]


async def begin(control: Database, plane: Plane, turn: Turn, tenant_id: AccessibleTenantId, at: datetime) -> bool:
    """Mark a run as under way; False when there is no such run (its asking was cut short)."""
    async with plane.transaction(tenant_id) as scope:
        rows = await scope.fetch(
            "UPDATE gf.probe_run SET state = 'running', started_at = $3 WHERE tenant_id = $1 AND id = $2"
            " AND state = 'waiting' RETURNING cause, asked_by", tenant_id, turn.run_id, at,
        )  # fmt: skip
        for row in rows:
            fact = ProbeStarted(cause=row["cause"], by=row["asked_by"])
            journal.append(scope, fact, subject=turn.run_id, at=at, actor=Actor("system", "probe"))
    pool = await control.pool()
    await pool.execute("UPDATE control.probe_turn SET started_at = $2 WHERE run_id = $1", turn.run_id, at)
    return bool(rows)


async def report(plane: Plane, tenant_id: AccessibleTenantId, run_id: UUID, progress: Mapping[str, Any]) -> None:
    """Write how far a run is."""
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(
            "UPDATE gf.probe_run SET progress = $3::jsonb WHERE tenant_id = $1 AND id = $2 AND state = 'running'",
            tenant_id, run_id, orjson.dumps(progress).decode(),
        )  # fmt: skip


async def finish(
    plane: Plane, tenant_id: AccessibleTenantId, run_id: UUID, signed: Mapping[str, Any], at: datetime
) -> None:
    """Keep the signed result."""
    document, body = signed["signed"], orjson.dumps(signed)
    digest = hashlib.sha256(body).hexdigest()
    summary = {name: document[name] for name in ("groups", "findings", "not_reached", "figures")}
    async with plane.transaction(tenant_id) as scope:
        await scope.fetch(
            "UPDATE gf.probe_run SET state = 'finished', finished_at = $3, verdict = $4, summary = $5::jsonb,"
            " document = $6, digest = $7 WHERE tenant_id = $1 AND id = $2",
            tenant_id, run_id, at, document["verdict"], orjson.dumps(summary).decode(), zlib.compress(body, 9), digest,
        )  # fmt: skip
        tried = sum(group["tried"] for group in document["groups"].values())
        fact = ProbeFinished(
            verdict=document["verdict"], tried=tried, findings=len(document["findings"]), digest=digest
        )
        journal.append(scope, fact, subject=run_id, at=at, actor=Actor("system", "probe"))


async def interrupt(plane: Plane, tenant_id: AccessibleTenantId, run_id: UUID, at: datetime) -> None:
    """Mark a run that did not come to its end."""
    async with plane.transaction(tenant_id) as scope:
        rows = await scope.fetch(
            "UPDATE gf.probe_run SET state = 'interrupted', finished_at = $3 WHERE tenant_id = $1 AND id = $2"
            " AND state IN ('waiting', 'running') RETURNING 1", tenant_id, run_id, at,
        )  # fmt: skip
        if rows:
            fact = ProbeFinished(verdict="interrupted", tried=0, findings=0, digest="")
            journal.append(scope, fact, subject=run_id, at=at, actor=Actor("system", "probe"))


async def leave(control: Database, run_id: UUID) -> None:
    """Give the turn to the next."""
    await (await control.pool()).execute("DELETE FROM control.probe_turn WHERE run_id = $1", run_id)


async def recent(scope: Scope, limit: int = 30) -> list[dict[str, Any]]:
    """Return the newest runs, newest first."""
    rows = await scope.fetch(
        f"SELECT {_SHOWN} FROM gf.probe_run WHERE tenant_id = $1 ORDER BY asked_at DESC LIMIT $2",  # noqa: S608 - our own names
        scope.tenant_id, limit,
    )  # fmt: skip
    return [_run(row) for row in rows]


async def one(scope: Scope, run_id: UUID) -> dict[str, Any]:
    """Return a run. Raises :class:`NotFound`."""
    rows = await scope.fetch(
        f"SELECT {_SHOWN} FROM gf.probe_run WHERE tenant_id = $1 AND id = $2",  # noqa: S608 - our own names
        scope.tenant_id, run_id,
    )  # fmt: skip
    if not rows:
        raise NotFound
    return _run(rows[0])


async def document(scope: Scope, run_id: UUID) -> bytes:
    """Return the signed result as it was made. Raises :class:`NotFound`."""
    rows = await scope.fetch(
        "SELECT document FROM gf.probe_run WHERE tenant_id = $1 AND id = $2", scope.tenant_id, run_id
    )  # fmt: skip
    if not rows or rows[0]["document"] is None:
        raise NotFound
    return zlib.decompress(rows[0]["document"])


def result(tally: Tally, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document to sign: what was tried, what answered, the verdict; ``about`` says whose run it is."""
    return {
        "type": KIND,
        **about,
        "verdict": tally.verdict,
        "groups": tally.summary(),
        "findings": tally.told,
        "not_reached": dict(tally.unreached),
        "figures": tally.figures,
        "attempts": listed(tally.attempts),
    }


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "progress": orjson.loads(row["progress"]), "summary": orjson.loads(row["summary"])}
