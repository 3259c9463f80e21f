"""Reserved.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
