"""Marks by which we know what we wrote into a client's system, and which work order a thing there was made for.

What we write ends in a mark that names it and digests its letters. A text that somebody there wrote around it, such as
an answer that quotes ours, has other letters: it is theirs. Markup and white space may change on the way.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final
from uuid import UUID

_PREFIX: Final = "gf-"
_DIGITS = 12
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MARK = re.compile(rf"{_PREFIX}({_UUID})-([0-9a-f]{{{_DIGITS}}})")
_CORRELATION = re.compile(rf"{_PREFIX}({_UUID})")


def signed(text: str, what: UUID) -> str:
    """Return a text with the mark of what it says: a comment, a file or an event of ours."""
    return f"{text.rstrip()}\n{_PREFIX}{what}-{_digest(text)}"


def is_ours(text: str) -> bool:
    """Say whether a text of the other system is one that we wrote, as we wrote it."""
    return any(
        mark.group(2) == _digest(text[: mark.start()]) and not _letters(text[mark.end() :])
        for mark in _MARK.finditer(text)
    )


def correlation(order: UUID) -> str:
    """Return by which word a thing of theirs is known to be made for a work order."""
    return f"{_PREFIX}{order}"


def order_of(words: object) -> UUID | None:
    """Return the work order that one of these words names; anything else than words names none."""
    for word in words if isinstance(words, list) else [words]:
        found = _CORRELATION.fullmatch(word) if isinstance(word, str) else None
        if found is not None:
            return UUID(found.group(1))
    return None


def _digest(text: str) -> str:
    return hashlib.sha256(_letters(text).encode()).hexdigest()[:_DIGITS]


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())
