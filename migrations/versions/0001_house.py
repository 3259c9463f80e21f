"""The journal, its seals, the outbox, and the control plane.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table, create_tenant_table

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
STAFF = ("platform", "onboarding", "supervisor", "quality", "agent")
CLIENT_PEOPLE = ("client_manager", "client_viewer", "client_developer")


def upgrade() -> None:
    begin()
    _journal()
    _outbox()
    _people()
    _seats()


def _journal() -> None:
    create_tenant_table(
        "journal_head",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("batch", sa.BigInteger(), nullable=False, server_default="0"),
        key=("tenant_id",),
        update=("seq", "fence", "batch"),
    )
    create_tenant_table(
        "journal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("actor", JSONB(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("recorded_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        key=("tenant_id", "seq", "at"),
        partition_by="RANGE (at)",
    )
    op.create_index("journal_subject", "journal", ["tenant_id", "subject", "seq"], schema="gf")
    op.create_index("journal_kind", "journal", ["tenant_id", "kind", "seq"], schema="gf")
    op.execute("CREATE TABLE gf.journal_pdefault PARTITION OF gf.journal DEFAULT")
    op.execute("ALTER TABLE gf.journal_pdefault OWNER TO gf_owner")
    create_tenant_table(
        "seal",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("prev", BYTEA(), nullable=False),
        sa.Column("hashes", ARRAY(BYTEA()), nullable=False),
        sa.Column("sealed_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        key=("tenant_id", "first_seq"),
    )
    op.execute("REVOKE INSERT ON gf.seal FROM gf_app, gf_worker")
    op.execute("GRANT SELECT ON gf.journal, gf.journal_head TO gf_sealer")
    op.execute("GRANT SELECT, INSERT ON gf.seal TO gf_sealer")


def _outbox() -> None:
    create_tenant_table(
        "outbox",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("created_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("due_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        sa.Column("lease_until", AT),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("done_at", AT),
        sa.Column("parked_at", AT),
        sa.Column("error", sa.Text()),
        update=("due_at", "lease_until", "attempts", "done_at", "parked_at", "error"),
    )
    op.create_index(
        "outbox_due", "outbox", ["tenant_id", "due_at"], schema="gf",
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )  # fmt: skip


def _one_of(column: str, *values: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=f"{column}_known")


def _people() -> None:
    create_control_table(
        "floor",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", AT),
    )
    create_control_table(
        "tenant",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("code", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, server_default="active"),
        sa.Column("floor_id", sa.Text(), sa.ForeignKey("control.floor.id")),
        sa.Column("created_at", AT, nullable=False, server_default=sa.text("clock_timestamp()")),
        _one_of("state", "active", "suspended", "moving", "left"),
    )
    create_control_table(
        "user",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False, server_default="en"),
        sa.Column("password_hash", sa.Text()),
        sa.Column("staff_role", sa.Text()),
        sa.Column("clients", ARRAY(sa.Text())),
        sa.Column("disabled_at", AT),
        _one_of("staff_role", *STAFF),
    )
    create_control_table(
        "membership",
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id"), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        sa.Column("role", sa.Text(), nullable=False),
        _one_of("role", *STAFF, *CLIENT_PEOPLE),
    )
    create_control_table(
        "session",
        sa.Column("token_hash", BYTEA(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id")),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
    )
    create_control_table(
        "api_key",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), nullable=False),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("hash", BYTEA(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
        sa.Column("used_at", AT),
    )


def _seats() -> None:
    create_control_table(
        "trunk",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id")),
    )
    create_control_table(
        "seat", sa.Column("id", sa.Text(), primary_key=True), sa.Column("secret", sa.Text(), nullable=False)
    )
    create_control_table(
        "agent",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id"), nullable=False, unique=True),
        sa.Column("seat_id", sa.Text(), sa.ForeignKey("control.seat.id"), nullable=False, unique=True),
        sa.Column("floor_id", sa.Text(), sa.ForeignKey("control.floor.id"), nullable=False),
    )
    create_control_table(
        "rental",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        sa.Column("seat_id", sa.Text(), sa.ForeignKey("control.seat.id"), primary_key=True),
        sa.Column("agent_id", sa.Uuid(), sa.ForeignKey("control.agent.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        _one_of("kind", "dedicated", "shared"),
    )
    create_control_table(
        "number",
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
    )


_CONTROL = ("number", "rental", "agent", "seat", "trunk", "api_key", "session", "membership", "user", "tenant", "floor")


def downgrade() -> None:
    begin()
    for name in _CONTROL:
        op.drop_table(name, schema="control")
    for name in ("outbox", "seal", "journal", "journal_head"):
        op.drop_table(name, schema="gf")
