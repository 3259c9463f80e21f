"""Columns that several tables have, for models of both planes."""

from typing import Any

from sqlalchemy import ARRAY, Column, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field

GF = {"schema": "gf"}
"""Where a tenant's own tables are."""


def at(*, nullable: bool = False) -> Any:  # noqa: ANN401 - SQLModel's Field is untyped as well
    """Return an aware instant's column."""
    return Field(default=None if nullable else ..., sa_type=TIMESTAMP(timezone=True), nullable=nullable)


def texts(*, nullable: bool = False) -> Any:  # noqa: ANN401 - as above
    """Return a list of texts' column."""
    return Field(default=None if nullable else ..., sa_column=Column(ARRAY(Text), nullable=nullable))


def document() -> Any:  # noqa: ANN401 - as above
    """Return a jsonb column. It is written whole: a change inside the value is not seen."""
    return Field(sa_column=Column(JSONB, nullable=False))
