"""Facts of this room."""

from __future__ import annotations

from typing import Any

from journal.core.facts import Payload, fact_kind


@fact_kind(version=2)
class BlueprintApplied(Payload):
    """A new version of a tenant's configuration is in force; the subject is the tenant.

    ``sections``: what changed. ``reverted_to``: the earlier version that it brings back, or None. ``queues``: id, code,
    name. ``seats``: seat, agent_id, alias, kind. ``service_level``: see ``Formula.to_dict``.
    """

    version: int
    digest: str
    by: str
    why: str
    reverted_to: int | None
    summary: str
    sections: list[str]
    queues: list[dict[str, str]]
    seats: list[dict[str, str]]
    service_level: dict[str, Any]


@fact_kind()
class StaffAccessAsked(Payload):
    """One of the outsourcer's people asks to be let in; the subject is the grant. ``minutes``: for how long."""

    user_id: str
    name: str
    role: str
    kind: str
    reason: str
    minutes: int | None


@fact_kind()
class StaffAccessGranted(Payload):
    """A grant is in force; the subject is the grant. ``by``: a user's id, policy, centre file; ``until``: ISO 8601."""

    user_id: str
    name: str
    role: str
    kind: str
    reason: str
    by: str
    until: str | None


@fact_kind()
class StaffAccessRefused(Payload):
    """The client refused a request; the subject is the grant."""

    user_id: str
    name: str
    role: str
    by: str


@fact_kind()
class StaffAccessEnded(Payload):
    """A grant or a request was ended before its time; the subject is the grant. ``by`` as above."""

    user_id: str
    name: str
    role: str
    by: str


@fact_kind()
class StaffEntered(Payload):
    """One of the outsourcer's people came in; the subject is the visit. ``reason``: that of its grant."""

    user_id: str
    name: str
    role: str
    grant_id: str | None
    reason: str


@fact_kind()
class StaffLeft(Payload):
    """The person is gone; the subject is the visit. ``why``: ended, signed_out or idle."""

    user_id: str
    name: str
    role: str
    why: str
