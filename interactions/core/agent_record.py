"""Where an agent is, as one tenant's facts tell it: ``apply_agent`` over them in order is the stored record; total."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from interactions.core.told import Told

AGENT_KINDS = frozenset({"AgentStateChanged", "AgentPhoneChanged", "DeskLost", "DeskBack"})


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """Where an agent is, as one tenant sees it. ``phone``: one that rings is registered; ``other_phone``: one that not.

    ``chosen_phone``: the one that it talks with, browser or desk, and that alone rings; empty: any.
    ``desk_lost_at``: since when its desk page is not reached; None: it is, or nobody looks for it.
    """

    agent_id: UUID
    seat: str
    state: str
    reason: str | None
    since: datetime
    interaction_id: UUID | None = None
    phone: bool = False
    chosen_phone: str = ""
    other_phone: bool = False
    desk_lost_at: datetime | None = None


def apply_agent(record: AgentRecord | None, fact: Told) -> AgentRecord | None:
    """Take the next fact about an agent."""
    data = fact.data
    if fact.kind not in AGENT_KINDS:
        return record
    record = record or AgentRecord(fact.subject, data["seat"], "offline", None, fact.at)
    if fact.kind == "AgentPhoneChanged":
        chosen, other = str(data.get("chosen", "")), bool(data.get("other", False))
        return replace(record, phone=bool(data["registered"]), chosen_phone=chosen, other_phone=other)
    if fact.kind in {"DeskLost", "DeskBack"}:
        since = data.get("since")
        return replace(record, desk_lost_at=None if since is None else datetime.fromisoformat(since))
    at = data["interaction_id"]
    return replace(
        record, seat=data["seat"], state=data["state"], reason=data["reason"], since=fact.at,
        interaction_id=None if at is None else UUID(at),
    )  # fmt: skip
