"""What is refused to a client's system that reads the board."""

from __future__ import annotations

from kit.errors import NotFound, ValidationFailed


class UnknownFilter(ValidationFailed):
    """A list was asked with a parameter that does not exist; a misspelt filter must never mean "everything"."""

    code = "unknown_filter"
    title = "There is no such filter"


class UnknownSchema(NotFound):
    """There is no schema of this name; ``/v1/live/schemas`` lists them."""

    code = "unknown_schema"
    title = "There is no such schema"
