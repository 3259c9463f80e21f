"""Reserved.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
