from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.created_by import CreatedBy
    from ..models.info_request_fields import InfoRequestFields


T = TypeVar("T", bound="InfoRequest")


@_attrs_define
class InfoRequest:
    """A question to the requester, and its answer.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        state (str): open, answered, or withdrawn with the work order.
        question (str):
        path (None | str): A JSON pointer to the field that is asked for.
        due_at (datetime.datetime | None):
        asked_by (CreatedBy): Who handed it over; of the outsourcer's people the alias or the role.
        asked_at (datetime.datetime):
        answer (None | str):
        fields (InfoRequestFields): Single values by JSON pointer.
        answered_by (CreatedBy | None):
        answered_at (datetime.datetime | None):
    """

    id: UUID
    work_order_id: UUID
    state: str
    question: str
    path: str | None
    due_at: datetime.datetime | None
    asked_by: CreatedBy
    asked_at: datetime.datetime
    answer: str | None
    fields: InfoRequestFields
    answered_by: CreatedBy | None
    answered_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.created_by import CreatedBy  # noqa: PLC0415

        id = str(self.id)

        work_order_id = str(self.work_order_id)

        state = self.state

        question = self.question

        path: str | None
        path = self.path

        due_at: str | None
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        asked_by = self.asked_by.to_dict()

        asked_at = self.asked_at.isoformat()

        answer: str | None
        answer = self.answer

        fields = self.fields.to_dict()

        answered_by: dict[str, Any] | None
        if isinstance(self.answered_by, CreatedBy):
            answered_by = self.answered_by.to_dict()
        else:
            answered_by = self.answered_by

        answered_at: str | None
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "work_order_id": work_order_id,
                "state": state,
                "question": question,
                "path": path,
                "due_at": due_at,
                "asked_by": asked_by,
                "asked_at": asked_at,
                "answer": answer,
                "fields": fields,
                "answered_by": answered_by,
                "answered_at": answered_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.created_by import CreatedBy  # noqa: PLC0415
        from ..models.info_request_fields import InfoRequestFields  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        work_order_id = UUID(d.pop("work_order_id"))

        state = d.pop("state")

        question = d.pop("question")

        def _parse_path(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        path = _parse_path(d.pop("path"))

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        due_at = _parse_due_at(d.pop("due_at"))

        asked_by = CreatedBy.from_dict(d.pop("asked_by"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        def _parse_answer(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        answer = _parse_answer(d.pop("answer"))

        fields = InfoRequestFields.from_dict(d.pop("fields"))

        def _parse_answered_by(data: object) -> CreatedBy | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                answered_by_type_0 = CreatedBy.from_dict(data)

                return answered_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("CreatedBy | None", data)

        answered_by = _parse_answered_by(d.pop("answered_by"))

        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                answered_at_type_0 = datetime.datetime.fromisoformat(data)

                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        answered_at = _parse_answered_at(d.pop("answered_at"))

        info_request = cls(
            id=id,
            work_order_id=work_order_id,
            state=state,
            question=question,
            path=path,
            due_at=due_at,
            asked_by=asked_by,
            asked_at=asked_at,
            answer=answer,
            fields=fields,
            answered_by=answered_by,
            answered_at=answered_at,
        )

        info_request.additional_properties = d
        return info_request

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
