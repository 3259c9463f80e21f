"""What may be dialled. A number goes into a SIP URI and an engine's dial string, so it is letters and digits only."""

from __future__ import annotations

import re

_DIALLABLE = re.compile(r"\+?[0-9A-Za-z*#][0-9A-Za-z*#._-]{0,63}")


def is_diallable(number: str) -> bool:
    """Whether a number, or the name of an extension, may be dialled."""
    return _DIALLABLE.fullmatch(number) is not None
