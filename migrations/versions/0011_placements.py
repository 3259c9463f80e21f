"""Where each tenant lives, and the moves from one database to another.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
KIND = "kind IN ('shared', 'dedicated', 'on_premises')"


def upgrade() -> None:
    begin()
    create_control_table(
        "placement",
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False, server_default="shared"),
        sa.Column("state", sa.Text(), nullable=False, server_default="open"),
        sa.Column("server", sa.Text(), nullable=False, server_default=""),
        sa.Column("access", BYTEA()),
        sa.Column("head", sa.Text()),
        sa.Column("move_id", sa.Uuid()),
        sa.Column("moved_at", AT),
        sa.CheckConstraint(KIND, name="kind_known"),
        sa.CheckConstraint("state IN ('open', 'moving', 'behind')", name="state_known"),
        sa.CheckConstraint(
            "(kind = 'shared') = (access IS NULL) AND (kind = 'shared') = (move_id IS NULL)",
            name="own_database_has_access",
        ),
    )
    create_control_table(
        "move",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id"), nullable=False),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False, server_default=""),
        sa.Column("access", BYTEA()),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("progress", JSONB(), nullable=False, server_default="{}"),
        sa.Column("error", sa.Text()),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("closed_at", AT),
        sa.Column("opened_at", AT),
        sa.Column("finished_at", AT),
        sa.CheckConstraint(KIND, name="kind_known"),
        sa.CheckConstraint("outcome IN ('done', 'abandoned')", name="outcome_known"),
    )
    op.create_index(
        "move_under_way", "move", ["tenant_id"], unique=True, schema="control",
        postgresql_where=sa.text("outcome IS NULL"),
    )  # fmt: skip
    # The migrator's addresses stand where no process that serves can read them: gf_control has no place in "deploy".
    op.create_table(
        "placement",
        sa.Column("move_id", sa.Uuid(), primary_key=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("access", BYTEA(), nullable=False),
        schema="deploy",
    )


def downgrade() -> None:
    begin()
    op.drop_table("placement", schema="deploy")
    op.drop_table("move", schema="control")
    op.drop_table("placement", schema="control")
