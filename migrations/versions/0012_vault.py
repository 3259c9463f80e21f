"""Reserved.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

from migrations.tables import begin

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    begin()


def downgrade() -> None:
    begin()
