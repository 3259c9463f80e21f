"""The phone engines of a floor: their limits, and which of them take no new calls for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from kit.db import Database
from kit.errors import ValidationFailed
from kit.scoping import ScopedSession
from tenants.core.configuration import AdmissionConfiguration, EngineConfiguration, FlowConfiguration
from tenants.models import Flow, PhoneEngine
from tenants.schemas import EnginePart

REASON_MIN, REASON_MAX = 5, 200
"""Characters of the reason for which an engine is given up."""


async def note_engines(session: AsyncSession, floor_id: str, engines: Iterable[EnginePart]) -> None:
    """Make the engines' limits what the centre file says; which of them are drained stays as it is."""
    limits = {engine.name: engine.calls_per_minute for engine in engines}
    of_the_floor = col(PhoneEngine.floor_id) == floor_id
    gone = of_the_floor & col(PhoneEngine.name).not_in(list(limits)) & col(PhoneEngine.drained_at).is_(None)
    await session.execute(delete(PhoneEngine).where(gone))
    for name, limit in limits.items():
        row = insert(PhoneEngine).values(floor_id=floor_id, name=name, calls_per_minute=limit)
        changed = row.on_conflict_do_update(index_elements=["floor_id", "name"], set_={"calls_per_minute": limit})
        await session.execute(changed)


async def set_drained(control: Database, floor_id: str, name: str, by: str, at: datetime | None) -> None:
    """Let an engine take no new calls since ``at``, or (None) take them again, also one that was given up.

    Harmless when it is so. ``by``: ``user:ID``, or a word for what did it.
    """
    values: dict[str, Any] = {"drained_at": at, "drained_by": by}
    if at is None:
        values |= {"gone_at": None, "gone_by": None, "gone_why": None}
    await _note(control, floor_id, name, values)


async def give_up(control: Database, floor_id: str, name: str, by: str, why: str, at: datetime) -> None:
    """Note that an engine is gone for good: its calls are over. Raises :class:`ValidationFailed` without a reason."""
    why = " ".join(why.split())
    if not REASON_MIN <= len(why) <= REASON_MAX:
        raise ValidationFailed(f"Say why, in {REASON_MIN} to {REASON_MAX} characters")
    gone = {"gone_at": at, "gone_by": by, "gone_why": why}
    await _note(control, floor_id, name, {"drained_at": at, "drained_by": by, **gone})


async def _note(control: Database, floor_id: str, name: str, values: Mapping[str, Any]) -> None:
    async with control.plain() as session:
        row = insert(PhoneEngine).values(floor_id=floor_id, name=name, **values)
        changed = row.on_conflict_do_update(index_elements=["floor_id", "name"], set_=dict(values))
        await session.execute(changed)


async def engines_of(session: AsyncSession, floor_id: str) -> tuple[EngineConfiguration, ...]:
    """Return what is said of the floor's engines, by name."""
    rows = select(PhoneEngine).where(col(PhoneEngine.floor_id) == floor_id).order_by(col(PhoneEngine.name))
    found = (await session.execute(rows)).scalars()
    return tuple(
        EngineConfiguration(
            e.name, e.calls_per_minute, drained=e.drained_at is not None, gone=e.gone_at is not None,
            by=e.drained_by or "", why=e.gone_why or "",
        )
        for e in found
    )  # fmt: skip


async def admission_of(scope: ScopedSession, agreed: Mapping[str, Any]) -> AdmissionConfiguration:
    """Return what was agreed with a tenant about new calls; nothing in a blueprint from before that could be."""
    code, flow = agreed.get("flow"), None
    if code is not None:
        newest = select(Flow).where(col(Flow.code) == code).order_by(col(Flow.version).desc()).limit(1)
        flow = (await scope.execute(newest)).scalar_one_or_none()
    return AdmissionConfiguration(
        agreed.get("calls_per_minute"), agreed.get("prompt"),
        None if flow is None else FlowConfiguration(flow.code, flow.version, flow.content),
    )  # fmt: skip
