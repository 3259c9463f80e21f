from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_export_wants_item import NewExportWantsItem
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_export_filters import NewExportFilters


T = TypeVar("T", bound="NewExport")


@_attrs_define
class NewExport:
    """What to export: ``filters`` of docs/searching.md, parts, columns of the list, and why (10 to 300 characters).

    Attributes:
        wants (list[NewExportWantsItem]):
        reason (str):
        filters (NewExportFilters | Unset):
        columns (list[str] | Unset):
    """

    wants: list[NewExportWantsItem]
    reason: str
    filters: NewExportFilters | Unset = UNSET
    columns: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        wants = []
        for wants_item_data in self.wants:
            wants_item = wants_item_data.value
            wants.append(wants_item)

        reason = self.reason

        filters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filters, Unset):
            filters = self.filters.to_dict()

        columns: list[str] | Unset = UNSET
        if not isinstance(self.columns, Unset):
            columns = self.columns

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "wants": wants,
                "reason": reason,
            }
        )
        if filters is not UNSET:
            field_dict["filters"] = filters
        if columns is not UNSET:
            field_dict["columns"] = columns

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_export_filters import NewExportFilters  # noqa: PLC0415

        d = dict(src_dict)
        wants = []
        _wants = d.pop("wants")
        for wants_item_data in _wants:
            wants_item = NewExportWantsItem(wants_item_data)

            wants.append(wants_item)

        reason = d.pop("reason")

        _filters = d.pop("filters", UNSET)
        filters: NewExportFilters | Unset
        if isinstance(_filters, Unset):
            filters = UNSET
        else:
            filters = NewExportFilters.from_dict(_filters)

        columns = cast("list[str]", d.pop("columns", UNSET))

        new_export = cls(
            wants=wants,
            reason=reason,
            filters=filters,
            columns=columns,
        )

        return new_export
