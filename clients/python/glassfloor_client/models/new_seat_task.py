from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_seat_task_kind import NewSeatTaskKind
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewSeatTask")


@_attrs_define
class NewSeatTask:
    """What the agent who raised the work order is asked to do.

    Attributes:
        kind (NewSeatTaskKind):
        instructions (str):
        due_at (datetime.datetime | None | Unset):
    """

    kind: NewSeatTaskKind
    instructions: str
    due_at: datetime.datetime | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        instructions = self.instructions

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
                "kind": kind,
                "instructions": instructions,
            }
        )
        if due_at is not UNSET:
            field_dict["due_at"] = due_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        kind = NewSeatTaskKind(d.pop("kind"))

        instructions = d.pop("instructions")

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

        new_seat_task = cls(
            kind=kind,
            instructions=instructions,
            due_at=due_at,
        )

        return new_seat_task
