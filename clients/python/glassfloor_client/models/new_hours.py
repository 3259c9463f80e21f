from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.new_hours_opening import NewHoursOpening
from ..models.new_hours_scope import NewHoursScope
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewHours")


@_attrs_define
class NewHours:
    """Open or close a calendar, a queue (close only) or a number, whatever the calendar says.

    Attributes:
        target (str):
        reason (str):
        scope (NewHoursScope):
        opening (NewHoursOpening):
        until (str | Unset):  Default: 'open'.
    """

    target: str
    reason: str
    scope: NewHoursScope
    opening: NewHoursOpening
    until: str | Unset = "open"

    def to_dict(self) -> dict[str, Any]:
        target = self.target

        reason = self.reason

        scope = self.scope.value

        opening = self.opening.value

        until = self.until

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "reason": reason,
                "scope": scope,
                "opening": opening,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        target = d.pop("target")

        reason = d.pop("reason")

        scope = NewHoursScope(d.pop("scope"))

        opening = NewHoursOpening(d.pop("opening"))

        until = d.pop("until", UNSET)

        new_hours = cls(
            target=target,
            reason=reason,
            scope=scope,
            opening=opening,
            until=until,
        )

        return new_hours
