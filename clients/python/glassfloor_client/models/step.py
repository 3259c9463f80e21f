from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.status import Status
from ..models.step_requires_item import StepRequiresItem
from ..types import UNSET, Unset

T = TypeVar("T", bound="Step")


@_attrs_define
class Step:
    """A transition that the caller may take now, and which members it needs.

    Attributes:
        to (Status): Where a work order stands; the words of TMF621, and ``submitted`` before the resolver has
            acknowledged.
        requires (list[StepRequiresItem]):
        pending_on (list[str] | None | Unset):
    """

    to: Status
    requires: list[StepRequiresItem]
    pending_on: list[str] | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        to = self.to.value

        requires = []
        for requires_item_data in self.requires:
            requires_item = requires_item_data.value
            requires.append(requires_item)

        pending_on: list[str] | Unset | None
        if isinstance(self.pending_on, Unset):
            pending_on = UNSET
        elif isinstance(self.pending_on, list):
            pending_on = self.pending_on

        else:
            pending_on = self.pending_on

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "to": to,
                "requires": requires,
            }
        )
        if pending_on is not UNSET:
            field_dict["pending_on"] = pending_on

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        to = Status(d.pop("to"))

        requires = []
        _requires = d.pop("requires")
        for requires_item_data in _requires:
            requires_item = StepRequiresItem(requires_item_data)

            requires.append(requires_item)

        def _parse_pending_on(data: object) -> list[str] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                pending_on_type_0 = cast("list[str]", data)

                return pending_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        pending_on = _parse_pending_on(d.pop("pending_on", UNSET))

        step = cls(
            to=to,
            requires=requires,
            pending_on=pending_on,
        )

        step.additional_properties = d
        return step

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
