from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.info_answer_fields import InfoAnswerFields


T = TypeVar("T", bound="InfoAnswer")


@_attrs_define
class InfoAnswer:
    """What the requester says. ``fields``: single values, each by a JSON pointer into the work order.

    Attributes:
        answer (str):
        fields (InfoAnswerFields | Unset):
    """

    answer: str
    fields: InfoAnswerFields | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        answer = self.answer

        fields: dict[str, Any] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = self.fields.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "answer": answer,
            }
        )
        if fields is not UNSET:
            field_dict["fields"] = fields

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.info_answer_fields import InfoAnswerFields  # noqa: PLC0415

        d = dict(src_dict)
        answer = d.pop("answer")

        _fields = d.pop("fields", UNSET)
        fields: InfoAnswerFields | Unset
        if isinstance(_fields, Unset):
            fields = UNSET
        else:
            fields = InfoAnswerFields.from_dict(_fields)

        info_answer = cls(
            answer=answer,
            fields=fields,
        )

        return info_answer
