"""Thresholds that a client sets for itself, the alerts that they raise, and who was told of them.

Revision ID: 0048
Revises: 0047
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_tenant_table(
        "alert_rule",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("seen_seq", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("deleted_at", AT),
        update=("version", "content", "enabled", "seen_seq", "changed_at", "deleted_at"),
        delete=True,
    )
    _alerts()
    _told()


def _alerts() -> None:
    create_tenant_table(
        "alert",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Uuid()),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("raised_at", AT),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("told_at", AT),
        sa.Column("times", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cleared_at", AT),
        sa.Column("cleared_value", sa.BigInteger()),
        sa.Column("cleared_why", sa.Text()),
        sa.Column("taken_at", AT),
        *(sa.Column(name, sa.Text()) for name in ("taken_by", "taken_name", "note")),
        tenant_reference("alert_rule", "rule_id"),
        update=("raised_at", "value", "told_at", "times", "cleared_at", "cleared_value", "cleared_why", "taken_at",
                "taken_by", "taken_name", "note"),
        delete=True,
    )  # fmt: skip
    op.create_index(
        "alert_one", "alert", ["tenant_id", "rule_id", "key"], unique=True, schema="gf",
        postgresql_where=sa.text("cleared_at IS NULL"),
    )  # fmt: skip
    op.create_index("alert_raised", "alert", ["tenant_id", "raised_at"], schema="gf")


def _told() -> None:
    create_tenant_table(
        "notification",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("sounds", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("read_at", AT),
        sa.Column("mail_due_at", AT),
        sa.Column("mail_attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("mailed_at", AT),
        sa.Column("mail_error", sa.Text()),
        sa.UniqueConstraint("tenant_id", "user_id", "alert_id", "kind", "times", name="notification_once"),
        update=("read_at", "mail_due_at", "mail_attempts", "mailed_at", "mail_error"),
        delete=True,
    )
    op.create_index("notification_person", "notification", ["tenant_id", "user_id", "created_at"], schema="gf")
    op.create_index(
        "notification_mail", "notification", ["tenant_id", "mail_due_at"], schema="gf",
        postgresql_where=sa.text("mail_due_at IS NOT NULL AND mailed_at IS NULL"),
    )  # fmt: skip
    create_tenant_table(
        "notice_choice",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("email", "sound")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("quiet_from", "quiet_to")),
        key=("tenant_id", "user_id"),
        update=("email", "sound", "quiet_from", "quiet_to"),
        delete=True,
    )


def downgrade() -> None:
    begin()
    for name in ("notice_choice", "notification", "alert", "alert_rule"):
        op.drop_table(name, schema="gf")
