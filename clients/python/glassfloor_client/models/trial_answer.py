from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.step_taken import StepTaken


T = TypeVar("T", bound="TrialAnswer")


@_attrs_define
class TrialAnswer:
    """What a message would do.

    Attributes:
        result (str): applied, needs_mapping or refused.
        needs (None | str):
        steps (list[StepTaken]):
        work_order_id (None | Unset | UUID):
        detail (None | str | Unset):
    """

    result: str
    needs: str | None
    steps: list[StepTaken]
    work_order_id: Unset | UUID | None = UNSET
    detail: str | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        result = self.result

        needs: str | None
        needs = self.needs

        steps = []
        for steps_item_data in self.steps:
            steps_item = steps_item_data.to_dict()
            steps.append(steps_item)

        work_order_id: str | Unset | None
        if isinstance(self.work_order_id, Unset):
            work_order_id = UNSET
        elif isinstance(self.work_order_id, UUID):
            work_order_id = str(self.work_order_id)
        else:
            work_order_id = self.work_order_id

        detail: str | Unset | None
        if isinstance(self.detail, Unset):
            detail = UNSET
        else:
            detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "result": result,
                "needs": needs,
                "steps": steps,
            }
        )
        if work_order_id is not UNSET:
            field_dict["work_order_id"] = work_order_id
        if detail is not UNSET:
            field_dict["detail"] = detail

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.step_taken import StepTaken  # noqa: PLC0415

        d = dict(src_dict)
        result = d.pop("result")

        def _parse_needs(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        needs = _parse_needs(d.pop("needs"))

        steps = []
        _steps = d.pop("steps")
        for steps_item_data in _steps:
            steps_item = StepTaken.from_dict(steps_item_data)

            steps.append(steps_item)

        def _parse_work_order_id(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                work_order_id_type_0 = UUID(data)

                return work_order_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        work_order_id = _parse_work_order_id(d.pop("work_order_id", UNSET))

        def _parse_detail(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        detail = _parse_detail(d.pop("detail", UNSET))

        trial_answer = cls(
            result=result,
            needs=needs,
            steps=steps,
            work_order_id=work_order_id,
            detail=detail,
        )

        trial_answer.additional_properties = d
        return trial_answer

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
