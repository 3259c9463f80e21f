"""The name of a file as it is kept: a file's own, no place, and nothing that is not seen or turns the reading round."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 150
UNNAMED: Final = "file"
_FORBIDDEN: Final = frozenset('<>:"|?*')
"""What file systems do not take."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
"""Control and format characters (bidirectional marks are among them), what is no character, and line separators."""


def cleaned(given: str) -> str:
    """Return the last part of a name, without what must not be in it; its ending stays when it is too long."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rstrip("/").rpartition("/")[2]
    seen = "".join(each for each in last if unicodedata.category(each) not in _UNSEEN)
    name = " ".join("".join("_" if each in _FORBIDDEN else each for each in seen).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST:
        name = f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) <= len("numbers") else ""
        name = name or last[:LONGEST].strip()
    return name or UNNAMED
