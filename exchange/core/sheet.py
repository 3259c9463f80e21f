"""Work orders as lines of a CSV file (RFC 4180), and what a client's lines say to us."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from exchange.core.document import NEWEST

OUT: Final = (
    "number", "id", "external_id", "type", "title", "description", "status", "status_reason", "pending_on", "priority",
    "severity", "resolution_code", "resolution_summary", "created_at", "updated_at", "events", "comments",
)  # fmt: skip
"""The columns that we write, one line for each work order that something happened to."""
FIELDS: Final = ("type", "title", "description", "priority", "severity")
IN: Final = frozenset({
    "row", "external_id", "work_order_id", "external_version", "updated_at", "status", "pending_on", "reason",
    "comment", "resolution_code", "resolution_summary", *FIELDS,
})  # fmt: skip
"""The columns that we read. ``row`` names a line within its file for ever; no other may be missing."""
REPORT: Final = ("line", "row", "field", "code", "message")
MOST_ROWS: Final = 10_000
MOST_BYTES: Final = 5 * 1024 * 1024
_LONGEST = 200


class NoSheet(Exception):
    """The file as a whole cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a client's file: where it stands, its name, and the message in our own format that it makes."""

    number: int
    row: str
    message_id: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line, as the report tells it."""

    number: int
    row: str
    field: str
    code: str
    message: str

    def told(self) -> list[Any]:
        """Return it as a line of the report."""
        return [self.number, self.row, self.field, self.code, self.message]


def lines(name: str, content: bytes) -> tuple[list[Line], list[Wrong]]:
    """Return the lines of a file, and what is wrong with the others. Raises :class:`NoSheet`."""
    if len(content) > MOST_BYTES:
        raise NoSheet(f"it has more than {MOST_BYTES} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoSheet("it is not UTF-8") from error
    if "\0" in text:
        raise NoSheet("it has NUL in it")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, each) for each in reader if each]
    except csv.Error as error:
        raise NoSheet(f"it is no CSV: {error}") from error
    if not rows:
        raise NoSheet("it has no header")
    header = [each.strip() for each in rows[0][1]]
    _check(header, len(rows) - 1)
    found, wrong, seen = [], [], set[str]()
    for number, cells in rows[1:]:
        given = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        row = given.pop("row", "")
        if len(cells) != len(header):
            wrong.append(Wrong(number, row, "", "columns", f"{len(cells)} cells for {len(header)} columns"))
        elif not row or len(row) > _LONGEST or row in seen:
            wrong.append(
                Wrong(number, row[:_LONGEST], "row", "row", "each line has a name of its own, 1 to 200 letters")
            )
        else:
            found.append(_line(name, number, row, given))
        seen.add(row)
    return found, wrong


def orders(events: Sequence[Mapping[str, Any]], connection: str) -> list[list[Any]]:
    """Return a line for each work order that these events are about: as the last of them says, with all comments."""
    last: dict[str, Mapping[str, Any]] = {}
    kinds: dict[str, list[str]] = {}
    said: dict[str, list[str]] = {}
    for event in events:
        about = event["subject"]
        last[about] = event["data"]
        kinds.setdefault(about, []).append(event["type"].removeprefix("work_order."))
        if event["type"] == "work_order.comment.created":
            said.setdefault(about, []).append(event["data"]["comment"]["body"])
    return [_order(order, connection, kinds[about], said.get(about, [])) for about, order in last.items()]


def _order(order: Mapping[str, Any], connection: str, kinds: list[str], said: list[str]) -> list[Any]:
    resolution = order["resolution"] or {}
    named = next((each["id"] for each in order["external_ref"] if each["owner"] == connection), "")
    more = {
        "external_id": named,
        "resolution_code": resolution.get("code"), "resolution_summary": resolution.get("summary"),
        "events": " ".join(dict.fromkeys(kinds)), "comments": "\n\n".join(said),
    }  # fmt: skip
    return [more[name] if name in more else order[name] for name in OUT]


def _check(header: list[str], count: int) -> None:
    if count > MOST_ROWS:
        raise NoSheet(f"it has more than {MOST_ROWS} lines")
    if unknown := sorted(set(header) - IN):
        raise NoSheet(f"there is no column {unknown[0][:100]}")
    if len(set(header)) != len(header):
        raise NoSheet("a column stands there twice")
    if "row" not in header or not {"external_id", "work_order_id"} & set(header):
        raise NoSheet("it needs the columns row, and external_id or work_order_id")


def _line(name: str, number: int, row: str, given: Mapping[str, str]) -> Line:
    """Return a line as a message; the cells are judged where messages are (:class:`exchange.schemas.Inbound`)."""
    own = "file:" + hashlib.sha256(f"{name}\x00{row}".encode()).hexdigest()
    fields = {key: given[key] for key in FIELDS if key in given}
    only_says = not fields and "status" not in given
    message: dict[str, Any] = {
        "type": "work_order.comment" if only_says else "work_order.state",
        "external_id": given.get("external_id") or given.get("work_order_id", ""), "fields": fields,
    }  # fmt: skip
    for key in ("work_order_id", "updated_at", "status", "pending_on", "reason"):
        if key in given:
            message[key] = given[key]
    if "external_version" in given:
        version = given["external_version"]
        whole = version.isascii() and version.isdigit() and len(version) <= len(str(NEWEST))
        message["external_version"] = int(version) if whole else version
    if "resolution_code" in given or "resolution_summary" in given:
        message["resolution"] = {"code": given.get("resolution_code", "done"),
                                 "summary": given.get("resolution_summary", "")}  # fmt: skip
    if "comment" in given:
        message["comments"] = [{"id": own, "body": given["comment"]}]
    return Line(number, row, own, message)
