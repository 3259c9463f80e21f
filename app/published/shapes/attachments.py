"""Files of a work order, and moments of its recording."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.published.parts import Shape
from app.published.shapes.work_orders import Author


class Attachment(Shape):
    """A file with what its scan said (`kind` file), or a moment of a recording (`kind` recording_moment)."""

    id: UUID
    work_order_id: UUID
    comment_id: UUID | None
    kind: Literal["file", "recording_moment"]
    name: str
    visibility: Literal["shared", "internal"]
    author: Author
    origin: str
    created_at: datetime
    scan_state: Literal["pending", "clean", "infected"]
    href: Annotated[str | None, Field(description="Where it can be had; of a file only once it is clean.")]


class FileAttachment(Attachment):
    """A file."""

    mime_type: str | None
    size: int | None
    sha256: str | None
    reason: Annotated[str | None, Field(description="Why it was refused.")]
    found: str | None
    scanner: Annotated[str | None, Field(description="By which scanner it was found clean.")]
    stored_at: datetime | None
    scanned_at: datetime | None


class MomentAttachment(Attachment):
    """A moment of a recording."""

    interaction_id: UUID | None
    from_s: float
    to_s: float | None


class Attachments(Shape):
    """Oldest first."""

    data: list[FileAttachment | MomentAttachment]


class FileLink(Shape):
    """An address that needs no key, for a while."""

    url: str
    expires_at: datetime
