"""What happens when a call goes to the client's own people; the subject is the interaction's id.

``person`` is a code of the client's directory, ``context_id`` one telling of one person about one call. Numbers and
names are in no fact.
"""

from __future__ import annotations

from typing import ClassVar

from journal.core.facts import Payload, fact_kind


@fact_kind()
class PersonRung(Payload):
    """A phone of one of the client's people rings.

    ``phone``: desk, mobile or other; ``step`` counts from 1; ``because``: asked, or why the step before failed.
    """

    person: str
    phone: str
    step: int
    because: str
    party_id: str
    context_id: str
    by_agent_id: str


@fact_kind()
class PersonPassed(Payload):
    """One of the client's people is not rung. ``reason``: closed (its hours) or gone (not in the directory)."""

    person: str
    reason: str


@fact_kind()
class PersonAnswered(Payload):
    """One of the client's people answered. ``ring_ms``: since this phone began to ring."""

    person: str
    phone: str
    party_id: str
    context_id: str
    ring_ms: int
    by_agent_id: str


@fact_kind()
class PersonNotReached(Payload):
    """A call missed by the client's people: nobody who was asked answered. ``cause``: of the last phone.

    ``person``: who was asked for; ``asked``: everybody in order. It calls for a callback task of ``by_agent_id``.
    """

    person: str
    asked: list[str]
    cause: str
    steps: int
    purpose: str
    by_agent_id: str


@fact_kind()
class NoteTaken(Payload):
    """The agent wrote down what is said, while it is, for whoever is told of the call; the newest note counts."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)

    agent_id: str
    note: str


@fact_kind()
class ContextSent(Payload):
    """One of the client's people is being told of a call. ``ways``: header, page, webhook, work_order.

    ``expires_at``: ISO 8601, until when its page can be opened.
    """

    context_id: str
    person: str
    ways: list[str]
    expires_at: str
    by_agent_id: str


@fact_kind()
class ContextDelivered(Payload):
    """A context was taken. ``way``: webhook (the client's system said so) or mail (the mail server took the link)."""

    context_id: str
    person: str
    way: str


@fact_kind()
class ContextOpened(Payload):
    """Somebody opened a context's page. ``again``: it had been opened before, by another browser."""

    context_id: str
    person: str
    again: bool


@fact_kind()
class ContextAcknowledged(Payload):
    """The client said that the context is known. ``by``: page, api or webhook; the first one counts."""

    context_id: str
    person: str
    by: str


@fact_kind()
class ContextReplied(Payload):
    """One of the client's people wrote to the agent from the page. ``wants``: call_back or note."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text",)

    context_id: str
    person: str
    wants: str
    text: str
    by_agent_id: str | None


@fact_kind()
class ContextRevoked(Payload):
    """A context's page shows nothing any more."""

    context_id: str
    person: str
