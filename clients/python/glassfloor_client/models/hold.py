from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Hold")


@_attrs_define
class Hold:
    """A conversation that is held.

    Attributes:
        interaction_id (UUID):
        reason (str):
        set_name (str):
        set_at (datetime.datetime):
    """

    interaction_id: UUID
    reason: str
    set_name: str
    set_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        interaction_id = str(self.interaction_id)

        reason = self.reason

        set_name = self.set_name

        set_at = self.set_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "interaction_id": interaction_id,
                "reason": reason,
                "set_name": set_name,
                "set_at": set_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        interaction_id = UUID(d.pop("interaction_id"))

        reason = d.pop("reason")

        set_name = d.pop("set_name")

        set_at = datetime.datetime.fromisoformat(d.pop("set_at"))

        hold = cls(
            interaction_id=interaction_id,
            reason=reason,
            set_name=set_name,
            set_at=set_at,
        )

        hold.additional_properties = d
        return hold

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
