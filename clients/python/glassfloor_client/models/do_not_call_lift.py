from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="DoNotCallLift")


@_attrs_define
class DoNotCallLift:
    """Why a number may be called again.

    Attributes:
        why (str):
    """

    why: str

    def to_dict(self) -> dict[str, Any]:
        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        why = d.pop("why")

        do_not_call_lift = cls(
            why=why,
        )

        return do_not_call_lift
