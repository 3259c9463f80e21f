"""What the outsourcer's supervisors may do in a tenant's conversations, and whether the tenant itself may listen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenants.core.alerts import AlertLimits

SIGN, TONE, NOTHING = "sign", "tone", "nothing"
"""How the agent is told that somebody takes part: shown on its desk, shown and heard there, or not at all."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """The section ``supervision`` of a blueprint, with the contract's word on the client's own listening.

    ``listeners``: how many may hear one agent at once, whoever whispers or has barged in included.
    """

    listen: bool = True
    whisper: bool = True
    barge: bool = True
    take_over: bool = True
    told: str = SIGN
    without_reason: bool = False
    listeners: int = 3
    client_listens: bool = False
    alerts: AlertLimits = field(default_factory=AlertLimits)

    def allows(self, way: str) -> bool:
        """Say whether the outsourcer's people may take part in this way: listen, whisper, barge or take_over."""
        return {"listen": self.listen, "whisper": self.whisper, "barge": self.barge, "take_over": self.take_over}[way]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Supervision:
        """Read a blueprint's content, of today or from before the section was there."""
        section, contract = content.get("supervision", {}), content.get("contract", {})
        known = {name: section[name] for name in cls.__slots__ if name in section and name != "alerts"}
        limits = AlertLimits.of(section.get("alerts", {}))
        return cls(**known, alerts=limits, client_listens=bool(contract.get("client_listens", False)))
