"""A form as a document: a field's name is the path of the value that it edits, ``dispositions/0/name``.

So a complaint about ``/queues/2/dispositions/0/name`` finds its field by its pointer. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_ROWS = 200
"""A form holds no more rows of one list; what is beyond is left out."""
_LONGEST_WHOLE = 9
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form below ``at`` (empty, or a path that ends in ``/``)."""

    values: Mapping[str, str]
    at: str = ""
    _names: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Any]], at: str = "") -> Fields:
        """Read a form; an uploaded file is not a text and is left out."""
        return cls({name: value for name, value in pairs if isinstance(value, str)}, at)

    def text(self, name: str) -> str:
        """Return a line of text without blanks around it; empty when the form has no such field."""
        return " ".join(self.values.get(self.at + name, "").split())

    def lines(self, name: str) -> str:
        """Return a longer text, its line breaks as one character each."""
        return self.values.get(self.at + name, "").replace("\r\n", "\n").strip()

    def whole(self, name: str) -> int | str | None:
        """Return a whole number; None for an empty field, and what is no number as it is, for the schema to refuse."""
        text = self.text(name)
        is_whole = text.lstrip("-").isdecimal() and text.isascii() and len(text) <= _LONGEST_WHOLE
        return int(text) if is_whole else text or None

    def has(self, name: str) -> bool:
        """Say whether the form has this field: a box that is not ticked is not sent."""
        return self.at + name in self.values

    def under(self, name: str | int) -> Fields:
        """Return the fields below a name."""
        return Fields(self.values, f"{self.at}{name}/")

    def keys(self, name: str) -> list[str]:
        """Return the names directly below a name, in the form's order."""
        begin = f"{self.at}{name}/"
        found = (key[len(begin) :].partition("/")[0] for key in self.values if key.startswith(begin))
        return list(dict.fromkeys(found))

    def rows(self, name: str) -> list[Fields]:
        """Return the rows of a list, in the order of their numbers."""
        numbers = sorted(
            int(key) for key in self.keys(name) if key.isdecimal() and key.isascii() and len(key) <= _LONGEST_NUMBER
        )
        return [self.under(f"{name}/{number}") for number in numbers[:MOST_ROWS]]


def field_of(pointer: str, section: str, index: int) -> str | None:
    """Return the field that a complaint's pointer means in the form of one entry; None: another place."""
    begin = f"/{section}/{index}"
    if pointer != begin and not pointer.startswith(f"{begin}/"):
        return None
    return pointer[len(begin) :].removeprefix("/").replace("~1", "/").replace("~0", "~")
