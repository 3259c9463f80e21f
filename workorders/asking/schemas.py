"""A question to the requester and its answer, as they are sent and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from pydantic import AfterValidator, Field, StringConstraints

from kit.instants import Instant
from workorders.core.pointer import tokens
from workorders.fields import Body, Text, Words
from workorders.schemas import instant


def _pointer(text: str) -> str:
    tokens(text)
    return text


Pointer = Annotated[Text, StringConstraints(max_length=200), AfterValidator(_pointer)]
"""A JSON pointer (RFC 6901) into the work order."""
Whole = Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
"""A whole number that every JSON reader keeps."""
Value = Annotated[bool, Field(strict=True)] | Whole | Text | None
Fields = Annotated[dict[Pointer, Value], Field(max_length=50)]


class NewInfoRequest(Body):
    """What the requester is asked. ``path``: the field of the work order that is missing or unclear."""

    question: Words
    path: Pointer | None = None
    due_at: Instant | None = None


class InfoAnswer(Body):
    """What the requester says. ``fields``: single values, each by a JSON pointer into the work order."""

    answer: Words
    fields: Fields = Field(default_factory=dict)


def info_request(row: Mapping[str, Any], requester: str) -> dict[str, Any]:
    """Return a question as the API shows it; ``requester``: the side that was asked."""
    answered = row["state"] == "answered"
    return {
        "id": str(row["id"]),
        "work_order_id": str(row["work_order_id"]),
        "state": row["state"],
        "question": row["question"],
        "path": row["path"],
        "due_at": instant(row["due_at"]),
        "asked_by": {"side": row["asked_side"], "name": row["asked_by_name"]},
        "asked_at": instant(row["asked_at"]),
        "answer": row["answer"],
        "fields": orjson.loads(row["fields"]) if row["fields"] else {},
        "answered_by": {"side": requester, "name": row["answered_by_name"]} if answered else None,
        "answered_at": instant(row["closed_at"]) if answered else None,
    }
