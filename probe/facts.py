"""Facts of this room: that a run was asked for and what came of it; its single tries are no facts."""

from __future__ import annotations

from journal.core.facts import Payload, fact_kind


@fact_kind()
class ProbeStarted(Payload):
    """A run of the isolation probe began; the subject is the run. ``cause``: button, night or command."""

    cause: str
    by: str


@fact_kind()
class ProbeFinished(Payload):
    """A run ended. ``verdict``: green, red, incomplete or interrupted. ``digest``: SHA-256 of the signed result."""

    verdict: str
    tried: int
    findings: int
    digest: str


@fact_kind()
class ProbeAcknowledged(Payload):
    """The outsourcer's administrator took a red run's alarm from the pages; the subject is the run."""

    by: str
    name: str
    reason: str
