from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.change import Change


T = TypeVar("T", bound="ClosedDays")


@_attrs_define
class ClosedDays:
    """``days``: those that were not closed before. ``left_out``: lines of the file's events that close no whole day.

    Attributes:
        version (int): The version in force.
        summary (str):
        changes (list[Change]):
        text (str):
        days (list[datetime.date]):
        left_out (list[int]):
    """

    version: int
    summary: str
    changes: list[Change]
    text: str
    days: list[datetime.date]
    left_out: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        summary = self.summary

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        text = self.text

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.isoformat()
            days.append(days_item)

        left_out = self.left_out

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "summary": summary,
                "changes": changes,
                "text": text,
                "days": days,
                "left_out": left_out,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.change import Change  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        summary = d.pop("summary")

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = Change.from_dict(changes_item_data)

            changes.append(changes_item)

        text = d.pop("text")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = datetime.date.fromisoformat(days_item_data)

            days.append(days_item)

        left_out = cast("list[int]", d.pop("left_out"))

        closed_days = cls(
            version=version,
            summary=summary,
            changes=changes,
            text=text,
            days=days,
            left_out=left_out,
        )

        closed_days.additional_properties = d
        return closed_days

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
