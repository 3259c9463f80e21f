"""Second factors, passkeys, links and half-done sign-ins. See tenants.models for how these tables are written."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from kit.ids import new_id
from tenants.columns import at as _at
from tenants.columns import control_table as _control
from tenants.columns import octets


class Authenticator(SQLModel, table=True):
    """A person's TOTP secret (RFC 6238), sealed; ``next_sealed`` is one that is being set up and counts for nothing.

    ``last_step``: the time step of the last code that was taken; no code of it or an earlier one is taken again.
    """

    __table_args__ = _control("it is asked for before a tenant is known")
    user_id: UUID = Field(primary_key=True, foreign_key="control.user.id")
    sealed: bytes | None = octets(nullable=True)
    confirmed_at: datetime | None = _at(nullable=True)
    last_step: int = 0
    next_sealed: bytes | None = octets(nullable=True)
    next_at: datetime | None = _at(nullable=True)


class RecoveryCode(SQLModel, table=True):
    """The SHA-256 of a code that stands for a lost second factor once; 80 random bits need no slower hash."""

    __tablename__ = "recovery_code"
    __table_args__ = _control("it is asked for before a tenant is known")
    user_id: UUID = Field(primary_key=True, foreign_key="control.user.id")
    hash: bytes = octets(primary_key=True)
    used_at: datetime | None = _at(nullable=True)


class Passkey(SQLModel, table=True):
    """A WebAuthn credential: its id, its public key, and how often it says it was used."""

    __table_args__ = _control("it is asked for before a tenant is known")
    id: bytes = octets(primary_key=True)
    user_id: UUID = Field(foreign_key="control.user.id")
    public_key: bytes = octets()
    sign_count: int = 0
    name: str
    created_at: datetime = _at()
    used_at: datetime | None = _at(nullable=True)


class Standing(SQLModel, table=True):
    """How a person stands with the door: wrong second factors in a row, a lock, the last sign-in."""

    __table_args__ = _control("it is asked for before a tenant is known")
    user_id: UUID = Field(primary_key=True, foreign_key="control.user.id")
    wrong_factors: int = 0
    locked_at: datetime | None = _at(nullable=True)
    signed_in_at: datetime | None = _at(nullable=True)


class PendingSignIn(SQLModel, table=True):
    """A proof that is half done, by the SHA-256 of its browser's token: the second step, or a passkey's challenge.

    It is no session: nothing but the next step takes it.
    """

    __tablename__ = "pending_sign_in"
    __table_args__ = _control("it is read before a tenant is known")
    token_hash: bytes = octets(primary_key=True)
    user_id: UUID | None = Field(default=None, foreign_key="control.user.id")
    purpose: str
    challenge: bytes | None = octets(nullable=True)
    tries: int = 0
    expires_at: datetime = _at()


class SignInLink(SQLModel, table=True):
    """The one living link of a person that sets its password, as SHA-256; a newer one takes its place."""

    __tablename__ = "sign_in_link"
    __table_args__ = _control("it is read before a tenant is known")
    user_id: UUID = Field(primary_key=True, foreign_key="control.user.id")
    token_hash: bytes = octets(unique=True)
    purpose: str
    created_at: datetime = _at()
    expires_at: datetime = _at()


class Letter(SQLModel, table=True):
    """A mail to a person that waits to be sent, with its secret sealed; the secret goes when the mail has gone."""

    __table_args__ = _control("a person may belong to several tenants, or to the outsourcer")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    user_id: UUID = Field(foreign_key="control.user.id")
    kind: str
    sealed: bytes | None = octets(nullable=True)
    created_at: datetime = _at()
    due_at: datetime = _at()
    attempts: int = 0
    ended_at: datetime | None = _at(nullable=True)
    error: str | None = None


class SignInPolicy(SQLModel, table=True):
    """What a tenant asks of its people when they sign in; the installation's row is the rule for the staff."""

    __tablename__ = "sign_in_policy"
    __table_args__ = _control("it is read with the session, before a tenant is entered")
    tenant_id: UUID = Field(primary_key=True, foreign_key="control.tenant.id")
    second_factor: bool
    changed_at: datetime = _at()
