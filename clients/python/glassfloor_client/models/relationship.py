from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.relationship_type import RelationshipType

T = TypeVar("T", bound="Relationship")


@_attrs_define
class Relationship:
    """Another work order of the same connection, which shows the opposite word.

    Attributes:
        type_ (RelationshipType):
        id (UUID):
    """

    type_: RelationshipType
    id: UUID

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_.value

        id = str(self.id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "id": id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        type_ = RelationshipType(d.pop("type"))

        id = UUID(d.pop("id"))

        relationship = cls(
            type_=type_,
            id=id,
        )

        return relationship
