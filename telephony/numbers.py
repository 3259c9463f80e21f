"""What may be dialled. A number goes into a SIP URI and an engine's dial string, so it is letters and digits only.

Between two engines of a floor a trunk's name may stand before it (``telephony.node_lines``).
"""

from __future__ import annotations

import re

_DIALLABLE = re.compile(r"(?:[a-z][0-9a-z.-]*\*)?\+?[0-9A-Za-z*#][0-9A-Za-z*#._-]{0,63}")
_LONGEST = 79
"""What an extension of an Asterisk's dialplan may have."""


def is_diallable(number: str) -> bool:
    """Whether a number, or the name of an extension, may be dialled."""
    return len(number) <= _LONGEST and _DIALLABLE.fullmatch(number) is not None
