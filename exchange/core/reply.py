"""What somebody wrote in an answer to our mail, without what was quoted and signed below it.

Our mails begin with a line that has :data:`MARK` in it. An answer is cut there, at whatever depth of quotes the line
has come back; what introduces the quote (``On Monday, ... wrote:``) is known by our own address in it. There is no
guessing by language. A signature is what follows ``-- `` (RFC 3676, 4.3).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

MARK: Final = "##-"
"""Stands in the line above which an answer is written, in every language."""
_LOOKS_BACK = 6
"""So many lines above a quote may introduce it: a mail program's own header has that many."""
_HEADER = re.compile(r"\S{1,12}(?: \S{1,12})?\s?[:：]\s")
_RULE = re.compile(r"[-_ ]{4,}[^-_]{0,40}[-_ ]{0,60}")


def written(text: str, ours: Sequence[str]) -> str:
    """Return what was written. ``ours``: the addresses that our mail came from and answers go to."""
    lines = [line.rstrip("\r") for line in text.replace("\0", "").split("\n")]
    kept = lines[: next((at for at, line in enumerate(lines) if MARK in line), len(lines))]
    while kept and (not kept[-1].strip() or kept[-1].startswith(">")):
        kept.pop()
    if any(line.strip() for line in lines[len(kept) :]):  # something was cut: what introduces it goes too
        kept = kept[: _introduction(kept, [each.casefold() for each in ours])]
    sign = next((at for at, line in enumerate(kept) if line in {"--", "-- "}), len(kept))
    return "\n".join(line.rstrip() for line in kept[:sign]).strip()


def asked(text: str, known: Mapping[str, object]) -> tuple[str | None, str]:
    """Return the status that the first line asks for, as ``#resolved``, and the rest.

    Only a whole line that is one of the ``known`` words counts, in any case; everything else is text.
    """
    first, _, rest = text.partition("\n")
    if first.startswith("#"):
        wanted = " ".join(first[1:].split()).casefold()
        for word in known:
            if " ".join(word.split()).casefold() == wanted:
                return word, rest.strip()
    return None, text


def _introduction(lines: list[str], ours: list[str]) -> int:
    """Return where the lines begin that introduce a quote, the number of lines when none do."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 1 - _LOOKS_BACK), -1):
        line = lines[at].strip()
        if not any(each in line.casefold() for each in ours):
            continue
        if not (lines[-1].rstrip().endswith((":", "：")) or _HEADER.match(line)):
            return len(lines)
        begin = at - 1 if line.startswith("<") and at else at  # a long line was broken before the address
        while begin and (not lines[begin - 1].strip() or _RULE.fullmatch(lines[begin - 1].strip())):
            begin -= 1
        return begin
    return len(lines)
