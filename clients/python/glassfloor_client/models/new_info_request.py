from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewInfoRequest")


@_attrs_define
class NewInfoRequest:
    """What the requester is asked. ``path``: the field of the work order that is missing or unclear.

    Attributes:
        question (str):
        path (None | str | Unset):
        due_at (datetime.datetime | None | Unset):
    """

    question: str
    path: str | Unset | None = UNSET
    due_at: datetime.datetime | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        question = self.question

        path: str | Unset | None
        if isinstance(self.path, Unset):
            path = UNSET
        else:
            path = self.path

        due_at: str | Unset | None
        if isinstance(self.due_at, Unset):
            due_at = UNSET
        elif isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "question": question,
            }
        )
        if path is not UNSET:
            field_dict["path"] = path
        if due_at is not UNSET:
            field_dict["due_at"] = due_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        question = d.pop("question")

        def _parse_path(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        path = _parse_path(d.pop("path", UNSET))

        def _parse_due_at(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                due_at_type_0 = datetime.datetime.fromisoformat(data)

                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        due_at = _parse_due_at(d.pop("due_at", UNSET))

        new_info_request = cls(
            question=question,
            path=path,
            due_at=due_at,
        )

        return new_info_request
