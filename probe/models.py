"""Rows of this room: a client's runs, whose turn it is, and the two synthetic clients.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = False) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None if nullable else ..., sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def _json() -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(JSONB, nullable=False))


class ProbeRun(SQLModel, table=True):
    """One run for one client. ``document``: the signed result, JSON compressed by zlib; ``digest``: its SHA-256.

    ``state``: waiting, running, finished, interrupted. ``verdict``: green, red, or incomplete (a part was not reached).
    """

    __tablename__ = "probe_run"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(primary_key=True, default=None)
    id: UUID = Field(primary_key=True, default_factory=new_id)
    asked_at: datetime = _at()
    asked_by: str
    cause: str
    state: str = "waiting"
    started_at: datetime | None = _at(nullable=True)
    finished_at: datetime | None = _at(nullable=True)
    progress: dict[str, Any] = _json()
    verdict: str | None = None
    summary: dict[str, Any] = _json()
    document: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    digest: str | None = None
    acknowledged_at: datetime | None = _at(nullable=True)
    acknowledged_by: str | None = None
    acknowledged_reason: str | None = None
    """Why the outsourcer's administrator took the alarm of a red run from the pages; the client reads it."""


class ProbeAlarm(SQLModel, table=True):
    """A client whose newest verdict is red, and nobody has acknowledged it. ``found``: members, without any value."""

    __tablename__ = "probe_alarm"
    __table_args__ = {"schema": "control", "info": {"global": "the outsourcer's list of alarms; every page looks"}}
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id", ondelete="CASCADE")
    run_id: UUID
    since: datetime = _at()
    findings: int
    found: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))


class ProbeTurn(SQLModel, table=True):
    """A run that waits or runs: there is one at a time in the whole installation."""

    __tablename__ = "probe_turn"
    __table_args__ = {"schema": "control", "info": {"global": "one run at a time for all clients together"}}
    run_id: UUID = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    asked_at: datetime = _at()
    started_at: datetime | None = _at(nullable=True)


class ProbeWorld(SQLModel, table=True):
    """What the synthetic clients contain, so that the next run uses them again: nothing of a real client."""

    __tablename__ = "probe_world"
    __table_args__ = {"schema": "control", "info": {"global": "two synthetic clients, of the installation's own"}}
    id: str = Field(primary_key=True)
    fingerprint: str
    content: dict[str, Any] = _json()
    made_at: datetime = _at()
