from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="HoldOfInteractions")


@_attrs_define
class HoldOfInteractions:
    """Which conversations, by their ids.

    Attributes:
        reason (str):
        interaction_ids (list[UUID]):
    """

    reason: str
    interaction_ids: list[UUID]

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        interaction_ids = []
        for interaction_ids_item_data in self.interaction_ids:
            interaction_ids_item = str(interaction_ids_item_data)
            interaction_ids.append(interaction_ids_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "interaction_ids": interaction_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        reason = d.pop("reason")

        interaction_ids = []
        _interaction_ids = d.pop("interaction_ids")
        for interaction_ids_item_data in _interaction_ids:
            interaction_ids_item = UUID(interaction_ids_item_data)

            interaction_ids.append(interaction_ids_item)

        hold_of_interactions = cls(
            reason=reason,
            interaction_ids=interaction_ids,
        )

        return hold_of_interactions
