"""Facts of this room. The subject is the move."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class TenantMoveStarted(Payload):
    """The tenant's data begins to move. ``kind``: shared, dedicated, on_premises; ``server``: host, port, database."""

    kind: str
    server: str
    by: str


@fact_kind()
class TenantMoveFinished(Payload):
    """The tenant lives in the target, and nothing of it is left at the source.

    ``closed_ms``: so long it was not served. ``tables`` and ``rows``: copied and compared by count and digest.
    """

    kind: str
    server: str
    closed_ms: int
    tables: int
    rows: int
