"""JSON pointers (RFC 6901) to the fields of a work order."""

from __future__ import annotations

import re

_POINTER = re.compile(r"(/([^~/]|~[01])*)+")


def tokens(pointer: str) -> list[str]:
    """Return the reference tokens of a pointer to a field. Raises ``ValueError``, also for the whole document."""
    if _POINTER.fullmatch(pointer) is None:
        raise ValueError('a JSON pointer (RFC 6901) begins with "/", and "~" is written "~0"')
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
