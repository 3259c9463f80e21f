"""Rows of a tenant's configuration (schema ``gf``): its blueprints, and what they say as rows.

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import GF, at, document


class _Owned(SQLModel):
    """What every row of a tenant begins with; the session stamps ``tenant_id``."""

    tenant_id: UUID = Field(primary_key=True, default=None)
    id: UUID = Field(primary_key=True, default_factory=new_id)


class _Named(_Owned):
    """Something with a code. What a blueprint drops is retired, never deleted: history points at it."""

    code: str
    retired_at: datetime | None = at(nullable=True)


class Blueprint(_Owned, table=True):
    """One applied version of a tenant's whole configuration."""

    __table_args__ = GF
    version: int
    content: dict[str, Any] = document()
    digest: str
    applied_at: datetime = at()
    applied_by: str
    why: str = ""
    source: str | None = None
    """The text that was applied, with its comments; None: made before texts were kept."""
    summary: str = ""
    """What it changed, in one line."""
    reverted_to: int | None = None
    """The earlier version that this one brings back."""


class BlueprintDraft(_Owned, table=True):
    """What somebody prepares to publish: one draft for a tenant, beside the version that it began from."""

    __tablename__ = "blueprint_draft"
    __table_args__ = GF
    base_version: int
    content: dict[str, Any] = document()
    changed_by: str
    changed_at: datetime = at()


class Flow(_Owned, table=True):
    """One published version of a flow, as it will stay."""

    __table_args__ = GF
    code: str
    version: int
    content: dict[str, Any] = document()
    digest: str
    published_at: datetime = at()


class Calendar(_Named, table=True):
    """Opening hours: the calendar of the blueprint, as JSON."""

    __table_args__ = GF
    content: dict[str, Any] = document()


class Prompt(_Named, table=True):
    """A sound: its text by language, and the digests of uploaded recordings (``sha256:..``) by language."""

    __table_args__ = GF
    content: dict[str, Any] = document()
    audio: dict[str, Any] = document()


class PromptSound(_Owned, table=True):
    """An uploaded recording as the phones play it: WAV, 8 kHz, mono, 16 bit. ``digest``: its SHA-256, in hexadecimal.

    It is never changed, and stays as long as the tenant: older versions of the blueprint name it.
    """

    __tablename__ = "prompt_sound"
    __table_args__ = GF
    digest: str
    sound: bytes
    duration_ms: int
    uploaded_at: datetime = at()
    uploaded_by: str


class Skill(_Named, table=True):
    """What an agent can and a queue needs, at levels 1 to 5."""

    __table_args__ = GF
    name: str


class Queue(_Named, table=True):
    """Where interactions wait. Durations are whole seconds; ``needs`` is {skill code: level}.

    ``dispositions`` is a tree; ``desk``: what its agents find at their desks, as the blueprint says it.
    """

    __table_args__ = GF
    name: str
    needs: dict[str, int] = document()
    ring_s: int
    max_wait_s: int
    wrap_up_s: int
    dispositions: list[dict[str, Any]] = document()
    desk: dict[str, Any] = document()


class Connection(_Named, table=True):
    """A system of the client: a name for its keys, where webhooks go, and which events it is told."""

    __table_args__ = GF
    name: str
    url: str
    events: list[str] = Field(default_factory=lambda: ["work_orders"], sa_column=Column(ARRAY(Text), nullable=False))


class DirectoryEntry(_Named, table=True):
    """One of the client's own people, to whom a call can be handed: the entry of the blueprint, as JSON."""

    __tablename__ = "directory_entry"
    __table_args__ = GF
    content: dict[str, Any] = document()


class AgentProfile(_Owned, table=True):
    """An agent as this tenant sees it: an id and a seat of its own, an alias, and skills {code: level}."""

    __tablename__ = "agent_profile"
    __table_args__ = GF
    agent_id: UUID
    alias: str
    seat: str
    kind: str
    skills: dict[str, int] = document()
    retired_at: datetime | None = at(nullable=True)
