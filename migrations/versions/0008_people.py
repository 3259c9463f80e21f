"""How people sign in: second factors, passkeys, recovery codes, links, half-done sign-ins, letters, each client's rule.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, TIMESTAMP

from migrations.tables import begin, create_control_table

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
_TABLES = (
    "authenticator", "recovery_code", "passkey", "standing", "pending_sign_in", "sign_in_link", "letter",
    "sign_in_policy",
)  # fmt: skip


def upgrade() -> None:
    begin()
    _sessions()
    _factors()
    _half_done()
    _links()
    create_control_table(
        "sign_in_policy",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
    )


def _person(*, key: bool = False) -> sa.Column[object]:
    return sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id"), nullable=False, primary_key=key)


def _sessions() -> None:
    op.add_column(
        "session",
        sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("uuidv7()")),
        schema="control",
    )
    op.add_column("session", sa.Column("confirmed_at", AT), schema="control")
    for name in ("method", "browser", "address"):
        op.add_column("session", sa.Column(name, sa.Text(), nullable=False, server_default=""), schema="control")
    op.create_index("session_user", "session", ["user_id"], schema="control")


def _factors() -> None:
    create_control_table(
        "authenticator",
        _person(key=True),
        sa.Column("sealed", BYTEA()),
        sa.Column("confirmed_at", AT),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("next_sealed", BYTEA()),
        sa.Column("next_at", AT),
    )
    create_control_table(
        "recovery_code",
        _person(key=True),
        sa.Column("hash", BYTEA(), primary_key=True),
        sa.Column("used_at", AT),
    )
    create_control_table(
        "passkey",
        sa.Column("id", BYTEA(), primary_key=True),
        _person(),
        sa.Column("public_key", BYTEA(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("used_at", AT),
    )
    op.create_index("passkey_user", "passkey", ["user_id"], schema="control")
    create_control_table(
        "standing",
        _person(key=True),
        sa.Column("wrong_factors", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_at", AT),
        sa.Column("signed_in_at", AT),
    )


def _half_done() -> None:
    create_control_table(
        "pending_sign_in",
        sa.Column("token_hash", BYTEA(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id")),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", BYTEA()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("expires_at", AT, nullable=False),
        sa.CheckConstraint("purpose IN ('second_step', 'passkey', 'confirm', 'register')", name="purpose_known"),
    )
    op.create_index("pending_sign_in_expires", "pending_sign_in", ["expires_at"], schema="control")
    op.create_index("pending_sign_in_user", "pending_sign_in", ["user_id"], schema="control")


def _links() -> None:
    create_control_table(
        "sign_in_link",
        _person(key=True),
        sa.Column("token_hash", BYTEA(), nullable=False, unique=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.CheckConstraint("purpose IN ('invite', 'reset')", name="purpose_known"),
    )
    create_control_table(
        "letter",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _person(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sealed", BYTEA()),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_at", AT),
        sa.Column("error", sa.Text()),
    )
    op.create_index(
        "letter_due", "letter", ["due_at"], schema="control", postgresql_where=sa.text("ended_at IS NULL")
    )  # fmt: skip


def downgrade() -> None:
    begin()
    for name in _TABLES:
        op.drop_table(name, schema="control")
    op.drop_index("session_user", "session", schema="control")
    for name in ("id", "confirmed_at", "method", "browser", "address"):
        op.drop_column("session", name, schema="control")
