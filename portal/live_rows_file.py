"""The rows behind a figure of the board as a file, with the line that says how many the figure is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from exits.service.tables import csv_line
from interactions.errors import TooManyRows
from interactions.recordings.facts import InteractionsTaken
from journal import service as journal
from kit import clock
from portal import i18n
from portal.live_rows import Look, looked
from portal.pages import Visitor, page_of
from portal.rendering import Page, words_of
from tenants.endpoints import Access, permitted, reader_of

router = APIRouter(include_in_schema=False)

MOST = 10_000
"""So many rows a file has; who wants more asks for an export."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "calls": ("id", "at", "contact", "queue", "agent", "how", "waited", "talk_ms", "hit"),
    "visits": ("id", "at", "contact", "how", "waited", "hit", "went", "target"),
    "now": ("id", "started_at", "contact", "queue", "agent", "state", "place", "since", "due_at"),
    "handled": ("id", "at", "agent", "talk_ms", "hold_ms", "wrap_ms"),
    "seats": ("seat", "alias", "truth", "busy", "ready"),
    "orders": ("id", "number", "title", "status", "priority"),
}
"""Columns by the kind of rows. Instants are in the client's zone, lengths milliseconds."""
_NAMES = {"waited": "wait_ms", "how": "ended_as", "hit": "in_time", "went": "went_to", "busy": "busy_ms",
          "ready": "available_ms", "at": "at"}  # fmt: skip
_INSTANTS = frozenset({"since", "due_at"})


@router.get("/live/rows/{figure}.csv")
async def rows_file(
    request: Request, figure: str, access: Annotated[Access, Depends(permitted("interaction.export"))]
) -> Response:
    """Hand out what a figure counts, all of it. Raises :class:`TooManyRows`."""
    page = page_of(request, Visitor(access.principal, access))
    look, found = await looked(request, figure, access, MOST)
    rows = found["rows"]
    if found["count"] > len(rows):
        raise TooManyRows
    columns = COLUMNS[found["kind"]]
    async with request.app.state.plane.transaction(access.tenant_id) as scope:
        fact = InteractionsTaken("csv", len(rows), [_NAMES.get(name, name) for name in columns])
        journal.append(scope, fact, subject=scope.tenant_id, at=clock.now(), actor=reader_of(access))
    lines = [*_head(page, look, found), [_NAMES.get(name, name) for name in columns]]
    lines += [[_cell(row.get(name), name, page) for name in columns] for row in rows]
    name = f"{figure}-{page.now.astimezone(page.day_zone):%Y-%m-%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    content = b"\xef\xbb\xbf" + b"".join(csv_line(line) for line in lines)
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def _head(page: Page, look: Look, found: Mapping[str, Any]) -> list[list[Any]]:
    """Return the lines that say what the file is: figure, queue, as of when, what the figure says."""
    words, queue = words_of(page), look.board.queues.get(look.query["queue"])
    name = words["figure"][look.figure]
    of_file = words["record_file"]
    return [
        [name, f"{name} · {queue.name}" if queue else name, look.board.formula.id, found["figure"]],
        [of_file["zone"], f"{page.day_zone.key} ({i18n.zone_label(page.day_zone, page.now)})"],
        [of_file["made"], i18n.moment(look.now, zone=page.day_zone, locale=page.locale)],
        [of_file["rows"], found["count"]],
        [],
    ]


def _cell(value: Any, name: str, page: Page) -> Any:  # noqa: ANN401 - any value of a row
    if isinstance(value, int) and name in _INSTANTS and value:
        value = datetime.fromtimestamp(value / 1000, page.day_zone)
    if isinstance(value, datetime):
        return value.astimezone(page.day_zone).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else value
