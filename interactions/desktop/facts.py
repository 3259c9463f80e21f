"""What happens to the view of agents' desks. The subject is the interaction's id, or the agent's where it says so."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class DesktopConsentGiven(Payload):
    """An agent (the subject) said before its shift whether this client may see its desk in the client's conversations.

    ``given``: yes or no; it holds for the shift, and until the agent says otherwise.
    """

    agent_id: str
    given: bool


@fact_kind()
class DesktopViewed(Payload):
    """Somebody saw the agent's desk. ``by``: the user's id; ``live``: while it happened, else from what is stored."""

    agent_id: str
    by: str
    live: bool


@fact_kind()
class DesktopRecorded(Payload):
    """A part of what was on the agent's desk lies under ``key`` in the store of recordings.

    ``began_at``: of its first event (ISO 8601, the server's clock); ``events`` and ``bytes``: how many, and of the
    file that is kept, whose digest is ``sha256``. ``why``: its end: full, paused (for card data) or closed (the desk's
    page, or the interaction, was). ``page`` and ``until``: the number of the last batch in it, as the desk's page
    counts them: what a page sends again after a server died is stored once.
    """

    agent_id: str
    recording_id: str
    key: str
    began_at: str
    duration_ms: int
    events: int
    bytes: int
    sha256: str
    why: str
    page: str = ""
    until: int = 0


@fact_kind()
class DesktopSwitched(Payload):
    """The client switched the view of desks off or on beside its contract; the subject is the client.

    ``everything``: it is off in all conversations; ``off``: the codes of the queues in which it is. ``name``: who.
    """

    everything: bool
    off: list[str]
    name: str
