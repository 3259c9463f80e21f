from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.agreed_only import AgreedOnly
    from ..models.priority_bounds import PriorityBounds


T = TypeVar("T", bound="Agreed")


@_attrs_define
class Agreed:
    """What the contract lets a client do.

    Attributes:
        acts (list[str]):
        asks (list[str]):
        you_may (bool):
        longest_min (int):
        announcements (Any):
        priority (PriorityBounds): How far a queue may be moved.
        only (AgreedOnly):
    """

    acts: list[str]
    asks: list[str]
    you_may: bool
    longest_min: int
    announcements: Any
    priority: PriorityBounds
    only: AgreedOnly
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        acts = self.acts

        asks = self.asks

        you_may = self.you_may

        longest_min = self.longest_min

        announcements = self.announcements

        priority = self.priority.to_dict()

        only = self.only.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "acts": acts,
                "asks": asks,
                "you_may": you_may,
                "longest_min": longest_min,
                "announcements": announcements,
                "priority": priority,
                "only": only,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.agreed_only import AgreedOnly  # noqa: PLC0415
        from ..models.priority_bounds import PriorityBounds  # noqa: PLC0415

        d = dict(src_dict)
        acts = cast("list[str]", d.pop("acts"))

        asks = cast("list[str]", d.pop("asks"))

        you_may = d.pop("you_may")

        longest_min = d.pop("longest_min")

        announcements = d.pop("announcements")

        priority = PriorityBounds.from_dict(d.pop("priority"))

        only = AgreedOnly.from_dict(d.pop("only"))

        agreed = cls(
            acts=acts,
            asks=asks,
            you_may=you_may,
            longest_min=longest_min,
            announcements=announcements,
            priority=priority,
            only=only,
        )

        agreed.additional_properties = d
        return agreed

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
