"""Facts of this room."""

from __future__ import annotations

from typing import Any

from journal.core.facts import Payload, fact_kind


@fact_kind()
class BlueprintApplied(Payload):
    """A new version of a tenant's configuration is in force; the subject is the tenant.

    ``queues``: id, code, name. ``seats``: seat, agent_id, alias, kind. ``service_level``: see ``Formula.to_dict``.
    """

    version: int
    digest: str
    by: str
    summary: str
    queues: list[dict[str, str]]
    seats: list[dict[str, str]]
    service_level: dict[str, Any]
