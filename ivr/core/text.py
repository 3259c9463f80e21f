"""Texts that are spoken: ``{{name}}`` and ``{{name|digits}}`` stand for variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.core.logic import Variables
    from ivr.core.values import PromptRef

PLACE = re.compile(r"\{\{\s*(\w+)\s*(?:\|\s*(\w+)\s*)?\}\}")
FORMATTERS = ("digits",)
LONGEST = 2000


def places(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield the variables of a text, each with its formatter."""
    for found in PLACE.finditer(text):
        yield found[1], found[2]


def fill(ref: PromptRef, variables: Variables) -> PromptRef:
    """Put values into the text of a prompt; an unset variable is silent, ``digits`` are spelled one by one."""
    if ref.text is None or "{{" not in ref.text:
        return ref

    def value_of(found: re.Match[str]) -> str:
        value = variables.get(found[1])
        text = "" if value is None else str(value)
        return " ".join(text) if found[2] == "digits" else text

    return replace(ref, text=PLACE.sub(value_of, ref.text)[:LONGEST])
