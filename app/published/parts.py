"""What the table of operations is written in: an operation, its answers, and a request that shows how it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from kit.errors import Problem

JSON: Final = "application/json"


class Shape(BaseModel):
    """A document that we answer with. Members may be added; a reader leaves out what it does not know."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer of an operation: its ``shape``, or the ``schema`` of a media type without one; and what is in it.

    ``headers`` are names of :data:`app.published.frame.HEADERS`. Without ``shape`` and ``schema`` the answer is empty.
    """

    sentence: str
    shape: type[BaseModel] | None = None
    example: Any = None
    headers: tuple[str, ...] = ()
    media: tuple[str, ...] = (JSON,)
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A request that works: what is sent, and the status that it gets. A test sends each of them."""

    status: int
    body: Any = None
    summary: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the document says of one route beside what its function says.

    ``id`` names it for ever: functions of generated clients are called so. ``filters``: what the route reads of the
    address by itself, with the schema of each. ``refuses``: beside what every such route refuses. ``once``: it takes an
    Idempotency-Key (``required`` or ``optional``); ``if_match`` likewise.
    """

    id: str
    summary: str
    answers: Mapping[int, Told]
    shown: Mapping[str, Shown] = field(default_factory=dict)
    filters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refuses: tuple[type[Problem], ...] = ()
    once: str = ""
    if_match: str = ""
    tag: str = ""
    """Where it stands in the document, if not with the routes beside it."""
    body: Mapping[str, Any] | None = None
    """The request's content where the route reads it by itself: media type to media type object."""


Operations = Mapping[str, Operation]
"""By ``METHOD /path``."""


def text(sentence: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - keywords of JSON Schema
    """Return the schema of a filter that is a text, with a sentence."""
    return {"type": "string", "description": sentence, **more}
