"""A tenant's configuration: what its blueprint says, as rows that the centre works from.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from migrations.tables import begin, create_tenant_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    begin()
    _versioned()
    _named("calendar", sa.Column("content", JSONB(), nullable=False), update=("content",))
    _named("prompt", sa.Column("content", JSONB(), nullable=False), update=("content",))
    _named("skill", sa.Column("name", sa.Text(), nullable=False), update=("name",))
    _named(
        "connection",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        update=("name", "url"),
    )
    _queue()
    _agent_profile()


def _versioned() -> None:
    """Blueprints and flows: every version stays as it was; nothing may be updated or deleted."""
    create_tenant_table(
        "blueprint",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("applied_at", AT, nullable=False),
        sa.Column("applied_by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.UniqueConstraint("tenant_id", "version", name="blueprint_version"),
    )
    create_tenant_table(
        "flow",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("published_at", AT, nullable=False),
        sa.UniqueConstraint("tenant_id", "code", "version", name="flow_version"),
    )


def _queue() -> None:
    settings = ("name", "needs", "ring_s", "max_wait_s", "wrap_up_s", "dispositions")
    _named(
        "queue",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needs", JSONB(), nullable=False),
        sa.Column("ring_s", sa.Integer(), nullable=False),
        sa.Column("max_wait_s", sa.Integer(), nullable=False),
        sa.Column("wrap_up_s", sa.Integer(), nullable=False),
        sa.Column("dispositions", JSONB(), nullable=False),
        update=settings,
    )


def _agent_profile() -> None:
    """Create the alias, seat and skills of an agent in this tenant; the agent itself is the outsourcer's."""
    create_tenant_table(
        "agent_profile",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("skills", JSONB(), nullable=False),
        sa.Column("retired_at", AT),
        sa.UniqueConstraint("tenant_id", "agent_id", name="agent_profile_agent"),
        sa.CheckConstraint("kind IN ('dedicated', 'shared')", name="agent_profile_kind"),
        update=("alias", "seat", "kind", "skills", "retired_at"),
    )


def _named(name: str, *items: sa.schema.SchemaItem, update: tuple[str, ...]) -> None:
    """Create a table of things with a code. What a blueprint drops is retired, never deleted: history points at it."""
    create_tenant_table(
        name,
        sa.Column("code", sa.Text(), nullable=False),
        *items,
        sa.Column("retired_at", AT),
        sa.UniqueConstraint("tenant_id", "code", name=f"{name}_code"),
        update=(*update, "retired_at"),
    )


def downgrade() -> None:
    begin()
    for name in ("agent_profile", "queue", "connection", "skill", "prompt", "calendar", "flow", "blueprint"):
        op.drop_table(name, schema="gf")
