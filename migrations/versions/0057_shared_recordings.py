"""Links by which recordings are heard, and comments on conversations.

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin, create_tenant_table

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

AT = sa.TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    create_tenant_table(
        "recording_link",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid(), nullable=False),
        sa.Column("from_ms", sa.Integer(), nullable=False),
        sa.Column("until_ms", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("passcode_hash", sa.Text()),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("opened_at", AT),
        sa.Column("revoked_at", AT),
        sa.Column("revoked_name", sa.Text()),
        sa.CheckConstraint("audience IN ('people', 'anyone')", name="recording_link_audience"),
        sa.CheckConstraint("(audience = 'anyone') = (passcode_hash IS NOT NULL)", name="recording_link_passcode"),
        sa.CheckConstraint("from_ms >= 0 AND until_ms > from_ms", name="recording_link_part"),
        update=("opened", "opened_at", "revoked_at", "revoked_name"),
        delete=True,
    )
    op.create_index("recording_link_of", "recording_link", ["tenant_id", "interaction_id"], schema="gf")
    create_tenant_table(
        "interaction_comment",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("recording_id", sa.Uuid()),
        sa.Column("at_ms", sa.BigInteger()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_name", sa.Text(), nullable=False),
        sa.Column("made_role", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("removed_at", AT),
        sa.CheckConstraint("(at_ms IS NULL) = (recording_id IS NULL)", name="interaction_comment_place"),
        update=("text", "removed_at"),
        delete=True,
    )
    op.create_index("interaction_comment_of", "interaction_comment", ["tenant_id", "interaction_id"], schema="gf")


def downgrade() -> None:
    begin()
    op.drop_table("interaction_comment", schema="gf")
    op.drop_table("recording_link", schema="gf")
