"""Facts about what a client changed while its centre runs; the subject is the act. ``until_at``: its own end.

``user_id``, ``name`` and ``role`` say who; ``scope`` is calendar, queue, number or flow, and ``target`` which.
"""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class HoursOverridden(Payload):
    """The client opens or closes something for a time, whatever its calendar says; ``opening``: open or closed."""

    opening: str
    scope: str
    target: str
    until_at: str
    user_id: str
    name: str
    role: str
    reason: str


@fact_kind()
class NumberPaused(Payload):
    """The client pauses a number: callers hear the ``answer``, a prompt or another flow, by its code."""

    answer: str
    code: str
    scope: str
    target: str
    until_at: str
    user_id: str
    name: str
    role: str
    reason: str


@fact_kind()
class AnnouncementPublished(Payload):
    """Contacts hear an announcement, ``text`` in the client's first language; ``languages``: all that it is in."""

    text: str
    languages: list[str]
    waiting: bool
    scope: str
    target: str
    until_at: str
    user_id: str
    name: str
    role: str
    reason: str


@fact_kind()
class PriorityMoved(Payload):
    """The client moves those who wait in a queue forward, or (below 0) back: ``seconds`` of waited time."""

    seconds: int
    scope: str
    target: str
    until_at: str
    user_id: str
    name: str
    role: str
    reason: str


@fact_kind()
class ControlEnded(Payload):
    """What the client had changed is as before. ``why``: time, taken_back, replaced, contract, gone.

    ``name`` says who ended it, or nobody. ``act``: hours, pause, announcement or priority.
    """

    act: str
    scope: str
    target: str
    why: str
    user_id: str
    name: str
