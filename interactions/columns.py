"""The columns of the interactions' table, for the page, its file and exports; each once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

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


def in_zone(row: Row, zone: tzinfo) -> dict[str, Any]:
    """Return a row with its moments in a zone."""
    return {name: value.astimezone(zone) if isinstance(value, datetime) else value for name, value in row.items()}
