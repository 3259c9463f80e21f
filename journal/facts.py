"""Facts of this room: what happens to the journal itself."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class JournalHeadSigned(Payload):
    """The journal's head was signed; the subject is the signed head. ``why``: hourly, day_end, export or request."""

    seq: int
    hash: str
    why: str


@fact_kind()
class JournalCut(Payload):
    """The journal begins after fact ``seq``: older ones are no longer kept; the subject is the tenant.

    ``hash``: the chain's value there. ``before``: ISO 8601, nothing later is gone. ``days``: what was agreed.
    ``facts``: how many this cut took.
    """

    seq: int
    hash: str
    before: str
    days: int
    facts: int


@fact_kind()
class JournalRead(Payload):
    """Somebody looked into the audit; once in some minutes for each filter. ``filter``: a digest of it."""

    group: str
    filter: str


@fact_kind()
class JournalExported(Payload):
    """Somebody took facts out. ``form``: csv, ndjson or proof; ``facts``: how many; ``filter``: a digest of it."""

    form: str
    facts: int
    filter: str


@fact_kind()
class JournalExportCut(Payload):
    """An export ended early. ``facts``: how many it should hold; ``written``: how many it does.

    ``why``: access_ended, unavailable (facts could not be read) or connection (the receiver went away).
    """

    form: str
    facts: int
    written: int
    why: str
