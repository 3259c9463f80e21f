from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.completion_state import CompletionState
from ..types import UNSET, Unset

T = TypeVar("T", bound="Completion")


@_attrs_define
class Completion:
    """How the task ended. ``call_id``: the interaction in which; ``close``: close the resolved work order with it.

    Attributes:
        state (CompletionState):
        outcome (None | str | Unset):
        call_id (None | Unset | UUID):
        close (bool | Unset):  Default: False.
    """

    state: CompletionState
    outcome: str | Unset | None = UNSET
    call_id: Unset | UUID | None = UNSET
    close: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        outcome: str | Unset | None
        if isinstance(self.outcome, Unset):
            outcome = UNSET
        else:
            outcome = self.outcome

        call_id: str | Unset | None
        if isinstance(self.call_id, Unset):
            call_id = UNSET
        elif isinstance(self.call_id, UUID):
            call_id = str(self.call_id)
        else:
            call_id = self.call_id

        close = self.close

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
            }
        )
        if outcome is not UNSET:
            field_dict["outcome"] = outcome
        if call_id is not UNSET:
            field_dict["call_id"] = call_id
        if close is not UNSET:
            field_dict["close"] = close

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        state = CompletionState(d.pop("state"))

        def _parse_outcome(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        outcome = _parse_outcome(d.pop("outcome", UNSET))

        def _parse_call_id(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                call_id_type_0 = UUID(data)

                return call_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        call_id = _parse_call_id(d.pop("call_id", UNSET))

        close = d.pop("close", UNSET)

        completion = cls(
            state=state,
            outcome=outcome,
            call_id=call_id,
            close=close,
        )

        return completion
