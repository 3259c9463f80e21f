"""What a search of interactions found, exported as a job of its own.

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from migrations.tables import begin, create_tenant_table

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)
STATES = ("asked", "approved", "building", "built", "refused", "cancelled", "failed", "deleted")
DECIDED = ("decided_by", "decided_name")
COUNTED = ("done", "total", "heard", "gone", "recordings", "files", "bytes")
WHEN = ("decided_at", "lease_until", "begun_at", "built_at", "expires_at", "fetched_at")
SAID = ("manifest_sha256", "error")


def upgrade() -> None:
    begin()
    create_tenant_table(
        "search_export",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wants", ARRAY(sa.Text()), nullable=False),
        sa.Column("ids", ARRAY(sa.Uuid()), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("found", "upto")),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("told_of", "shown", "reason", "asked_kind", "asked_by", "asked_name")
        ),
        sa.Column("asked_at", AT, nullable=False),
        *(sa.Column(name, sa.Text()) for name in (*DECIDED, *SAID, "recipient")),
        *(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in COUNTED),
        *(sa.Column(name, AT) for name in WHEN),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in ("attempts", "fetches")),
        sa.CheckConstraint(f"state IN {STATES}", name="search_export_state"),
        sa.CheckConstraint("decided_by <> asked_by", name="search_export_two"),
        update=("state", "ids", "told_of", *DECIDED, *COUNTED, *WHEN, *SAID, "attempts", "fetches"),
    )
    op.create_index(
        "search_export_open", "search_export", ["tenant_id", "asked_by"], schema="gf",
        postgresql_where=sa.text("state IN ('asked', 'approved', 'building')"),
    )  # fmt: skip


def downgrade() -> None:
    begin()
    op.drop_table("search_export", schema="gf")
