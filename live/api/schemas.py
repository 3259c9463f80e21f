"""The shapes of the board as they are published: rows, the documents of the API, the frames of the feed.

``docs/schemas/live-*.json`` are made of these; a test compares them, and holds the frames of a running day against
them. New members may be added; a reader leaves out what it does not know. Instants are integer milliseconds since 1970.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from live.api.rows import Board, Call, Changed, FormulaRow, Ms, Occupancy, Queue, Row, Seat


class Frame(Row):
    """What every frame has: ``seq`` numbers the changes of one feed, ``ts`` is when the journal was looked into."""

    seq: Annotated[int, Field(ge=0)]
    ts: Ms


class Snap(Frame):
    """The whole board. ``epoch`` is the feed's: give it and ``seq`` back in the address when you come back."""

    t: Literal["snap"]
    board: Board
    epoch: str
    why: str | None = None


class Delta(Frame):
    """What changed since the frame before; with ``from`` since the number that you came back with."""

    t: Literal["d"]
    d: Changed


class Beat(Frame):
    """Nothing changed within a second; ``seq`` is that of the last change, so it betrays one that was lost."""

    t: Literal["hb"]


AnyFrame = Annotated[Snap | Delta | Beat, Field(discriminator="t")]


class Document(Row):
    """What every answer of the API has: ``seq`` is the journal's number of the newest fact in it, ``ts`` its moment."""

    seq: Annotated[int, Field(ge=0)]
    ts: Ms


class BoardDocument(Document):
    """Answer of ``GET /v1/live/board``."""

    board: Board


class QueuesDocument(Document):
    """Answer of ``GET /v1/live/queues``."""

    data: list[Queue]


class SeatsDocument(Document):
    """Answer of ``GET /v1/live/seats``."""

    data: list[Seat]


class CallsDocument(Document):
    """Answer of ``GET /v1/live/interactions``."""

    data: list[Call]


class Figure(Row):
    """A key figure. ``value`` null: not computable. ``num``, ``den``: what a share or mean is made of, exactly."""

    id: str
    unit: Literal["percent", "count", "ms"]
    value: float | None
    num: int | None = None
    den: int | None = None
    of: int | None = None
    since: Ms | None = None
    parts: Occupancy | None = None


class FiguresDocument(Document):
    """Answer of ``GET /v1/live/figures``."""

    formula: FormulaRow
    data: list[Figure]


class SocketPass(Row):
    """Answer of ``POST /v1/live/tickets``: opens one socket, once, until ``expires_at`` (RFC 3339)."""

    ticket: str
    expires_at: str
    protocols: list[str]
    path: str


_SHAPES: dict[str, Any] = {
    "board": BoardDocument, "queues": QueuesDocument, "seats": SeatsDocument, "interactions": CallsDocument,
    "figures": FiguresDocument, "ticket": SocketPass, "frames": AnyFrame,
}  # fmt: skip


def _published(name: str) -> dict[str, Any]:
    made = TypeAdapter(_SHAPES[name]).json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"/v1/live/schemas/{name}"}
    return {**head, "title": f"glassfloor live {name}", **made}


PUBLISHED: dict[str, dict[str, Any]] = {name: _published(name) for name in _SHAPES}
"""JSON Schemas (draft 2020-12) by name."""
