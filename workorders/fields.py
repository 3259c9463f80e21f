"""What the fields of a work order may hold: the types that the bodies of requests are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from workorders.core.custom import bounded, storable
from workorders.core.relations import OPPOSITE

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)]
Text = Annotated[str, StringConstraints(max_length=4000), AfterValidator(storable)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(storable)
]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Priority = Literal["critical", "high", "medium", "low"]
Severity = Literal["critical", "major", "minor"]
RelationType = Literal[
    "supersedes", "superseded_by", "duplicates", "duplicated_by", "blocks", "blocked_by", "causes", "caused_by",
    "relates_to",
]  # fmt: skip
assert set(get_args(RelationType)) == set(OPPOSITE)  # noqa: S101 - a word without its opposite
Custom = Annotated[dict[str, Any], AfterValidator(bounded)]
"""The client's own fields: see :mod:`workorders.core.custom`."""


class Body(BaseModel):
    """A request's body, or a part of one: what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PartyOf(Body):
    """Somebody whom the work order is about."""

    role: Code
    """``customer``, ``reporter``, ``contact``: the client's own words."""
    id: Line | None = None
    """What the client's system knows the party by."""
    name: Line


class RelatedThing(Body):
    """Something outside that the work order is about: an order, an invoice, a parcel."""

    type: Code
    id: Line
    name: Line | None = None


class Relationship(Body):
    """Another work order of the same connection, which shows the opposite word."""

    type: RelationType
    id: UUID


class ExternalRef(Body):
    """What another system calls this work order; one such name belongs to one work order of a connection."""

    owner: Code
    type: Code | None = None
    id: Line


Parties = Annotated[tuple[PartyOf, ...], Field(max_length=10)]
RelatedThings = Annotated[tuple[RelatedThing, ...], Field(max_length=20)]
Relationships = Annotated[tuple[Relationship, ...], Field(max_length=20)]
ExternalRefs = Annotated[tuple[ExternalRef, ...], Field(max_length=10)]
