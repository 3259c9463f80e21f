"""Confirming at one's own provider, and where a session's provider signs its browser out.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.tables import begin

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()
    op.add_column("session", sa.Column("end_session", sa.Text()), schema="control")
    _purposes("'sign_in', 'test', 'invited', 'confirm'")


def downgrade() -> None:
    begin()
    op.execute("DELETE FROM control.idp_flow WHERE purpose = 'confirm'")
    _purposes("'sign_in', 'test', 'invited'")
    op.drop_column("session", "end_session", schema="control")


def _purposes(words: str) -> None:
    op.drop_constraint("idp_flow_purpose", "idp_flow", schema="control")
    op.create_check_constraint("idp_flow_purpose", "idp_flow", f"purpose IN ({words})", schema="control")
