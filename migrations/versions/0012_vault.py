"""Tenants' data keys, clients' key servers, and what sealed numbers and titles are found by.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


AT = TIMESTAMP(timezone=True)
NOW = sa.text("clock_timestamp()")
FOUND_BY = (("interaction", "contact_bidx"), ("work_order", "title_bidx"), ("work_order", "status_reason_bidx"))
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
    for table, columns in SEALED.items():
        op.execute(f"GRANT UPDATE ({', '.join(columns)}) ON gf.{table} TO gf_worker")


def downgrade() -> None:
    begin()
    for table, columns in SEALED.items():
        op.execute(f"REVOKE UPDATE ({', '.join(columns)}) ON gf.{table} FROM gf_worker")
    for table, column in FOUND_BY:
        op.drop_column(table, column, schema="gf")
    for table in ("key_server", "tenant_key"):
        op.drop_table(table, schema="gf")
