from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.act import Act
    from ..models.agreed import Agreed


T = TypeVar("T", bound="Controls")


@_attrs_define
class Controls:
    """What is agreed, what is in force, and what ended lately.

    Attributes:
        agreed (Agreed): What the contract lets a client do.
        in_force (list[Act]):
        ended (list[Act]):
    """

    agreed: Agreed
    in_force: list[Act]
    ended: list[Act]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agreed = self.agreed.to_dict()

        in_force = []
        for in_force_item_data in self.in_force:
            in_force_item = in_force_item_data.to_dict()
            in_force.append(in_force_item)

        ended = []
        for ended_item_data in self.ended:
            ended_item = ended_item_data.to_dict()
            ended.append(ended_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "agreed": agreed,
                "in_force": in_force,
                "ended": ended,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.act import Act  # noqa: PLC0415
        from ..models.agreed import Agreed  # noqa: PLC0415

        d = dict(src_dict)
        agreed = Agreed.from_dict(d.pop("agreed"))

        in_force = []
        _in_force = d.pop("in_force")
        for in_force_item_data in _in_force:
            in_force_item = Act.from_dict(in_force_item_data)

            in_force.append(in_force_item)

        ended = []
        _ended = d.pop("ended")
        for ended_item_data in _ended:
            ended_item = Act.from_dict(ended_item_data)

            ended.append(ended_item)

        controls = cls(
            agreed=agreed,
            in_force=in_force,
            ended=ended,
        )

        controls.additional_properties = d
        return controls

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
