"""Clients' own identity providers, OAuth clients of their systems, and limits.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, TIMESTAMP

from migrations.tables import begin, create_control_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT = TIMESTAMP(timezone=True)
CLIENT_PEOPLE = "('client_manager', 'client_viewer', 'client_developer')"


def upgrade() -> None:
    begin()
    _idp()
    _identity()
    _flow()
    _oauth()
    op.add_column("session", sa.Column("identity_id", sa.Uuid()), schema="control")
    op.add_column("session", sa.Column("idp_sid", sa.Text()), schema="control")
    op.add_column("session", sa.Column("id_hint", BYTEA()), schema="control")
    op.create_foreign_key(
        "session_identity", "session", "idp_identity", ["identity_id"], ["id"], source_schema="control",
        referent_schema="control", ondelete="CASCADE",
    )  # fmt: skip
    op.add_column("api_key", sa.Column("created_by", sa.Text()), schema="control")
    op.add_column("api_key", sa.Column("reason", sa.Text()), schema="control")
    op.add_column("api_key", sa.Column("told_at", AT), schema="control")
    create_control_table(
        "rate_limit",
        _tenant(primary_key=True),
        sa.Column("route_class", sa.Text(), primary_key=True),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint("route_class IN ('read', 'write', 'expensive')", name="rate_limit_class"),
        sa.CheckConstraint("per_minute BETWEEN 1 AND 1000000", name="rate_limit_sane"),
    )


def _tenant(*, primary_key: bool = False) -> sa.Column[object]:
    reference = sa.ForeignKey("control.tenant.id", ondelete="CASCADE")
    return sa.Column("tenant_id", sa.Uuid(), reference, nullable=False, primary_key=primary_key)


def _user(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("control.user.id", ondelete="CASCADE"), nullable=nullable)


def _of_idp() -> sa.Column[object]:
    return sa.Column("idp_id", sa.Uuid(), sa.ForeignKey("control.idp.id", ondelete="CASCADE"), nullable=False)


def _idp() -> None:
    create_control_table(
        "idp",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _tenant(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret", BYTEA()),
        sa.Column("auth_method", sa.Text(), nullable=False),
        sa.Column("domains", ARRAY(sa.Text()), nullable=False),
        sa.Column("groups_claim", sa.Text(), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("default_role", sa.Text()),
        sa.Column("origins", ARRAY(sa.Text()), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", name="idp_name"),
        sa.CheckConstraint(
            "auth_method IN ('client_secret_basic', 'client_secret_post', 'none')", name="idp_auth_method"
        ),
        sa.CheckConstraint(f"default_role IN {CLIENT_PEOPLE}", name="idp_default_role"),
    )
    create_control_table(
        "idp_policy",
        _tenant(primary_key=True),
        sa.Column("only_idp", sa.Boolean(), nullable=False),
        _user("recovery_user_id", nullable=True),
    )


def _identity() -> None:
    create_control_table(
        "idp_identity",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _of_idp(),
        _tenant(),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        _user("user_id"),
        sa.Column("role", sa.Text()),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.UniqueConstraint("idp_id", "issuer", "subject", name="idp_identity_subject"),
        sa.UniqueConstraint("idp_id", "user_id", name="idp_identity_user"),
        sa.CheckConstraint(f"role IN {CLIENT_PEOPLE}", name="idp_identity_role"),
    )


def _flow() -> None:
    create_control_table(
        "idp_flow",
        sa.Column("state_hash", BYTEA(), primary_key=True),
        _of_idp(),
        _tenant(),
        sa.Column("browser_hash", BYTEA(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        _user("user_id", nullable=True),
        sa.Column("expires_at", AT, nullable=False),
        sa.CheckConstraint("purpose IN ('sign_in', 'test', 'invited')", name="idp_flow_purpose"),
    )
    create_control_table(
        "idp_invitation",
        sa.Column("token_hash", BYTEA(), primary_key=True),
        _of_idp(),
        _tenant(),
        _user("user_id"),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.UniqueConstraint("idp_id", "user_id", name="idp_invitation_user"),
    )


def _oauth() -> None:
    create_control_table(
        "oauth_client",
        sa.Column("id", sa.Text(), primary_key=True),
        _tenant(),
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("jwks", JSONB()),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
        sa.Column("reason", sa.Text()),
        sa.Column("used_at", AT),
        sa.Column("told_at", AT),
        sa.CheckConstraint(
            "method IN ('client_secret_basic', 'client_secret_post', 'private_key_jwt')", name="oauth_client_method"
        ),
        sa.CheckConstraint("(method = 'private_key_jwt') = (jwks IS NOT NULL)", name="oauth_client_jwks"),
    )
    of_client = "control.oauth_client.id"
    create_control_table(
        "oauth_secret",
        sa.Column("hash", BYTEA(), primary_key=True),
        sa.Column("client_id", sa.Text(), sa.ForeignKey(of_client, ondelete="CASCADE"), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
    )
    create_control_table(
        "oauth_token",
        sa.Column("hash", BYTEA(), primary_key=True),
        sa.Column("client_id", sa.Text(), sa.ForeignKey(of_client, ondelete="CASCADE"), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("issued_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("revoked_at", AT),
    )
    op.create_index("oauth_token_client", "oauth_token", ["client_id", "expires_at"], schema="control")
    create_control_table(
        "oauth_assertion",
        sa.Column("client_id", sa.Text(), sa.ForeignKey(of_client, ondelete="CASCADE"), primary_key=True),
        sa.Column("jti_hash", BYTEA(), primary_key=True),
        sa.Column("expires_at", AT, nullable=False),
    )


def downgrade() -> None:
    begin()
    for name in ("rate_limit", "oauth_assertion", "oauth_token", "oauth_secret", "oauth_client"):
        op.drop_table(name, schema="control")
    for name in ("created_by", "reason", "told_at"):
        op.drop_column("api_key", name, schema="control")
    op.drop_constraint("session_identity", "session", schema="control")
    for name in ("identity_id", "idp_sid", "id_hint"):
        op.drop_column("session", name, schema="control")
    for name in ("idp_invitation", "idp_flow", "idp_identity", "idp_policy", "idp"):
        op.drop_table(name, schema="control")
