"""Where every tenant lives and how it is there; and one migration for all of these places."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from kit.away import MAYBE_AWAY
from kit.secretbox import SecretBox, Unreadable
from migrations.run import GateClosed, head, migrate
from placements.ledger import SHARED
from placements.target import Kept

_CONNECT_S = 5

_WHERE = """
SELECT t.id, t.code, t.name, coalesce(p.kind, 'shared') AS kind, coalesce(p.state, 'open') AS state,
  coalesce(p.server, '') AS server, p.head, p.move_id, d.access, m.step
FROM control.tenant t LEFT JOIN control.placement p ON p.tenant_id = t.id
LEFT JOIN deploy.placement d ON d.move_id = p.move_id
LEFT JOIN control.move m ON m.tenant_id = t.id AND m.outcome IS NULL
WHERE t.code <> 'installation' ORDER BY t.code
"""
_HEAD = "SELECT version_num FROM deploy.alembic_version"
_SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Line:
    """One tenant. ``state``: open, moving, behind or away; ``step``: of a move under way; ``bytes``: the database's."""

    tenant_id: UUID
    code: str
    kind: str
    server: str
    state: str
    head: str | None = None
    step: str | None = None
    bytes: int | None = None

    @property
    def said(self) -> str:
        """Return the state for a person, with the step of a move."""
        return self.state if self.step is None else f"{self.state} (move: {self.step})"


async def survey(migrator: str, box: SecretBox) -> list[Line]:
    """Look at every place, all at once; one that does not answer within seconds is ``away``."""
    control = await asyncpg.connect(migrator, timeout=_CONNECT_S)
    try:
        rows = await control.fetch(_WHERE)
        shared = await control.fetchval(_HEAD)
    finally:
        await control.close()
    return list(await asyncio.gather(*(_line(row, box, shared) for row in rows)))


async def _line(row: Any, box: SecretBox, shared: str) -> Line:  # noqa: ANN401 - asyncpg's record
    line = Line(row["id"], row["code"], row["kind"], row["server"], row["state"], shared, row["step"])
    if row["kind"] == SHARED:
        return line
    try:
        dsn = Kept.open(box, row["id"], row["access"]).migrator
        connection = await asyncpg.connect(dsn, timeout=_CONNECT_S)
        async with asyncio.timeout(_CONNECT_S):
            found = replace(line, head=await connection.fetchval(_HEAD), bytes=await connection.fetchval(_SIZE))
        await connection.close()
    except (*MAYBE_AWAY, TimeoutError, Unreadable, TypeError):
        return replace(line, state="away", head=row["head"])
    return found


@dataclass(frozen=True, slots=True)
class Migrated:
    """What came of one place: ``error`` is None when it is at this version; ``unsafe``: its gate is closed."""

    name: str
    error: str | None = None
    unsafe: bool = False


async def migrate_all(
    migrator: str, box: Callable[[], SecretBox], today: date, say: Callable[[Migrated], None]
) -> list[Migrated]:
    """Bring the shared database, then every tenant's own one to this version; one that fails stops no other.

    A place that could not be brought to it is closed for traffic (``behind``) and opened by the next run that can.
    Raises what the shared database raises: nothing works without it.
    """
    await migrate(migrator, today=today)
    done = [Migrated("shared")]
    say(done[0])
    control = await asyncpg.connect(migrator, timeout=_CONNECT_S)
    try:
        for row in await control.fetch(
            "SELECT d.move_id, d.tenant_id, d.access, t.code FROM deploy.placement d"
            " JOIN control.tenant t ON t.id = d.tenant_id ORDER BY t.code"
        ):
            result = await _migrate_one(row, box, today)
            await _write_down(control, row["move_id"], result)
            done.append(result)
            say(result)
    finally:
        await control.close()
    return done


async def _migrate_one(row: Any, box: Callable[[], SecretBox], today: date) -> Migrated:  # noqa: ANN401 - asyncpg's record
    try:
        kept = Kept.open(box(), row["tenant_id"], row["access"])
        await migrate(kept.migrator, today=today, logins=kept.target.logins, lent=kept.target.lent)
    except Unreadable:
        return Migrated(row["code"], "its address was sealed with another GF_MASTER_KEY")
    except GateClosed as closed:
        return Migrated(row["code"], str(closed), unsafe=True)
    except (TimeoutError, *MAYBE_AWAY) as error:
        return Migrated(row["code"], str(error) or type(error).__name__)
    return Migrated(row["code"])


async def _write_down(control: asyncpg.Connection[Any], move_id: UUID, result: Migrated) -> None:
    """Close what stayed behind or does not hold tenants apart; what is merely away is of the version that it was."""
    if result.error is None:
        await control.execute(
            "UPDATE control.placement SET head = $2, state = CASE state WHEN 'behind' THEN 'open' ELSE state END"
            " WHERE move_id = $1",
            move_id, head(),
        )  # fmt: skip
        return
    await control.execute(
        "UPDATE control.placement SET state = 'behind' WHERE move_id = $1 AND state = 'open' AND (head <> $2 OR $3)",
        move_id, head(), result.unsafe,
    )  # fmt: skip
