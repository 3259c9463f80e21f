"""Files on work orders, and short links to them.

Revision ID: 0065
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table, tenant_reference

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_tenant_table(
        "work_order_attachment",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("author_side", sa.Text(), nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("sha256", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.Column("interaction_id", sa.Uuid()),
        sa.Column("from_s", sa.Integer()),
        sa.Column("to_s", sa.Integer()),
        sa.Column("scan_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("found", sa.Text()),
        sa.Column("scanner", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("stored_at", AT),
        sa.Column("scanned_at", AT),
        sa.Column("late_at", AT),
        sa.Column("announced_at", AT),
        tenant_reference("work_order", "work_order_id"),
        tenant_reference("work_order_comment", "comment_id"),
        sa.CheckConstraint("kind IN ('file', 'recording_moment')", name="work_order_attachment_kind"),
        sa.CheckConstraint("visibility IN ('shared', 'internal')", name="work_order_attachment_visibility"),
        sa.CheckConstraint("scan_state IN ('pending', 'clean', 'infected')", name="work_order_attachment_scan"),
        sa.CheckConstraint("visibility = 'shared' OR announced_at IS NULL", name="work_order_attachment_inside"),
        sa.CheckConstraint("announced_at IS NULL OR scan_state <> 'pending'", name="work_order_attachment_told"),
        update=(
            "comment_id", "visibility", "mime_type", "size", "sha256", "key", "interaction_id", "scan_state", "reason",
            "found", "name", "scanner", "tries", "stored_at", "scanned_at", "late_at", "announced_at",
        ),
        delete=True,
    )  # fmt: skip
    op.create_index("work_order_attachment_of", "work_order_attachment", ["tenant_id", "work_order_id"], schema="gf")
    op.create_index("work_order_attachment_at", "work_order_attachment", ["tenant_id", "interaction_id"], schema="gf")
    create_tenant_table(
        "work_order_link",
        sa.Column("work_order_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
        tenant_reference("work_order", "work_order_id"),
        sa.CheckConstraint("target IN ('attachment', 'recording')", name="work_order_link_target"),
        sa.CheckConstraint("expires_at <= made_at + interval '15 minutes'", name="work_order_link_life"),
        update=("revoked_at",),
        delete=True,
    )
    op.create_index("work_order_link_of", "work_order_link", ["tenant_id", "work_order_id"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("work_order_link", schema="gf")
    op.drop_table("work_order_attachment", schema="gf")
