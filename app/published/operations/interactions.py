"""Conversations: search, read, listen, share, export; and what the client's people were told."""

from __future__ import annotations

from typing import Any, Final

from app.published.parts import Operation, Operations, Shown, Told, text
from app.published.shapes import interactions as shapes
from interactions.core.query import NAMES

WAV: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_SOUND: Final = ("audio/flac", "audio/wav")
_PART: Final = ("Accept-Ranges",)

TABLE: Operations = {
    "GET /v1/interactions": Operation(
        "list_interactions", "Search conversations",
        {200: Told("A page.", shapes.InteractionPage)}, {"lost": Shown(200, query={"outcome": "abandoned"})},
        {name: text("See docs/searching.md.") for name in NAMES},
    ),
    "GET /v1/interactions/{interaction_id}": Operation(
        "get_interaction", "Read a conversation", {200: Told("In full.", shapes.InteractionInFull)},
    ),
    "GET /v1/interactions/{interaction_id}/recording": Operation(
        "get_recording", "Listen to a recording",
        {200: Told("The whole of it.", headers=_PART, media=_SOUND, schema=WAV),
         206: Told("The range that was asked for.", headers=_PART, media=_SOUND, schema=WAV),
         416: Told("The range lies outside of it.")},
    ),
    "POST /v1/interactions/{interaction_id}/links": Operation(
        "create_recording_link", "Share a recording by a link", {201: Told("The link.", shapes.LinkMade)},
    ),
    "GET /v1/interactions/{interaction_id}/links": Operation(
        "list_recording_links", "List the links to a recording", {200: Told("Newest first.", shapes.Links)},
    ),
    "DELETE /v1/interactions/{interaction_id}/links/{link_id}": Operation(
        "revoke_recording_link", "End a link", {204: Told("It leads nowhere now.")},
    ),
    "POST /v1/interactions/exports": Operation(
        "create_export", "Take along what a search finds",
        {202: Told("It is being built, or waits for a manager.", shapes.Export,
                   headers=("Location", "Idempotency-Replayed"))},
        once="required",
    ),
    "GET /v1/interactions/exports": Operation(
        "list_exports", "List exports", {200: Told("Newest first.", shapes.ExportPage)}, {"newest": Shown(200)},
    ),
    "GET /v1/interactions/exports/{export_id}": Operation(
        "get_export", "See how far an export is", {200: Told("As it is now.", shapes.Export)},
    ),
    "GET /v1/interactions/exports/{export_id}/file": Operation(
        "get_export_file", "Fetch an export",
        {200: Told("All of it.", headers=(*_PART, "Content-Disposition"), media=("application/zip",), schema=WAV),
         206: Told("The range that was asked for.", headers=_PART, media=("application/zip",), schema=WAV),
         416: Told("The range lies outside of it.")},
    ),
    "DELETE /v1/interactions/exports/{export_id}": Operation(
        "cancel_export", "Stop an export", {200: Told("How it stands now.", shapes.ExportEnded)},
    ),
    "GET /v1/interactions/{interaction_id}/contexts": Operation(
        "list_contexts", "List whom of your people was told of a call", {200: Told("All.", shapes.Tellings)},
    ),
    "POST /v1/contexts/{context_id}/acknowledge": Operation(
        "acknowledge_context", "Say that a call is known", {200: Told("It is known.", shapes.Acknowledged)},
    ),
    "GET /v1/figures/context-delivered": Operation(
        "get_context_delivered", "Count how many were told before the answer",
        {200: Told("All of a time, and by day.", shapes.DeliveredFigure)},
        {"november": Shown(200, query={"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"})},
    ),
}  # fmt: skip
