"""Which conversations of a tenant are recorded. The same conversation always gets the same answer, in any process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

_SHARES: Mapping[str, int] = {"always": 100, "never": 0}


@dataclass(frozen=True, slots=True)
class Recording:
    """``percent`` of all conversations, and of those of some queues another share."""

    percent: int = 100
    queues: Mapping[str, int] = field(default_factory=dict)

    def wanted(self, interaction: UUID, queue: str | None) -> bool:
        """Say whether this conversation is recorded: its id decides, evenly spread."""
        share = self.queues.get(queue, self.percent) if queue is not None else self.percent
        return int.from_bytes(hashlib.sha256(interaction.bytes).digest()[:4], "big") % 100 < share

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Recording:
        """Read the blueprint's ``recording``, of today or from before queues could differ."""
        return cls(_percent(stored), {code: _percent(choice) for code, choice in stored.get("queues", {}).items()})


def _percent(choice: Mapping[str, Any]) -> int:
    return _SHARES.get(choice["policy"], choice.get("percent") or 0)
