"""Reserved.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
