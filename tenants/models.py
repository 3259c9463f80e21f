"""Rows of the control plane (schema ``control``, the outsourcer's) and of a tenant's configuration (schema ``gf``).

No ``from __future__ import annotations`` here: SQLModel reads the annotations at run time. Every table of the control
plane says why no tenant owns it.
"""

import secrets
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Column, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at as _at
from tenants.columns import control_table as _control
from tenants.columns import document as _json
from tenants.columns import texts as _texts
from tenants.configured import (
    AgentProfile,
    Blueprint,
    BlueprintDraft,
    Calendar,
    Connection,
    DirectoryEntry,
    Flow,
    Prompt,
    PromptSound,
    Queue,
    Skill,
)
from tenants.phone_engines import PhoneEngine
from tenants.views.models import SavedView

__all__ = [
    "AgentProfile",
    "Blueprint",
    "BlueprintDraft",
    "Calendar",
    "Connection",
    "DirectoryEntry",
    "Flow",
    "PhoneEngine",
    "Prompt",
    "PromptSound",
    "Queue",
    "SavedView",
    "Skill",
]
"""Rows of other modules, for those who look here."""


class Floor(SQLModel, table=True):
    """A set of agents and of the tenants they serve; one switchboard process owns it by lease and fence."""

    __table_args__ = _control("one floor serves several tenants")
    id: str = Field(primary_key=True)
    fence: int = 0
    owner: str | None = None
    lease_until: datetime | None = _at(nullable=True)
    breaks: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    """The reasons of breaks of the centre file; empty: the common ones."""
    calls_without_desk: bool = False
    """Whether an agent is offered calls while its desk page cannot be reached."""


class Tenant(SQLModel, table=True):
    """A client company."""

    __table_args__ = _control("the list of tenants is the outsourcer's")
    id: UUID = Field(primary_key=True)
    code: str
    name: str
    zone: str
    languages: list[str] = _texts()
    state: str = "active"
    floor_id: str | None = Field(default=None, foreign_key="control.floor.id")
    synthetic: bool = False
    """Made for the isolation probe: no client, in no list, on no floor that takes calls."""
    created_at: datetime = _at()


class User(SQLModel, table=True):
    """A person who signs in. ``clients``: the tenants (codes) that a staff member is assigned to; None: all."""

    __table_args__ = _control("a person may belong to several tenants, or to the outsourcer")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    email: str
    name: str
    locale: str = "en"
    password_hash: str | None = None
    staff_role: str | None = None
    clients: list[str] | None = _texts(nullable=True)
    clients_until: dict[str, str] | None = Field(default=None, sa_column=Column(JSONB))
    """The last day (ISO 8601, in the centre's zone) for those of ``clients`` that have one."""
    disabled_at: datetime | None = _at(nullable=True)
    added_by_colleague: bool = False
    """One of the outsourcer's people whom the centre file does not name."""
    desk_keys: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    """What this person chose instead of the desk's own keys, by act (``tenants.core.desk_keys``)."""
    preferences: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    """Language, zone and clock of this person's own (``tenants.core.preferences``)."""


class Membership(SQLModel, table=True):
    """A user's place in one tenant, with its role there."""

    __table_args__ = _control("it decides who may enter a tenant, so it is read before one is entered")
    user_id: UUID = Field(primary_key=True, foreign_key="control.user.id")
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    role: str


class Session(SQLModel, table=True):
    """A signed-in browser: the SHA-256 of its token, never the token."""

    __table_args__ = _control("it is read before a tenant is known")
    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    user_id: UUID = Field(foreign_key="control.user.id")
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id")
    created_at: datetime = _at()
    seen_at: datetime = _at()
    expires_at: datetime = _at()
    identity_id: UUID | None = None
    """Set when the tenant's own provider vouched: the session then reaches that tenant only, with the groups' role."""
    idp_sid: str | None = None
    id_hint: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """The provider's ID token, sealed, for signing out there."""
    end_session: str | None = None
    """Where the provider signs its browser out; it was told at sign-in."""
    id: UUID = Field(default_factory=new_id)
    """What its owner names it by; it opens nothing."""
    confirmed_at: datetime | None = _at(nullable=True)
    """When its person last proved to be there: at sign-in or by a confirmation (step-up)."""
    method: str = ""
    browser: str = ""
    address: str = ""
    """The network's part of the address only."""


class Trunk(SQLModel, table=True):
    """The connection to a carrier, shared by all tenants or one tenant's own, by its name in the phone engine."""

    __table_args__ = _control("a trunk carries the calls of several tenants")
    name: str = Field(primary_key=True)
    address: str
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id")
    content: dict[str, Any] = _json()
    """The trunk as its file has it, with every default; a trunk of older versions has an address only."""


class TrunkSecret(SQLModel, table=True):
    """The secret of a trunk's login, sealed (``tenants.service.trunks``). It may be there before the trunk is."""

    __tablename__ = "trunk_secret"
    __table_args__ = _control("the phone engine's owner needs it while a tenant's own database is away")
    name: str = Field(primary_key=True)
    tenant_id: UUID | None = Field(default=None, foreign_key="control.tenant.id")
    secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)
    changed_at: datetime = _at()


class Seat(SQLModel, table=True):
    """A place where one agent signs in. A spare one is never rented.

    ``secret`` is the password of the desk phone, as long as it stands there; ``web_secret`` that of the browser phone,
    for whoever sits there now; ``turn`` counts who sat down.
    """

    __table_args__ = _control("the outsourcer's: a seat is rented to several tenants")
    id: str = Field(primary_key=True)
    secret: str
    web_secret: str = Field(default_factory=partial(secrets.token_urlsafe, 18))
    turn: int = 0
    spare: bool = False


class Agent(SQLModel, table=True):
    """One of the outsourcer's people at a seat; ``desk_id``: where it sits now, when that is another seat."""

    __table_args__ = _control("the outsourcer employs the agents")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    user_id: UUID = Field(foreign_key="control.user.id", unique=True)
    seat_id: str = Field(foreign_key="control.seat.id", unique=True)
    floor_id: str = Field(foreign_key="control.floor.id")
    desk_id: str | None = Field(default=None, foreign_key="control.seat.id", unique=True)
    phone: str = ""
    """With which phone the agent talks: browser or desk; empty: it has not chosen yet."""


class AgentAlias(SQLModel, table=True):
    """An agent as one tenant knows it, for ever: an id and a seat of its own, which join with nobody else's.

    ``user_id`` and ``seat_id`` say who it was and where, also when the agent is gone; None: gone before they were kept.
    """

    __tablename__ = "agent_alias"
    __table_args__ = _control("it says which real agent stands behind a tenant's own id")
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    agent_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id)
    seat: str
    user_id: UUID | None = Field(default=None, foreign_key="control.user.id")
    seat_id: str | None = None


class Rental(SQLModel, table=True):
    """A seat's rent by a tenant, dedicated or shared, and the agent's alias there.

    It is in force from ``from_on`` to ``until_on``, both days included, in the tenant's zone; without them always.
    """

    __table_args__ = _control("dedicated or shared is decided across tenants")
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    seat_id: str = Field(primary_key=True, foreign_key="control.seat.id")
    agent_id: UUID = Field(foreign_key="control.agent.id")
    kind: str
    alias: str
    from_on: date | None = None
    until_on: date | None = None


class Number(SQLModel, table=True):
    """A dialled number; it leads to the newest version of a flow of its tenant."""

    __table_args__ = _control("a number belongs to one tenant in the whole world")
    number: str = Field(primary_key=True)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    flow: str


class Placement(SQLModel, table=True):
    """Where a tenant lives; one without a row lives in the shared database.

    ``state``: ``open``, ``moving`` (closed for a moment), ``behind`` (its tables are not of this version). ``server``
    is ``host:port/database``, for people. ``access``: see ``tenants.placements.Access``; None: the shared database.
    ``move_id``: the move that brought it there. ``remembered_at``: its database is away, and its calls follow the
    configuration of that moment; None: of now.
    """

    __table_args__ = _control("it says in which database a tenant lives, so it is read before one is entered")
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    kind: str = "shared"
    state: str = "open"
    server: str = ""
    access: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    head: str | None = None
    move_id: UUID | None = None
    moved_at: datetime | None = _at(nullable=True)
    remembered_at: datetime | None = _at(nullable=True)


class Move(SQLModel, table=True):
    """One move of a tenant, step by step, so that whoever comes after a kill goes on where it stopped.

    ``access`` and ``server`` are the target's (as in :class:`Placement`); ``source_id``: the move that had brought the
    tenant to where it comes from, None from the shared database; ``outcome`` is None while it is under way.
    """

    __table_args__ = _control("it runs between the databases of one tenant, and is neither's")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    tenant_id: UUID = Field(foreign_key="control.tenant.id")
    source_id: UUID | None = None
    kind: str
    server: str = ""
    access: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    step: str
    outcome: str | None = None
    progress: dict[str, Any] = _json()
    error: str | None = None
    started_at: datetime = _at()
    closed_at: datetime | None = _at(nullable=True)
    opened_at: datetime | None = _at(nullable=True)
    finished_at: datetime | None = _at(nullable=True)
