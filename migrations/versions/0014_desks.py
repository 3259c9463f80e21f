"""Reserved.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
