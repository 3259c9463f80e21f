from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Acknowledged")


@_attrs_define
class Acknowledged:
    """A telling that is known.

    Attributes:
        id (UUID):
        interaction_id (UUID):
        person (str):
        acknowledged_at (datetime.datetime):
        acknowledged_by (str):
    """

    id: UUID
    interaction_id: UUID
    person: str
    acknowledged_at: datetime.datetime
    acknowledged_by: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        interaction_id = str(self.interaction_id)

        person = self.person

        acknowledged_at = self.acknowledged_at.isoformat()

        acknowledged_by = self.acknowledged_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "interaction_id": interaction_id,
                "person": person,
                "acknowledged_at": acknowledged_at,
                "acknowledged_by": acknowledged_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        interaction_id = UUID(d.pop("interaction_id"))

        person = d.pop("person")

        acknowledged_at = datetime.datetime.fromisoformat(d.pop("acknowledged_at"))

        acknowledged_by = d.pop("acknowledged_by")

        acknowledged = cls(
            id=id,
            interaction_id=interaction_id,
            person=person,
            acknowledged_at=acknowledged_at,
            acknowledged_by=acknowledged_by,
        )

        acknowledged.additional_properties = d
        return acknowledged

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
