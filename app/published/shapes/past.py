"""The board of a past second, and where the schemas of the live one are."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from app.published.parts import Shape


class Moment(Shape):
    """The board of a past moment; rows as in the live board."""

    at: int
    board: dict[str, Any]


class Day(Shape):
    """A day in quarter hours, with what happened in it. Instants are milliseconds since 1970."""

    model_config = ConfigDict(extra="allow")
    day: str
    zone: str
    quarters: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    more_marks: int


class Mark(Shape):
    """Something that happened: a breach, an abandonment, an alarm."""

    at: Any
    kind: str
    subject: Any
    name: Any


class Marks(Shape):
    """In order; ``more``: there is more than one answer holds."""

    events: list[Mark]
    more: bool


class Schemas(Shape):
    """Where the published schemas are."""

    data: list[str]
