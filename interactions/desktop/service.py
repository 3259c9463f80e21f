"""The view of agents' desks in the record: who agreed, what is on a seat's desk now, what is stored of it.

What is stored is a recording of the kind ``desktop``: its retention, its holds, its export, its keys and its moves are
those of the recordings.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from interactions.audio import key_of, where
from interactions.desktop.core.tape import Tape
from interactions.desktop.facts import DesktopConsentGiven, DesktopRecorded
from journal import service as journal
from journal.core.facts import Actor
from kit import clock, sealedfile, vault
from kit.db import Scope
from kit.ids import new_id
from kit.objects import Kept, Objects
from kit.tenantkeys import TenantKeys
from tenants.core.desktop import agreed

KIND = "desktop"
MEDIA = "application/gzip"
_ON_DESK = frozenset({"offered", "talking", "wrapping_up"})
_MILLISECOND = timedelta(milliseconds=1)
_SAID = f"""SELECT at, (data ->> 'given')::boolean AS given FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = '{DesktopConsentGiven.__name__}' ORDER BY seq DESC LIMIT 1"""  # noqa: S608 - our own name
_SEAT = """SELECT agent_id, state, interaction_id, since FROM gf.agent_state WHERE tenant_id = $1 AND seat = $2
AND reason IS DISTINCT FROM 'elsewhere' ORDER BY since DESC LIMIT 1"""
_AGENT = "SELECT agent_id, state, interaction_id, since FROM gf.agent_state WHERE tenant_id = $1 AND agent_id = $2"
_PAUSE = """SELECT kind FROM gf.journal WHERE tenant_id = $1 AND subject = $2
AND kind IN ('RecordingPaused', 'RecordingResumed') ORDER BY seq DESC LIMIT 1"""
_UNTIL = f"""SELECT max((data ->> 'until')::int) AS until FROM gf.journal
WHERE tenant_id = $1 AND subject = $2 AND kind = '{DesktopRecorded.__name__}' AND data ->> 'page' = $3"""  # noqa: S608 - our own name
_STORE = """INSERT INTO gf.recording
  (tenant_id, id, interaction_id, key, kind, sha256, duration_ms, bytes, stored_at, media, content_sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6)"""
_PARTS = """SELECT id::text AS id, key, duration_ms, bytes FROM gf.recording
WHERE tenant_id = $1 AND interaction_id = $2 AND kind = 'desktop' AND deleted_at IS NULL ORDER BY id"""


@dataclass(frozen=True, slots=True)
class OnDesk:
    """What an agent has on its desk now, of this client; ``interaction`` None: nothing of it."""

    agent: UUID
    interaction: UUID | None
    state: str
    paused: bool = False
    """Card data is given: nothing is shown."""


async def of_seat(scope: Scope, seat: str) -> OnDesk | None:
    """Return what is on the desk of a rented seat; None: nobody of this client's agents sits there."""
    return await _on_desk(scope, await scope.fetch(_SEAT, scope.tenant_id, seat))


async def of_agent(scope: Scope, agent_id: UUID) -> OnDesk | None:
    """Return what is on an agent's desk, by what this client calls it."""
    return await _on_desk(scope, await scope.fetch(_AGENT, scope.tenant_id, agent_id))


async def _on_desk(scope: Scope, rows: Any) -> OnDesk | None:  # noqa: ANN401 - rows
    if not rows:
        return None
    row = rows[0]
    agent = UUID(str(row["agent_id"]))
    if row["state"] not in _ON_DESK or row["interaction_id"] is None:
        return OnDesk(agent, None, row["state"])
    interaction = UUID(str(row["interaction_id"]))
    last = await scope.fetch(_PAUSE, scope.tenant_id, interaction)
    return OnDesk(agent, interaction, row["state"], paused=bool(last) and last[0]["kind"] == "RecordingPaused")


async def consent(scope: Scope, agent_id: UUID, now: datetime) -> bool | None:
    """Return what the agent said for this shift; None: it has not been asked."""
    rows = await scope.fetch(_SAID, scope.tenant_id, agent_id)
    return agreed(rows[0]["given"], rows[0]["at"], now) if rows else None


async def give_consent(scope: Scope, agent_id: UUID, *, given: bool) -> None:
    """Write down what an agent says."""
    fact = DesktopConsentGiven(str(agent_id), given)
    journal.append(scope, fact, subject=agent_id, at=clock.now(), actor=Actor("agent", str(agent_id)))


@dataclass(frozen=True, slots=True)
class Of:
    """Whose desk a part is of: the agent, its page and the interaction."""

    agent: UUID
    interaction: UUID
    page: str


async def stored_until(scope: Scope, of: Of) -> int:
    """Return the number of the last batch that is stored of what this page sent; 0: none is."""
    rows = await scope.fetch(_UNTIL, scope.tenant_id, of.interaction, of.page)
    return rows[0]["until"] or 0


async def store(scope: Scope, objects: Objects, tape: Tape, of: Of, why: str) -> None:
    """Compress, seal and store a part of the view, with its fact. Raises ``OSError`` and ``KeysAway``."""
    keys, made = await vault.sealing(scope), new_id()
    key = key_of(scope.tenant_id, KIND, made, clock.now())
    plain = await asyncio.to_thread(_sealed, tape, Kept(objects, key), keys, where(made))
    lasts = tape.last - tape.began
    await scope.fetch(
        _STORE, scope.tenant_id, made, of.interaction, key, KIND, plain.sha256, lasts, plain.size, clock.now(),
        MEDIA,
    )  # fmt: skip
    fact = DesktopRecorded(
        agent_id=str(of.agent), recording_id=str(made), key=key, began_at=tape.began_at.isoformat(),
        duration_ms=lasts, events=tape.events, bytes=plain.size, sha256=plain.sha256, why=why,
        page=of.page, until=tape.until,
    )  # fmt: skip
    journal.append(scope, fact, subject=of.interaction, at=clock.now(), actor=Actor("agent", str(of.agent)))


def _sealed(tape: Tape, kept: Kept, keys: TenantKeys, place: str) -> sealedfile.Plain:
    return sealedfile.seal_bytes(gzip.compress(b"".join(tape.lines), 6, mtime=0), kept, keys, place)


async def parts(scope: Scope, interaction_id: UUID) -> list[dict[str, Any]]:
    """Return what is stored of the desk during an interaction, in order."""
    return [dict(row) for row in await scope.fetch(_PARTS, scope.tenant_id, interaction_id)]


def lines_of(objects: Objects, rows: list[dict[str, Any]], keys: TenantKeys) -> Iterator[bytes]:
    """Yield the lines of events of stored parts (blocks). Raises ``OSError``, ``Tampered``."""
    for row in rows:
        sealed = sealedfile.read(Kept(objects, row["key"]), keys, where(row["id"]))
        yield gzip.decompress(b"".join(sealed))
