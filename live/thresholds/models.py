"""The tables of thresholds: rules, alerts, and what each person was told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from kit.ids import new_id


def _at(*, nullable: bool = True) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    return Field(default=None, sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def _json() -> Any:  # noqa: ANN401 - as above
    return Field(sa_column=Column(JSONB, nullable=False))


class AlertRule(SQLModel, table=True):
    """A threshold: ``content`` is ``live.core.thresholds.Rule`` without id, version and ``enabled``.

    ``seen_seq``: the newest fact that a decision about it was made on; a process that knows less decides nothing.
    """

    __tablename__ = "alert_rule"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int
    content: dict[str, Any] = _json()
    enabled: bool
    seen_seq: int = 0
    changed_at: datetime = _at(nullable=False)
    deleted_at: datetime | None = _at()


class RaisedAlert(SQLModel, table=True):
    """A rule that is breached ``since`` then for one thing (``key``), raised unless ``raised_at`` is None.

    One that is not cleared is the only one of its rule and thing: the database refuses a second. ``note``: what whoever
    took care of it wrote, sealed by the tenant's key.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("alert_one", "tenant_id", "rule_id", "key", unique=True, postgresql_where=text("cleared_at IS NULL")),
        Index("alert_raised", "tenant_id", "raised_at"),
        ForeignKeyConstraint(["tenant_id", "rule_id"], ["gf.alert_rule.tenant_id", "gf.alert_rule.id"]),
        {"schema": "gf"},
    )
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    rule_id: UUID
    version: int
    key: str
    subject: UUID | None = None
    content: dict[str, Any] = _json()
    since: datetime = _at(nullable=False)
    raised_at: datetime | None = _at()
    value: int
    told_at: datetime | None = _at()
    times: int = 0
    cleared_at: datetime | None = _at()
    cleared_value: int | None = None
    cleared_why: str | None = None
    taken_at: datetime | None = _at()
    taken_by: str | None = None
    taken_name: str | None = None
    note: str | None = Field(default=None, repr=False)


class Notification(SQLModel, table=True):
    """What one person is told, once: an alert that was raised, told again or cleared (``kind``), or a test.

    ``mail_due_at``: when it is to go by mail; None: it is not. ``mail_error``: why the last try failed, or that it was
    given up.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id", "alert_id", "kind", "times", name="notification_once"),
        Index("notification_person", "tenant_id", "user_id", "created_at"),
        Index(
            "notification_mail", "tenant_id", "mail_due_at",
            postgresql_where=text("mail_due_at IS NOT NULL AND mailed_at IS NULL"),
        ),
        {"schema": "gf"},
    )  # fmt: skip
    tenant_id: UUID = Field(default=None, primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: str
    alert_id: UUID
    kind: str
    times: int = 0
    content: dict[str, Any] = _json()
    sounds: bool = False
    created_at: datetime = _at(nullable=False)
    read_at: datetime | None = _at()
    mail_due_at: datetime | None = _at()
    mail_attempts: int = 0
    mailed_at: datetime | None = _at()
    mail_error: str | None = None


class NoticeChoice(SQLModel, table=True):
    """How one person wants to be told at this client. Quiet hours: minutes of the client's day; equal: none."""

    __tablename__ = "notice_choice"
    __table_args__ = {"schema": "gf"}
    tenant_id: UUID = Field(default=None, primary_key=True)
    user_id: str = Field(primary_key=True)
    email: bool = True
    sound: bool = False
    quiet_from: int = 0
    quiet_to: int = 0
