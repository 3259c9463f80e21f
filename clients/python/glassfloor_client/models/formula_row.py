from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.formula_row_figures import FormulaRowFigures


T = TypeVar("T", bound="FormulaRow")


@_attrs_define
class FormulaRow:
    """The contract's formula of the service level, by its name and version; ``figures``: those of the others.

    Attributes:
        id (str):
        threshold_s (int):
        target_pct (int):
        figures (FormulaRowFigures):
    """

    id: str
    threshold_s: int
    target_pct: int
    figures: FormulaRowFigures
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        threshold_s = self.threshold_s

        target_pct = self.target_pct

        figures = self.figures.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "threshold_s": threshold_s,
                "target_pct": target_pct,
                "figures": figures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.formula_row_figures import FormulaRowFigures  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        threshold_s = d.pop("threshold_s")

        target_pct = d.pop("target_pct")

        figures = FormulaRowFigures.from_dict(d.pop("figures"))

        formula_row = cls(
            id=id,
            threshold_s=threshold_s,
            target_pct=target_pct,
            figures=figures,
        )

        formula_row.additional_properties = d
        return formula_row

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
