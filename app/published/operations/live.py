"""The board of now and of any past second."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Shown, Told, text
from app.published.shapes import past as shapes
from live.api import schemas as live
from live.api.errors import UnknownFilter, UnknownSchema
from live.errors import MomentAhead, MomentGone, PastNotReady

_SAME: Final[dict[int, Told]] = {304: Told("It is what you have: your If-None-Match.", headers=("ETag",))}
_TAG: Final = ("ETag",)
_PAST: Final = (MomentAhead, MomentGone, PastNotReady)
_DOCUMENT: Final[dict[str, Any]] = {"type": "object"}

TABLE: Operations = {
    "GET /v1/live/board": Operation(
        "get_board", "Read the whole board", {200: Told("Now.", live.BoardDocument, headers=_TAG), **_SAME},
        {"now": Shown(200)}, refuses=(UnknownFilter,),
    ),
    "GET /v1/live/queues": Operation(
        "list_live_queues", "Read the queues", {200: Told("Now.", live.QueuesDocument, headers=_TAG), **_SAME},
        {"now": Shown(200)}, {"code": text("A queue's code.")}, (UnknownFilter,),
    ),
    "GET /v1/live/seats": Operation(
        "list_live_seats", "Read the seats", {200: Told("Now.", live.SeatsDocument, headers=_TAG), **_SAME},
        {"now": Shown(200)},
        {"state": text("Its `truth`."), "queue": text("A queue's code."), "seat": text("A seat's name.")},
        (UnknownFilter,),
    ),
    "GET /v1/live/interactions": Operation(
        "list_live_interactions", "Read open conversations and the last fifty",
        {200: Told("Now.", live.CallsDocument, headers=_TAG), **_SAME}, {"now": Shown(200)},
        {"state": text("Its state."), "outcome": text("How it ended."), "queue": text("A queue's code.")},
        (UnknownFilter,),
    ),
    "GET /v1/live/figures": Operation(
        "list_figures", "Read the key figures", {200: Told("Now.", live.FiguresDocument, headers=_TAG), **_SAME},
        {"now": Shown(200)}, {"id": text("A figure's id.")}, (UnknownFilter,),
    ),
    "POST /v1/live/tickets": Operation(
        "create_socket_ticket", "Let a browser open one socket", {201: Told("The ticket.", live.SocketPass)},
        {"one": Shown(201)},
    ),
    "GET /v1/live/schemas": Operation(
        "list_live_schemas", "List the published schemas", {200: Told("Their addresses.", shapes.Schemas)},
        {"all": Shown(200)},
    ),
    "GET /v1/live/schemas/{schema_name}": Operation(
        "get_live_schema", "Read a published schema",
        {200: Told("JSON Schema, draft 2020-12.", media=("application/schema+json",), schema=_DOCUMENT)},
        refuses=(UnknownSchema,),
    ),
    "GET /v1/live/asyncapi.json": Operation(
        "get_asyncapi", "Read the feed's AsyncAPI document", {200: Told("AsyncAPI 3.0.", schema=_DOCUMENT)},
        {"all": Shown(200)},
    ),
    "GET /v1/live/past/board": Operation(
        "get_past_board", "Read the board of a past moment", {200: Told("Then.", shapes.Moment)}, refuses=_PAST,
    ),
    "GET /v1/live/past/day": Operation(
        "get_past_day", "Read a day in quarter hours", {200: Told("The day.", shapes.Day)}, refuses=_PAST,
    ),
    "GET /v1/live/past/events": Operation(
        "list_past_events", "List what happened in a time", {200: Told("In order.", shapes.Marks)},
        {"november": Shown(200, query={"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"})},
        refuses=_PAST,
    ),
}  # fmt: skip
