"""The facts of this room; the subject is the endpoint."""

from __future__ import annotations

from dataclasses import dataclass

from journal.core.facts import Payload, fact_kind


@fact_kind()
class EndpointChanged(Payload):
    """Somebody changed an endpoint. ``change``: created, changed, rotated, verified, enabled, disabled, deleted."""

    connection: str
    change: str
    host: str
    types: list[str]
    format: str


@dataclass(frozen=True, slots=True)
class EndpointTold(Payload):
    """What every fact about the state of an endpoint says; ``sequence`` counts them for each endpoint."""

    connection: str
    description: str
    host: str
    reason: str
    """failing: it took nothing for so long; gone: it answered 410; empty when it works."""
    since: str
    """From when on it took nothing, RFC 3339."""
    sequence: int


@fact_kind()
class EndpointFailing(EndpointTold):
    """An endpoint has taken nothing for five minutes; it is tried again and again."""


@fact_kind()
class EndpointDisabled(EndpointTold):
    """Nothing is sent to an endpoint any more, after five days of failing (``failing``) or an answer 410 (``gone``)."""


@fact_kind()
class EndpointRecovered(EndpointTold):
    """An endpoint that was told to be failing or disabled takes events again."""
