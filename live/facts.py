"""The facts of watching: somebody took care of an alert."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class AlertAcknowledged(Payload):
    """Somebody takes care of an ``alert``, ``after_ms`` from its beginning; the subject is what it is about.

    ``kind``: help_asked, waits_long, talks_long, wraps_up_long, breaks_long, phone_lost or line_down.
    """

    alert: str
    kind: str
    user_id: str
    name: str
    role: str
    after_ms: int
