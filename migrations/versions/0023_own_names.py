"""Who stands behind a tenant's own name of an agent, kept when the agent is gone; and an own name for every seat.

What was applied before keeps the names that it was written with; the next apply of a client's file stores own ones.

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_WHO = """
UPDATE control.agent_alias x SET user_id = a.user_id, seat_id = a.seat_id FROM control.agent a WHERE a.id = x.agent_id
"""
_OWN = """
UPDATE control.agent_alias x SET seat = 'S' || (n.last + n.number) FROM (
  SELECT tenant_id, agent_id, row_number() OVER (PARTITION BY tenant_id ORDER BY seat) AS number,
    (SELECT coalesce(max(substr(o.seat, 2)::int), 0) FROM control.agent_alias o
     WHERE o.tenant_id = y.tenant_id AND o.seat ~ '^S[0-9]+$') AS last
  FROM control.agent_alias y WHERE y.seat ~ '^[0-9]+$'
) n WHERE n.tenant_id = x.tenant_id AND n.agent_id = x.agent_id
"""


def upgrade() -> None:
    begin()
    op.add_column("agent_alias", sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id")), schema="control")
    op.add_column("agent_alias", sa.Column("seat_id", sa.Text()), schema="control")
    op.execute(_WHO)
    op.execute(_OWN)
    op.create_unique_constraint("agent_alias_seat", "agent_alias", ["tenant_id", "seat"], schema="control")


def downgrade() -> None:
    begin()
    op.drop_constraint("agent_alias_seat", "agent_alias", schema="control")
    op.drop_column("agent_alias", "seat_id", schema="control")
    op.drop_column("agent_alias", "user_id", schema="control")
