"""What is sent about attachments, and an attachment as a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from workorders.attachments.core.states import FILE, MOMENT, ScanState
from workorders.fields import Text
from workorders.schemas import instant

_Second = Annotated[int, Field(ge=0, le=86_400)]


class NewAttachment(BaseModel):
    """A file that is announced before its content comes, or (``recording_moment``) a place in a recording.

    Without ``visibility`` it is as visible as the comment that it goes with, and shared without one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["file", "recording_moment"] = "file"
    name: Text = ""
    visibility: Literal["shared", "internal"] | None = None
    comment_id: UUID | None = None
    interaction_id: UUID | None = None
    from_s: _Second | None = None
    to_s: _Second | None = None

    @model_validator(mode="after")
    def _belongs_together(self) -> NewAttachment:
        place = (self.interaction_id, self.from_s, self.to_s)
        if self.kind == FILE and any(part is not None for part in place):
            raise ValueError("interaction_id, from_s and to_s go with the kind recording_moment, and only with it")
        if self.kind == MOMENT and (self.from_s is None or self.to_s is None or self.to_s <= self.from_s):
            raise ValueError("a recording moment goes from from_s to a later to_s")
        return self


class PlacedMoment(NewAttachment):
    """A recording moment of the desk or the player, which know in which recording it is; the API means the first."""

    recording_id: UUID


class Came(BaseModel):
    """A file that came, as a retry of the same request is known by."""

    model_config = ConfigDict(frozen=True)
    wanted: NewAttachment
    sha256: str


def attachment(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an attachment as the API, the events and the journal show it; a file has an address when it is clean."""
    order, own = row["work_order_id"], row["id"]
    shown: dict[str, Any] = {
        "id": str(own),
        "work_order_id": str(order),
        "comment_id": None if row["comment_id"] is None else str(row["comment_id"]),
        "kind": row["kind"],
        "name": row["name"],
        "visibility": row["visibility"],
        "author": {"side": row["author_side"], "id": row["author_id"], "name": row["author_name"]},
        "origin": row["origin"],
        "created_at": instant(row["created_at"]),
    }
    if row["kind"] == MOMENT:
        gone = row["interaction_id"] is None
        which = "" if row["recording_id"] is None else f"&r={row['recording_id']}"
        where = None if gone else f"/interactions/{row['interaction_id']}#t={row['from_s']}{which}"
        return {
            **shown, "interaction_id": None if gone else str(row["interaction_id"]), "from_s": row["from_s"],
            "to_s": row["to_s"], "scan_state": row["scan_state"], "href": where,
        }  # fmt: skip
    clean = row["scan_state"] == ScanState.CLEAN
    return {
        **shown,
        "mime_type": row["mime_type"],
        "size": row["size"],
        "sha256": row["sha256"],
        "scan_state": row["scan_state"],
        "reason": row["reason"],
        "found": row["found"],
        "scanner": row["scanner"],
        "stored_at": instant(row["stored_at"]),
        "scanned_at": instant(row["scanned_at"]),
        "href": f"/v1/work-orders/{order}/attachments/{own}/content" if clean else None,
    }
