from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.delivered_on import DeliveredOn


T = TypeVar("T", bound="DeliveredFigure")


@_attrs_define
class DeliveredFigure:
    """All of a time, and each day of it.

    Attributes:
        sent (int):
        answered (int):
        delivered_before_answer (int):
        carried_in_the_call (int):
        share_pct (float | None):
        formula (str):
        days (list[DeliveredOn]):
    """

    sent: int
    answered: int
    delivered_before_answer: int
    carried_in_the_call: int
    share_pct: float | None
    formula: str
    days: list[DeliveredOn]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        sent = self.sent

        answered = self.answered

        delivered_before_answer = self.delivered_before_answer

        carried_in_the_call = self.carried_in_the_call

        share_pct: float | None
        share_pct = self.share_pct

        formula = self.formula

        days = []
        for days_item_data in self.days:
            days_item = days_item_data.to_dict()
            days.append(days_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sent": sent,
                "answered": answered,
                "delivered_before_answer": delivered_before_answer,
                "carried_in_the_call": carried_in_the_call,
                "share_pct": share_pct,
                "formula": formula,
                "days": days,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.delivered_on import DeliveredOn  # noqa: PLC0415

        d = dict(src_dict)
        sent = d.pop("sent")

        answered = d.pop("answered")

        delivered_before_answer = d.pop("delivered_before_answer")

        carried_in_the_call = d.pop("carried_in_the_call")

        def _parse_share_pct(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        share_pct = _parse_share_pct(d.pop("share_pct"))

        formula = d.pop("formula")

        days = []
        _days = d.pop("days")
        for days_item_data in _days:
            days_item = DeliveredOn.from_dict(days_item_data)

            days.append(days_item)

        delivered_figure = cls(
            sent=sent,
            answered=answered,
            delivered_before_answer=delivered_before_answer,
            carried_in_the_call=carried_in_the_call,
            share_pct=share_pct,
            formula=formula,
            days=days,
        )

        delivered_figure.additional_properties = d
        return delivered_figure

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
