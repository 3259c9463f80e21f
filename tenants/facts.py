"""Facts of this room."""

from __future__ import annotations

from typing import Any

from journal.core.facts import Payload, fact_kind


@fact_kind(version=3)
class BlueprintApplied(Payload):
    """A new version of a tenant's configuration is in force; the subject is the tenant.

    ``sections``: what changed. ``reverted_to``: the earlier version that it brings back, or None. ``queues``: id, code,
    name. ``seats``: seat, agent_id, alias, kind. ``service_level``: ``Formula.to_dict``. ``alerts``: ``AlertLimits``.
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
    alerts: dict[str, int]


@fact_kind()
class PromptSoundUploaded(Payload):
    """Somebody uploaded a recording for a prompt; the subject is the recording. It is heard once it is published."""

    digest: str
    duration_ms: int
    by: str


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


@fact_kind()
class IdpConnected(Payload):
    """A sign-in service of the client was connected; the subject is the connection. ``roles``: what it may give."""

    idp_id: str
    name: str
    issuer: str
    enabled: bool
    roles: list[str]


@fact_kind()
class IdpChanged(Payload):
    """A sign-in service's configuration was changed; ``changed`` names the fields. The subject is the connection."""

    idp_id: str
    name: str
    issuer: str
    enabled: bool
    roles: list[str]
    changed: list[str]


@fact_kind()
class IdpRemoved(Payload):
    """A sign-in service was removed, and everybody who came in through it signed out; the subject is the connection."""

    idp_id: str
    name: str


@fact_kind()
class SignInPolicyChanged(Payload):
    """Password sign-in was closed (``only_idp``) or opened for the client's people; the subject is the client."""

    only_idp: bool
    recovery_user_id: str | None


@fact_kind()
class IdentityLinked(Payload):
    """A person came in through a sign-in service for the first time; ``by``: email or invitation. Subject: the user."""

    idp_id: str
    user_id: str
    by: str


@fact_kind()
class IdentityRoleChanged(Payload):
    """The groups at a sign-in service gave a person another role, or none any more; the subject is the user."""

    idp_id: str
    user_id: str
    before: str | None
    after: str | None


@fact_kind()
class IdentityInvited(Payload):
    """Somebody was given a link that connects its account at a sign-in service; the subject is the user."""

    idp_id: str
    user_id: str


@fact_kind()
class LimitChanged(Payload):
    """How often the client's credentials may ask changed; the subject is the tenant. Told for each order to change it.

    ``route_class``: read, write or expensive; ``before`` and ``after``: requests a minute, None: as the installation's.
    """

    route_class: str
    before: int | None
    after: int | None


@fact_kind()
class TrunkSecretChanged(Payload):
    """The secret of a trunk's login changed, or (not ``kept``) was taken away; the subject is the trunk's owner."""

    trunk: str
    kept: bool


@fact_kind()
class AgentSatDown(Payload):
    """An agent sat down at a desk and its phones follow (the installation's journal; the subject is the agent)."""

    agent_id: str
    seat: str
    desk: str


@fact_kind()
class AgentPhoneChosen(Payload):
    """An agent chose with which phone it talks, browser or desk (the installation's journal; the subject is it)."""

    agent_id: str
    phone: str


@fact_kind()
class ListeningPhoneGiven(Payload):
    """Somebody got a phone to listen with; the subject is the phone (a supervisor's: the installation's journal)."""

    user_id: str
    desk: str | None


@fact_kind()
class SeatsChanged(Payload):
    """A rent began or ended by its date: the seats in force now, as above. The subject is the tenant."""

    seats: list[dict[str, str]]


@fact_kind()
class InteractionOpened(Payload):
    """Somebody looked at an interaction; the subject is the interaction. Once in ten minutes for each reader."""


@fact_kind()
class InteractionShownAtDesk(Payload):
    """An agent's desk showed it the interaction, which is the subject; once for each agent and interaction."""


@fact_kind()
class StaffLookedIn(Payload):
    """One of the outsourcer's people saw a client's settings or people in the back office, where no grant is needed.

    The subject is the tenant. ``page``: go_live or blueprint. Once in ten minutes for each page.
    """

    user_id: str
    name: str
    role: str
    page: str


@fact_kind()
class WorkOrderOpened(Payload):
    """Somebody looked at a work order; the subject is the work order. Once in ten minutes for each reader."""


@fact_kind()
class ContactsListed(Payload):
    """Somebody saw a list about contacts; the subject is the tenant. ``list``: interactions, work_orders or board."""

    list: str
    count: int
    filter: str


@fact_kind()
class ContactRevealed(Payload):
    """Somebody was shown a contact's whole number in a live interaction; the subject is the interaction."""

    agent_id: str | None
    reason: str
