from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="MappedStatus")


@_attrs_define
class MappedStatus:
    """What one of the other system's statuses means.

    Attributes:
        status (str):
        to (str):
        pending_on (None | str | Unset):
        resolution_code (None | str | Unset):
    """

    status: str
    to: str
    pending_on: str | Unset | None = UNSET
    resolution_code: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        status = self.status

        to = self.to

        pending_on: str | Unset | None
        if isinstance(self.pending_on, Unset):
            pending_on = UNSET
        else:
            pending_on = self.pending_on

        resolution_code: str | Unset | None
        if isinstance(self.resolution_code, Unset):
            resolution_code = UNSET
        else:
            resolution_code = self.resolution_code

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "status": status,
                "to": to,
            }
        )
        if pending_on is not UNSET:
            field_dict["pending_on"] = pending_on
        if resolution_code is not UNSET:
            field_dict["resolution_code"] = resolution_code

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        status = d.pop("status")

        to = d.pop("to")

        def _parse_pending_on(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        pending_on = _parse_pending_on(d.pop("pending_on", UNSET))

        def _parse_resolution_code(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        resolution_code = _parse_resolution_code(d.pop("resolution_code", UNSET))

        mapped_status = cls(
            status=status,
            to=to,
            pending_on=pending_on,
            resolution_code=resolution_code,
        )

        return mapped_status
