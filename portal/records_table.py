"""The columns of the interactions' table, for the page and for its file; each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.sentences import Gettext

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """``raw``: the value in a file; ``sort``: what the table is ordered by with it; ``number``: set to the right."""

    key: str
    raw: Callable[[Row], Any]
    sort: str = ""
    number: bool = False
    shown: bool = True


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: row[name]


def _at(name: str) -> Callable[[Row], Any]:
    def told(row: Row) -> str:
        at: datetime | None = row[name]
        return "" if at is None else at.isoformat(timespec="seconds")

    return told


def _seconds(name: str) -> Callable[[Row], Any]:
    return lambda row: None if row[name] is None else round(row[name] / 1000, 3)


def _in_disposition(part: str) -> Callable[[Row], Any]:
    return lambda row: row["disposition"][part] if row["disposition"] else None


COLUMNS = (
    Column("started", _at("started_at"), "started"),
    Column("contact", _of("contact")),
    Column("number", _of("number")),
    Column("queue", _of("queue")),
    Column("agent", _of("agent")),
    Column("outcome", lambda row: row["outcome"] or row["state"]),
    Column("disposition", _in_disposition("name"), shown=False),
    Column("note", _in_disposition("note"), shown=False),
    Column("wait", _seconds("wait_ms"), "wait", number=True),
    Column("talk", _seconds("talk_ms"), "talk", number=True),
    Column("hold", _seconds("hold_ms"), number=True, shown=False),
    Column("wrap", _seconds("wrap_ms"), number=True, shown=False),
    Column("direction", _of("direction"), shown=False),
    Column("path", lambda row: " › ".join(row["path"]), shown=False),
    Column("ended", _at("ended_at"), shown=False),
    Column("ended_by", _of("ended_by"), shown=False),
    Column("id", _of("id"), shown=False),
)


def chosen(text: str) -> list[Column]:
    """Return the columns that an address asks for, in the table's order; unknown names and none: the usual ones."""
    names = set(text.split(","))
    return [column for column in COLUMNS if column.key in names] or [column for column in COLUMNS if column.shown]


def record_problems(_: Gettext) -> dict[str, str]:
    """Return why a list is not handed out, or a view of it not kept, by the code of the problem."""
    return {
        "too_many_rows": _("These are more rows than one file holds. Narrow the search, or ask for an export."),
        "view_not_saved": _("A view needs a name of at most 60 letters, and you can keep 40 of them."),
    }


def record_words(_: Gettext) -> dict[str, Any]:
    """Return what the columns, and the values that only they show, are called."""
    return {
        "column": {
            "started": _("Started"), "contact": _("Contact"), "number": _("Number dialled"), "queue": _("Queue"),
            "agent": _("Agent"), "outcome": _("Outcome"), "disposition": _("Disposition"), "note": _("Note"),
            "wait": _("Wait"), "talk": _("Talk"), "hold": _("Hold"), "wrap": _("Wrap-up"),
            "direction": _("Direction"), "path": _("Path in the flow"), "ended": _("Ended"),
            "ended_by": _("Ended by"), "id": _("Id"),
        },
        "direction": {"inbound": _("From the contact"), "outbound": _("To the contact")},
        "filter": {
            "q": _("Contact or id"), "queue": _("Queue"), "agent": _("Agent"), "outcome": _("Outcome"),
            "disposition": _("Disposition"), "direction": _("Direction"), "task": _("Task"),
            "from": _("From"), "to": _("To"), "since": _("From"), "until": _("Before"),
            "wait_min": _("Waited at least"), "wait_max": _("Waited at most"), "talk_min": _("Talked at least"),
            "talk_max": _("Talked at most"), "note": _("Words of the note"),
            "comment": _("Words of the comments"), "flow": _("Flow"),
            "node": _("Passed the step"), "key": _("Pressed there"), "recorded": _("Recording"),
            "supervised": _("Supervised"), "sort": _("Order"),
        },
        "record_file": {
            "filter": _("Filter"), "everything": _("everything"), "zone": _("Times in"), "made": _("Made"),
            "rows": _("Rows"),
        },
        "yes_no": {"yes": _("Yes"), "no": _("No")},
    }  # fmt: skip
