"""The list of work orders as a file: what the page shows under the same address, all pages of it, as CSV or Excel."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final

import xlsxwriter
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from exits.service.tables import csv_line
from interactions.errors import TooManyRows
from journal import service as journal
from kit import clock
from portal import i18n
from portal.inbox.asked import CHOICES, PAGE, Address
from portal.inbox.listing import rows_of
from portal.pages import Visitor, page_of
from portal.rendering import Page, words_of
from tenants.endpoints import Access, permitted, reader_of
from tenants.service.policies import shown_to
from workorders.endpoints import doer_of
from workorders.facts import WorkOrdersTaken
from workorders.service import inbox, lists

router = APIRouter(include_in_schema=False)

MayTake = Annotated[Access, Depends(permitted("interaction.export"))]

MOST: Final = 10_000
"""So many rows a file has."""
Row = Mapping[str, Any]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDE = 18
"""Letters of a column."""
_HEADERS = {"Cache-Control": "private, no-store"}


def _refs(row: Row) -> str:
    return "; ".join(f"{each['owner']}:{each['id']}" for each in row["external_ref"])


def _called(words: Mapping[str, Any], choices: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of what the client itself names: types and connections."""
    return {"order_type": {**words["order_type"], **choices["types"]}, "connections": choices["connections"]}


def _columns(words: Mapping[str, Any]) -> dict[str, Callable[[Row], Any]]:
    """Return what each column says of a row: text, or an instant."""

    def word(name: str, table: str) -> Callable[[Row], Any]:
        return lambda row: words[table].get(row[name], row[name] or "")

    def at(name: str) -> Callable[[Row], Any]:
        return lambda row: row["at"][name]

    def of_due(name: str) -> Callable[[Row], Any]:
        return lambda row: row["due"][name] if row["due"] else None

    def of_own(name: str) -> Callable[[Row], Any]:
        return lambda row: row["own"][name] if row["own"] else None

    return {
        "number": lambda row: row["number"], "title": lambda row: row["title"], "waits": word("turn", "inbox_turn"),
        "need": word("need", "inbox_need"), "status": word("status", "order_status"),
        "priority": word("priority", "priority"), "severity": word("severity", "severity"),
        "type": word("type", "order_type"), "due": of_due("due_at"),
        "metric": lambda row: words["metric"][row["due"]["metric"]] if row["due"] else None,
        "clock": lambda row: words["clock"][row["due"]["state"]] if row["due"] else None,
        "team": of_own("team"), "person": of_own("person"), "raised_by": word("requester_side", "side"),
        "connection": word("connection", "connections"), "external_ref": _refs, "created_at": at("created_at"),
        "updated_at": at("updated_at"), "expected_resolution_at": at("expected_resolution_at"),
        "resolved_at": at("resolved_at"), "closed_at": at("closed_at"),
        "resolution": lambda row: row["resolution"]["summary"] if row["resolution"] else None,
        "id": lambda row: row["id"],
    }  # fmt: skip


@router.get(f"{PAGE}.csv")
async def as_csv(request: Request, access: MayTake) -> Response:
    """Hand the list out as CSV. Raises :class:`TooManyRows` and ``ValidationFailed``."""
    page, head, pages = await _begun(request, access, "csv")
    zone = page.day_zone

    async def lines() -> AsyncIterator[bytes]:
        yield b"\xef\xbb\xbf" + b"".join(csv_line(line) for line in head)  # its first mark says that it is UTF-8
        async for rows in pages:
            yield b"".join(csv_line([_written(value, zone) for value in row]) for row in rows)

    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=_headers(page, "csv"))


@router.get(f"{PAGE}.xlsx")
async def as_xlsx(request: Request, access: MayTake) -> Response:
    """Hand the list out for Excel: instants as such, in the client's zone. Raises as the CSV."""
    page, head, pages = await _begun(request, access, "xlsx")
    rows = [row async for part in pages for row in part]
    titles, told = head[-1], head[:-1]
    content = await asyncio.to_thread(_workbook, told, titles, rows, page)
    return Response(content, media_type=_XLSX, headers=_headers(page, "xlsx"))


async def _begun(
    request: Request, access: Access, way: str
) -> tuple[Page, list[list[Any]], AsyncIterator[list[list[Any]]]]:
    """Note that the list is taken; return the page, the lines that say what it is, and its rows, part by part."""
    page = page_of(request, Visitor(access.principal, access))
    address, words, doer = Address(request.url.query, page), words_of(page), doer_of(access)
    asked = replace(address.asked, after=None, limit=lists.MAX_LIMIT)
    plane = request.app.state.plane
    async with plane.transaction(access.tenant_id) as scope:
        columns = _columns({**words, **_called(words, await inbox.choices(scope))})
        total = await inbox.count(scope, asked, doer, page.now, MOST)
        if total is None:
            raise TooManyRows
        fact = WorkOrdersTaken(way, total, list(columns))
        journal.append(scope, fact, subject=scope.tenant_id, at=clock.now(), actor=reader_of(access))

    async def pages() -> AsyncIterator[list[list[Any]]]:
        wanted = asked
        while True:
            async with plane.transaction(access.tenant_id) as scope:
                found = await inbox.page(scope, wanted, doer, page.now)
                rows = await rows_of(scope, found.data, doer, await shown_to(scope, access.role), page.now)
            yield [[told(row) for told in columns.values()] for row in rows]
            if found.next is None:
                return
            wanted = replace(wanted, after=found.next)

    group = doer.side.other if asked.group is inbox.Group.THEIRS else asked.group
    head = [
        *_told(address, page, words["inbox_group"][group], total),
        [words["order_column"][name] for name in columns],
    ]
    return page, head, pages()


def _told(address: Address, page: Page, group: str, total: int) -> list[list[Any]]:
    """Return the lines that say what a file is: which group and filters, which zone, made when, how many rows."""
    words = words_of(page)
    of_file, names = words["record_file"], words["order_filter"]
    said = [f"{names['group']}: {group}"]
    said += [f"{names.get(name, name)}: {_in_words(words, name, text)}" for name, text in address.filters.items()]
    return [
        [of_file["filter"], "; ".join(said)],
        [of_file["zone"], f"{page.day_zone.key} ({i18n.zone_label(page.day_zone, page.now)})"],
        [of_file["made"], i18n.moment(page.now, zone=page.day_zone, locale=page.locale)],
        [of_file["rows"], total],
        [],
    ]


def _in_words(words: Mapping[str, Any], name: str, text: str) -> str:
    table = words.get(CHOICES.get(name, ""), {})
    return ", ".join(str(table.get(each, each)) for each in text.split(",")) if table else text


def _written(value: Any, zone: Any) -> Any:  # noqa: ANN401 - any value of a row, and a zone
    return value.astimezone(zone).isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _headers(page: Page, ending: str) -> dict[str, str]:
    name = f"work-orders-{page.now.astimezone(page.day_zone):%Y-%m-%d-%H%M}.{ending}"
    return {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}


def _workbook(told: Sequence[Sequence[Any]], titles: Sequence[str], rows: Sequence[Sequence[Any]], page: Page) -> bytes:
    """Return a workbook of one sheet; texts are written as texts, so nothing in it is a formula."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.set_column(0, len(titles) - 1, _WIDE)
        for at, line in enumerate(told):
            for number, value in enumerate(line):
                sheet.write_string(at, number, str(value))
        for number, title in enumerate(titles):
            sheet.write_string(len(told), number, title, bold)
        sheet.freeze_panes(len(told) + 1, 1)
        for at, row in enumerate(rows, len(told) + 1):
            for number, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(at, number, value.astimezone(page.day_zone).replace(tzinfo=None), moment)
                else:
                    sheet.write_string(at, number, "" if value is None else str(value))
    return made.getvalue()
