from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BlueprintRevert")


@_attrs_define
class BlueprintRevert:
    """Which earlier version is to be in force again, and why.

    Attributes:
        to_version (int):
        why (str | Unset):  Default: ''.
    """

    to_version: int
    why: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        to_version = self.to_version

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to_version": to_version,
            }
        )
        if why is not UNSET:
            field_dict["why"] = why

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        to_version = d.pop("to_version")

        why = d.pop("why", UNSET)

        blueprint_revert = cls(
            to_version=to_version,
            why=why,
        )

        return blueprint_revert
