"""Facts of agents' desk pages; the subject is the agent's id."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class DeskLost(Payload):
    """An agent's desk page was not heard for the grace, ``since`` (ISO 8601) it was last; the subject is the agent."""

    agent_id: str
    seat: str
    since: str


@fact_kind()
class DeskBack(Payload):
    """A lost desk is reached again, or nobody looks for it: its agent is ``signed_off``; the subject is the agent."""

    agent_id: str
    seat: str
    signed_off: bool
