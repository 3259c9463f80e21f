"""Acts of a client: beginning, taking back, and what is in force. One transaction holds the row and its fact."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journal import service as journal
from journal.core.facts import SYSTEM, Actor, NewFact, Payload
from kit.db import Scope
from kit.errors import NotFound
from kit.ids import new_id
from tenants.controls.errors import BeyondAgreed, ControlChanged, ControlInForce, ControlNotClear, NotAgreed
from tenants.controls.facts import (
    AnnouncementPublished,
    ControlEnded,
    HoursOverridden,
    NumberPaused,
    PriorityMoved,
)
from tenants.controls.wanted import Doer, Wanted, checked
from tenants.core import controls
from tenants.core.configuration import FlowConfiguration
from tenants.core.controls import Act, Agreed

TAKEN_BACK, TIME, REPLACED = "taken_back", "time", "replaced"

_CONTENT = "SELECT content::text AS content FROM gf.blueprint WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1"
_COLUMNS = """id, act, scope, target, content::text AS content, reason, user_id, name, role, begins_at, until, ended_at,
  ended_by, why"""
_NOT_ENDED = f"SELECT {_COLUMNS} FROM gf.control_act WHERE tenant_id = $1 AND ended_at IS NULL ORDER BY id"  # noqa: S608 - our own constant
_ONE = f"SELECT {_COLUMNS} FROM gf.control_act WHERE tenant_id = $1 AND id = $2"  # noqa: S608 - our own constant
_ENDED = f"""
SELECT {_COLUMNS} FROM gf.control_act WHERE tenant_id = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT $2
"""  # noqa: S608 - our own constant
_BEGIN = """
INSERT INTO gf.control_act (tenant_id, id, act, scope, target, content, reason, user_id, name, role, begins_at, until)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12)
"""
_END = "UPDATE gf.control_act SET ended_at = $3, ended_by = $4, why = $5 WHERE tenant_id = $1 AND id = $2"
_SOUNDS = "SELECT digest FROM gf.prompt_sound WHERE tenant_id = $1 AND digest = ANY($2::text[])"
_FLOWS = """
SELECT DISTINCT ON (code) code, version, content::text AS content FROM gf.flow
WHERE tenant_id = $1 AND code = ANY($2::text[]) ORDER BY code, version DESC
"""
_DETAILS = ("opening", "seconds", "prompt", "flow", "texts", "sounds", "waiting")

Row = Mapping[str, Any]


async def begin(scope: Scope, wanted: Wanted, by: Doer, now: datetime, *, seen: UUID | None) -> Row:
    """Do it, and return what is in force now. ``seen``: the act about the same that it replaces; None: there is none.

    Raises what :mod:`tenants.controls.errors` has.
    """
    await _alone(scope)
    content = await content_of(scope)
    agreed = Agreed.of(content)
    act, reason = checked(wanted, by, agreed, content, now)
    await _known_sounds(scope, act)
    await sweep(scope, now)
    others = await scope.fetch(_NOT_ENDED, scope.tenant_id)
    place = (act.act, act.scope, act.target)
    old = next((row for row in others if (row["act"], row["scope"], row["target"]) == place), None)
    _refuse_unseen(old, seen)
    announced = sum(row["act"] == controls.ANNOUNCEMENT for row in others) - (old is not None)
    if act.act == controls.ANNOUNCEMENT and announced >= agreed.announcements:
        raise BeyondAgreed(f"agreed: {agreed.announcements} announcements at once")
    if old is not None:
        await _end(scope, old, REPLACED, by, now)
    made = replace(act, id=new_id())
    await scope.fetch(
        _BEGIN, scope.tenant_id, made.id, made.act, made.scope, made.target, orjson.dumps(_details(made)).decode(),
        reason, by.id, by.name, by.role.value, made.begins_at, made.until,
    )  # fmt: skip
    journal.append(scope, _fact(made, by, reason), subject=made.id, at=now, actor=Actor(by.kind, by.id))
    return await one(scope, made.id)


async def take_back(scope: Scope, act_id: UUID, by: Doer, now: datetime) -> Row:
    """End an act before its time; harmless when it has ended. Raises :class:`NotFound` and :class:`NotAgreed`.

    Who may act may take back what others did: the client is one.
    """
    await _alone(scope)
    await sweep(scope, now)
    row = await one(scope, act_id)
    if not Agreed.of(await content_of(scope)).lets(by.role):
        raise NotAgreed
    if row["ended_at"] is None:
        await _end(scope, row, TAKEN_BACK, by, now)
    return await one(scope, act_id)


async def one(scope: Scope, act_id: UUID) -> Row:
    """Return an act. Raises :class:`NotFound`."""
    found = await scope.fetch(_ONE, scope.tenant_id, act_id)
    if not found:
        raise NotFound
    return _shown(found[0])


async def in_force(scope: Scope, now: datetime) -> list[Row]:
    """Return what is in force, the oldest first."""
    rows = await scope.fetch(_NOT_ENDED, scope.tenant_id)
    return [_shown(row) for row in rows if row["until"] > now]


async def lately(scope: Scope, most: int) -> list[Row]:
    """Return what has ended, the newest first."""
    return [_shown(row) for row in await scope.fetch(_ENDED, scope.tenant_id, most)]


async def acts_of(scope: Scope, content: Mapping[str, Any]) -> tuple[Act, ...]:
    """Return the acts that a floor works from: not ended, and agreed in this configuration."""
    acts = [_act(row) for row in await scope.fetch(_NOT_ENDED, scope.tenant_id)]
    ended = controls.no_longer_agreed(Agreed.of(content), content, acts) if acts else {}
    return tuple(act for act in acts if act.id not in ended)


async def flows_of(scope: Scope, acts: Iterable[Act]) -> tuple[FlowConfiguration, ...]:
    """Return the newest version of the flows that paused numbers lead to."""
    codes = sorted({act.flow for act in acts if act.flow})
    rows = await scope.fetch(_FLOWS, scope.tenant_id, codes) if codes else []
    return tuple(FlowConfiguration(row["code"], row["version"], orjson.loads(row["content"])) for row in rows)


async def sweep(scope: Scope, now: datetime) -> int:
    """Write the end of those whose time is over, and state it; return how many. The floor ends them by itself."""
    over = [row for row in await scope.fetch(_NOT_ENDED, scope.tenant_id) if row["until"] <= now]
    for row in over:
        await _end(scope, row, TIME, None, row["until"], told_at=now)
    return len(over)


async def end_what_is_not_agreed(scope: Scope, applied: NewFact) -> bool:
    """End what a new configuration does not allow any more, in its transaction (a reaction to ``BlueprintApplied``)."""
    rows = await scope.fetch(_NOT_ENDED, scope.tenant_id)
    if rows:
        content = await content_of(scope)
        ended = controls.no_longer_agreed(Agreed.of(content), content, [_act(row) for row in rows])
        for row in rows:
            if row["id"] in ended:
                await _end(scope, row, ended[row["id"]], None, applied.at)
    return False


async def content_of(scope: Scope) -> Mapping[str, Any]:
    """Return the configuration in force. Raises :class:`NotFound` while there is none."""
    rows = await scope.fetch(_CONTENT, scope.tenant_id)
    if not rows:
        raise NotFound
    content: Mapping[str, Any] = orjson.loads(rows[0]["content"])
    return content


def _refuse_unseen(old: Row | None, seen: UUID | None) -> None:
    if old is not None and seen is None:
        raise ControlInForce(in_force=str(old["id"]))
    if seen is not None and (old is None or old["id"] != seen):
        raise ControlChanged(in_force=None if old is None else str(old["id"]))


async def _known_sounds(scope: Scope, act: Act) -> None:
    wanted = [name.removeprefix("sha256:") for name in act.sounds.values()]
    known = {row["digest"] for row in await scope.fetch(_SOUNDS, scope.tenant_id, wanted)} if wanted else set()
    if set(wanted) - known:
        raise ControlNotClear("a recording is not there: upload it first")


async def _alone(scope: Scope) -> None:
    """Let one after the other change something of this client."""
    name = hashlib.sha256(f"control_act {scope.tenant_id}".encode()).digest()
    await scope.fetch("SELECT pg_advisory_xact_lock($1)", int.from_bytes(name[:8], signed=True))


async def _end(
    scope: Scope, row: Row, why: str, by: Doer | None, at: datetime, *, told_at: datetime | None = None
) -> None:
    await scope.fetch(_END, scope.tenant_id, row["id"], at, by.name if by else "", why)
    fact = ControlEnded(row["act"], row["scope"], row["target"], why, by.id if by else "", by.name if by else "")
    actor = Actor(by.kind, by.id) if by else SYSTEM
    journal.append(scope, fact, subject=row["id"], at=told_at or at, actor=actor)


def _fact(act: Act, by: Doer, reason: str) -> Payload:
    who = {"user_id": by.id, "name": by.name, "role": by.role.value, "reason": reason}
    about = {"scope": act.scope, "target": act.target, "until_at": act.until.isoformat(), **who}
    match act.act:
        case controls.HOURS:
            return HoursOverridden(opening=act.opening, **about)
        case controls.PAUSE:
            answer = "prompt" if act.prompt else "flow"
            return NumberPaused(answer=answer, code=act.prompt or act.flow, **about)
        case controls.PRIORITY:
            return PriorityMoved(seconds=act.seconds, **about)
    languages = list(act.texts)
    said = next((text for text in act.texts.values() if text), "")
    return AnnouncementPublished(text=said, languages=languages, waiting=act.waiting, **about)


def _details(act: Act) -> dict[str, Any]:
    return {name: value for name in _DETAILS if (value := getattr(act, name))}


def _act(row: Row) -> Act:
    details = orjson.loads(row["content"])
    return Act(
        row["id"], row["act"], row["scope"], row["target"], row["begins_at"], row["until"], row["name"], **details
    )


def _shown(row: Row) -> Row:
    details = orjson.loads(row["content"])
    kept = {name: value for name, value in row.items() if name != "content"}
    return {**kept, "details": details}
