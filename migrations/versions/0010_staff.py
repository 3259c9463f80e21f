"""Staff access by grants, visits that the client sees, signed heads of journals, and marks of what was read.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table, create_tenant_table

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)

PLACE = """
CREATE VIEW control.place WITH (security_invoker = true) AS
SELECT m.user_id, m.tenant_id, m.role, NULL::uuid AS grant_id FROM control.membership m
UNION ALL
SELECT g.user_id, g.tenant_id, g.role, g.id FROM (
  SELECT DISTINCT ON (user_id, tenant_id) user_id, tenant_id, role, id FROM control.staff_grant
  WHERE tenant_id IS NOT NULL AND from_at <= clock_timestamp() AND ended_at IS NULL
    AND (until_at IS NULL OR until_at > clock_timestamp())
  ORDER BY user_id, tenant_id, (kind = 'standing'), from_at DESC) g
WHERE NOT EXISTS (SELECT FROM control.membership m WHERE m.user_id = g.user_id AND m.tenant_id = g.tenant_id)
"""


def upgrade() -> None:
    begin()
    op.add_column("user", sa.Column("clients_until", JSONB()), schema="control")
    create_control_table(
        "staff_grant",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("uuidv7()")),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("control.user.id"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), sa.ForeignKey("control.tenant.id")),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("decided_at", AT),
        sa.Column("decided_by", sa.Text()),
        sa.Column("refused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("from_at", AT),
        sa.Column("until_at", AT),
        sa.Column("ended_at", AT),
        sa.Column("ended_by", sa.Text()),
        sa.Column("told", sa.Text(), nullable=False, server_default=""),
        sa.CheckConstraint("kind IN ('standing', 'asked', 'break_glass')", name="kind_known"),
        sa.CheckConstraint("role IN ('platform', 'onboarding', 'supervisor', 'quality')", name="role_known"),
        sa.CheckConstraint("from_at IS NULL OR decided_at IS NOT NULL", name="decided_first"),
        sa.CheckConstraint("kind = 'standing' OR from_at IS NULL OR until_at > from_at", name="asked_ends"),
    )
    op.create_index("staff_grant_user", "staff_grant", ["user_id"], schema="control")
    op.create_index("staff_grant_tenant", "staff_grant", ["tenant_id", "asked_at"], schema="control")
    op.create_index(
        "staff_grant_standing", "staff_grant", ["user_id", "tenant_id"], unique=True, schema="control",
        postgresql_where=sa.text("kind = 'standing' AND ended_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "staff_grant_open", "staff_grant", ["user_id", "code"], unique=True, schema="control",
        postgresql_where=sa.text("kind <> 'standing' AND decided_at IS NULL AND ended_at IS NULL"),
    )  # fmt: skip
    op.execute(PLACE)
    op.execute("ALTER VIEW control.place OWNER TO gf_owner")
    op.execute("GRANT SELECT ON control.place TO gf_control")
    _tenant_tables()
    _standing()


def _tenant_tables() -> None:
    create_tenant_table(
        "staff_visit",
        sa.Column("mark", BYTEA(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.Column("left_at", AT),
        sa.Column("why_left", sa.Text()),
        update=("seen_at", "left_at", "why_left"),
    )
    op.create_index(
        "staff_visit_open", "staff_visit", ["tenant_id", "mark"], unique=True, schema="gf",
        postgresql_where=sa.text("left_at IS NULL"),
    )  # fmt: skip
    create_tenant_table(
        "signed_head",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
    )
    op.create_index("signed_head_at", "signed_head", ["tenant_id", "at"], schema="gf")
    create_tenant_table(
        "read_mark",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", AT, nullable=False),
        key=("tenant_id", "reader", "what"),
        update=("at",),
        delete=True,
    )


def _standing() -> None:
    """Turn today's memberships of staff, who are not agents, into standing grants."""
    op.execute(
        "INSERT INTO control.staff_grant (user_id, tenant_id, code, role, kind, reason, asked_at, decided_at,"
        " decided_by, from_at) SELECT m.user_id, m.tenant_id, t.code, m.role, 'standing', 'centre file', now(), now(),"
        " 'centre file', now() FROM control.membership m JOIN control.tenant t ON t.id = m.tenant_id"
        " WHERE m.role IN ('onboarding', 'supervisor', 'quality')"
    )
    op.execute("DELETE FROM control.membership WHERE role IN ('platform', 'onboarding', 'supervisor', 'quality')")


def downgrade() -> None:
    begin()
    op.execute(
        "INSERT INTO control.membership (user_id, tenant_id, role) SELECT DISTINCT ON (user_id, tenant_id) user_id,"
        " tenant_id, role FROM control.staff_grant WHERE kind = 'standing' AND ended_at IS NULL"
        " AND tenant_id IS NOT NULL ON CONFLICT DO NOTHING"
    )
    op.execute("DROP VIEW control.place")
    op.drop_table("staff_grant", schema="control")
    op.drop_column("user", "clients_until", schema="control")
    for table in ("read_mark", "signed_head", "staff_visit"):
        op.drop_table(table, schema="gf")
