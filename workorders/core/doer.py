"""Who does something to a work order, and how far that one sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workorders.core.states import Side


@dataclass(frozen=True, slots=True)
class Doer:
    """A person or a client's system that reads or changes work orders of one tenant."""

    side: Side
    kind: str
    """``user``, ``agent``, ``key`` or ``system``, as the journal names actors."""
    id: str
    name: str
    """What the other side sees: an agent's alias, never its real name; a system's connection."""
    connection: str | None = None
    """A key's own connection: it sees no other."""
    agent_id: UUID | None = None
    """Set for a caller that sees only what this agent raised, or is to do."""

    @property
    def origin(self) -> str:
        """Say which system caused a change, or which side's people; that system is not told about it again."""
        return f"connection:{self.connection}" if self.connection is not None else self.side.value

    def sees(self, row: Mapping[str, Any]) -> bool:
        """Say whether this work order exists for the doer."""
        return self.connection in (None, row["connection"]) and (
            self.agent_id is None or self.agent_id in (row["agent_id"], row["assigned_agent_id"])
        )

    @property
    def sees_internal(self) -> bool:
        """Internal comments stay with the outsourcer."""
        return self.side is Side.OUTSOURCER


def by_itself(side: Side) -> Doer:
    """Return the centre's own software, where a rule that was agreed does what this side would do."""
    return Doer(side, "system", "glassfloor", "")
