"""What happens to the do-not-call list, and what it keeps us from. Numbers stand masked in them, or not at all."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class NumbersListed(Payload):
    """Numbers were put on the do-not-call list (the subject is the batch); ``contact``: the only one, masked.

    ``count``: how many are new; ``known``: stood there already; ``refused``: were none. ``source``: people or system.
    ``interaction_id``: the conversation in which the contact asked for it.
    """

    count: int
    known: int
    refused: int
    contact: str
    source: str
    by: str
    name: str
    why: str
    expires_at: str | None
    interaction_id: str | None = None


@fact_kind()
class NumberUnlisted(Payload):
    """A number was taken off the do-not-call list (the subject is its entry)."""

    contact: str
    by: str
    name: str
    why: str


@fact_kind()
class CallRefused(Payload):
    """A call was not begun because the number is on the do-not-call list; the subject is its interaction, or the entry.

    ``entry_id``: the line of the list; ``task``: callback, message, missed or call; ``agent_id``: who wanted to call.
    """

    entry_id: str
    task: str
    agent_id: str | None


@fact_kind()
class ListedContactCalled(Payload):
    """A contact on the do-not-call list is called because it asked for this call itself."""

    entry_id: str
    agent_id: str
    attempt: int


@fact_kind()
class PartyRefused(Payload):
    """A number outside was not called into a conversation, because it is on the do-not-call list.

    ``purpose``: consult, join or transfer; ``target``: the number, masked; ``agent_id``: who wanted it, None: a
    supervisor, who is the actor.
    """

    entry_id: str
    purpose: str
    target: str
    agent_id: str | None
