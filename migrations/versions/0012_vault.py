"""Tenants' data keys, what sealed texts are found by, exports, and what is left of a client that was erased.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table, create_tenant_table

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


AT = TIMESTAMP(timezone=True)
NOW = sa.text("clock_timestamp()")
FOUND_BY = (("interaction", "contact_bidx"), ("work_order", "title_bidx"), ("work_order", "status_reason_bidx"))
STATES = ("active", "suspended", "moving", "left")
SEALED = {"work_order": ("title", "description"), "work_order_comment": ("body",), "webhook_event": ("body",)}
"""What the worker seals afterwards, of the time before there were keys."""


def upgrade() -> None:
    begin()
    create_tenant_table(
        "tenant_key",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("server_key_id", sa.Text()),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", AT, nullable=False, server_default=NOW),
        sa.Column("retired_at", AT),
        sa.CheckConstraint("purpose IN ('data', 'index')", name="tenant_key_purpose"),
        update=("key_id", "server_key_id", "wrapped", "retired_at"),
        delete=True,
    )
    op.execute("CREATE UNIQUE INDEX tenant_key_active ON gf.tenant_key (tenant_id, purpose) WHERE retired_at IS NULL")
    create_tenant_table(
        "key_server",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("named_at", AT, nullable=False, server_default=NOW),
        key=("tenant_id",),
        update=("url", "secret", "named_at"),
        delete=True,
    )
    for table, column in FOUND_BY:
        op.add_column(table, sa.Column(column, sa.LargeBinary()), schema="gf")
        op.execute(f"CREATE INDEX {table}_{column} ON gf.{table} (tenant_id, {column}) WHERE {column} IS NOT NULL")
        op.execute(f"GRANT UPDATE ({column}) ON gf.{table} TO gf_app, gf_worker")
    op.add_column("recording", sa.Column("deleted_at", AT), schema="gf")
    op.execute("GRANT UPDATE (deleted_at) ON gf.recording TO gf_app, gf_worker")
    op.execute("CREATE INDEX recording_kept ON gf.recording (tenant_id, stored_at) WHERE deleted_at IS NULL")
    _exits()
    for table, columns in SEALED.items():
        op.execute(f"GRANT UPDATE ({', '.join(columns)}) ON gf.{table} TO gf_worker")


def _exits() -> None:
    text, number = sa.Text(), sa.BigInteger()
    create_tenant_table(
        "export",
        sa.Column("state", text, nullable=False),
        *(sa.Column(name, text, nullable=False) for name in ("asked_by", "asked_name")),
        sa.Column("asked_at", AT, nullable=False),
        *(sa.Column(name, text) for name in ("decided_by", "decided_name")),
        *(sa.Column(name, AT) for name in ("decided_at", "lease_until", "built_at", "expires_at", "fetched_at")),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in ("attempts", "fetches")),
        *(sa.Column(name, number, nullable=False, server_default="0") for name in ("done", "total", "files", "bytes")),
        *(sa.Column(name, text) for name in ("manifest_sha256", "error")),
        sa.CheckConstraint(
            "state IN ('asked', 'approved', 'refused', 'building', 'built', 'failed', 'deleted')", name="export_state"
        ),
        sa.CheckConstraint("decided_by IS NULL OR state = 'refused' OR decided_by <> asked_by", name="export_by_two"),
        update=(
            "state", "decided_by", "decided_name", "decided_at", "lease_until", "built_at", "expires_at", "fetched_at",
            "attempts", "fetches", "done", "total", "files", "bytes", "manifest_sha256", "error",
        ),
    )  # fmt: skip
    op.execute(
        "CREATE UNIQUE INDEX export_under_way ON gf.export (tenant_id) WHERE state IN ('asked', 'approved', 'building')"
    )
    create_control_table(
        "erasure",
        sa.Column("tenant_id", sa.Uuid(), primary_key=True),
        sa.Column("step", text, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("destroyed_at", AT),
        sa.Column("done_at", AT),
        sa.Column("found", JSONB(), nullable=False),
        sa.Column("certificate", JSONB()),
    )
    _tenant_states(*STATES, "erasing", "erased")


def _tenant_states(*states: str) -> None:
    op.execute("ALTER TABLE control.tenant DROP CONSTRAINT IF EXISTS state_known")
    op.execute("ALTER TABLE control.tenant DROP CONSTRAINT IF EXISTS tenant_state")
    known = ", ".join(repr(state) for state in states)
    op.execute(f"ALTER TABLE control.tenant ADD CONSTRAINT tenant_state CHECK (state IN ({known}))")


def downgrade() -> None:
    begin()
    op.execute("DELETE FROM control.tenant WHERE state IN ('erasing', 'erased')")
    _tenant_states(*STATES)
    op.drop_column("recording", "deleted_at", schema="gf")
    op.drop_table("erasure", schema="control")
    op.drop_table("export", schema="gf")
    for table, columns in SEALED.items():
        op.execute(f"REVOKE UPDATE ({', '.join(columns)}) ON gf.{table} FROM gf_worker")
    for table, column in FOUND_BY:
        op.drop_column(table, column, schema="gf")
    for table in ("key_server", "tenant_key"):
        op.drop_table(table, schema="gf")
