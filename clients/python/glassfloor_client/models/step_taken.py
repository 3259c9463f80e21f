from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StepTaken")


@_attrs_define
class StepTaken:
    """One step of a message.

    Attributes:
        act (str):
        detail (str):
        result (str): done, passed_over or refused.
        code (str):
    """

    act: str
    detail: str
    result: str
    code: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        act = self.act

        detail = self.detail

        result = self.result

        code = self.code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "act": act,
                "detail": detail,
                "result": result,
                "code": code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        act = d.pop("act")

        detail = d.pop("detail")

        result = d.pop("result")

        code = d.pop("code")

        step_taken = cls(
            act=act,
            detail=detail,
            result=result,
            code=code,
        )

        step_taken.additional_properties = d
        return step_taken

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
