"""Work without a waiting contact: what an interaction is to do, where it came from, and when.

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

from migrations.tables import begin

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
_OLD = ("in_flow", "queued", "offered", "talking", "wrapping_up", "ended")
_NEW = ("later", "accepted", "dialling", "handed_over")
_OLD_AGENT = ("offline", "available", "offered", "talking", "wrapping_up", "on_break")
_COLUMNS = ("task", "origin_id", "due_at", "begins_at", "tries", "result")


def upgrade() -> None:
    begin()
    for column in (
        sa.Column("task", sa.Text()),
        sa.Column("origin_id", sa.Uuid()),
        sa.Column("due_at", AT),
        sa.Column("begins_at", AT),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("result", sa.Text()),
    ):
        op.add_column("interaction", column, schema="gf")
    op.execute(f"GRANT UPDATE ({', '.join(_COLUMNS)}) ON gf.interaction TO gf_app, gf_worker")
    _states("interaction", *_OLD, *_NEW)
    _states("agent_state", *_OLD_AGENT, "working")
    op.execute(
        "CREATE INDEX interaction_known ON gf.interaction (tenant_id, contact_bidx, started_at DESC)"
        " WHERE agent_id IS NOT NULL"
    )


def downgrade() -> None:
    begin()
    op.execute("DROP INDEX gf.interaction_known")
    op.execute("UPDATE gf.agent_state SET state = 'talking' WHERE state = 'working'")
    gone = ", ".join(map(repr, _NEW))
    op.execute(f"UPDATE gf.interaction SET state = 'ended' WHERE state IN ({gone})")
    _states("agent_state", *_OLD_AGENT)
    _states("interaction", *_OLD)
    for name in reversed(_COLUMNS):
        op.drop_column("interaction", name, schema="gf")


def _states(table: str, *values: str) -> None:
    """Say which states there are; the rows that exist are not read again while others wait."""
    op.execute(f"ALTER TABLE gf.{table} DROP CONSTRAINT {table}_state")
    known = ", ".join(map(repr, values))
    op.execute(f"ALTER TABLE gf.{table} ADD CONSTRAINT {table}_state CHECK (state IN ({known})) NOT VALID")
    op.execute(f"ALTER TABLE gf.{table} VALIDATE CONSTRAINT {table}_state")
