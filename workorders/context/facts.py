"""Who took the context of a work order's conversation."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class WorkOrderContextTaken(Payload):
    """Somebody took the vCon of the conversation that a work order (the subject) came out of.

    ``recordings``: how many links to recordings were in it. The event of a new work order carries one too.
    """

    interaction_id: str
    vcon_id: str
    recordings: int
    by: str
