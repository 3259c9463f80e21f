"""The end of a leg, as the handlers take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telephony.port import EndedBy

ENGINE_GAP = "engine_gap"
"""The cause of an end that nobody saw: it lies before the reconnection, and after what was last known."""


@dataclass(frozen=True, slots=True)
class LegOver:
    """The end of a leg; ``cause`` is the port's, or :data:`ENGINE_GAP`. The codes are the network's, 0 for none."""

    cause: str
    by: EndedBy
    at: datetime
    q850: int = 0
    sip: int = 0
