from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Resolution")


@_attrs_define
class Resolution:
    """How it ended.

    Attributes:
        code (str | Unset):  Default: 'done'.
        summary (str | Unset):  Default: ''.
    """

    code: str | Unset = "done"
    summary: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        summary = self.summary

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if code is not UNSET:
            field_dict["code"] = code
        if summary is not UNSET:
            field_dict["summary"] = summary

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        code = d.pop("code", UNSET)

        summary = d.pop("summary", UNSET)

        resolution = cls(
            code=code,
            summary=summary,
        )

        return resolution
