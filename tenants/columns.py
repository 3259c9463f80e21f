"""Columns that several tables have, for models of both planes."""

from typing import Any

from sqlalchemy import ARRAY, Column, LargeBinary, Text
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


def octets(*, nullable: bool = False, primary_key: bool = False, unique: bool = False) -> Any:  # noqa: ANN401 - as above
    """Return a column of bytes."""
    column = Column(LargeBinary, nullable=nullable, primary_key=primary_key, unique=unique)
    return Field(default=None if nullable else ..., sa_column=column)


def control_table(reason: str) -> dict[str, Any]:
    """Mark a table as global, with the reason that the architecture test wants."""
    return {"schema": "control", "info": {"global": reason}}
