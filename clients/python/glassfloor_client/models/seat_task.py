from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.seat_task_kind import SeatTaskKind

if TYPE_CHECKING:
    from ..models.created_by import CreatedBy
    from ..models.task_agent import TaskAgent


T = TypeVar("T", bound="SeatTask")


@_attrs_define
class SeatTask:
    """What an agent shall do about a work order.

    Attributes:
        id (UUID):
        work_order_id (UUID):
        kind (SeatTaskKind):
        instructions (str):
        due_at (datetime.datetime | None):
        state (str): open, accepted, done, failed or withdrawn.
        agent (None | TaskAgent): null: it waits for the supervisors.
        created_by (CreatedBy): Who handed it over; of the outsourcer's people the alias or the role.
        created_at (datetime.datetime):
        accepted_at (datetime.datetime | None):
        outcome (None | str):
        call_id (None | UUID):
        completed_at (datetime.datetime | None):
    """

    id: UUID
    work_order_id: UUID
    kind: SeatTaskKind
    instructions: str
    due_at: datetime.datetime | None
    state: str
    agent: TaskAgent | None
    created_by: CreatedBy
    created_at: datetime.datetime
    accepted_at: datetime.datetime | None
    outcome: str | None
    call_id: UUID | None
    completed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.task_agent import TaskAgent  # noqa: PLC0415

        id = str(self.id)

        work_order_id = str(self.work_order_id)

        kind = self.kind.value

        instructions = self.instructions

        due_at: str | None
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        state = self.state

        agent: dict[str, Any] | None
        if isinstance(self.agent, TaskAgent):
            agent = self.agent.to_dict()
        else:
            agent = self.agent

        created_by = self.created_by.to_dict()

        created_at = self.created_at.isoformat()

        accepted_at: str | None
        if isinstance(self.accepted_at, datetime.datetime):
            accepted_at = self.accepted_at.isoformat()
        else:
            accepted_at = self.accepted_at

        outcome: str | None
        outcome = self.outcome

        call_id: str | None
        if isinstance(self.call_id, UUID):
            call_id = str(self.call_id)
        else:
            call_id = self.call_id

        completed_at: str | None
        if isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "work_order_id": work_order_id,
                "kind": kind,
                "instructions": instructions,
                "due_at": due_at,
                "state": state,
                "agent": agent,
                "created_by": created_by,
                "created_at": created_at,
                "accepted_at": accepted_at,
                "outcome": outcome,
                "call_id": call_id,
                "completed_at": completed_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.created_by import CreatedBy  # noqa: PLC0415
        from ..models.task_agent import TaskAgent  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        work_order_id = UUID(d.pop("work_order_id"))

        kind = SeatTaskKind(d.pop("kind"))

        instructions = d.pop("instructions")

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

        state = d.pop("state")

        def _parse_agent(data: object) -> TaskAgent | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                agent_type_0 = TaskAgent.from_dict(data)

                return agent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | TaskAgent", data)

        agent = _parse_agent(d.pop("agent"))

        created_by = CreatedBy.from_dict(d.pop("created_by"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_accepted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                accepted_at_type_0 = datetime.datetime.fromisoformat(data)

                return accepted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        accepted_at = _parse_accepted_at(d.pop("accepted_at"))

        def _parse_outcome(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_call_id(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                call_id_type_0 = UUID(data)

                return call_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        call_id = _parse_call_id(d.pop("call_id"))

        def _parse_completed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                completed_at_type_0 = datetime.datetime.fromisoformat(data)

                return completed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        completed_at = _parse_completed_at(d.pop("completed_at"))

        seat_task = cls(
            id=id,
            work_order_id=work_order_id,
            kind=kind,
            instructions=instructions,
            due_at=due_at,
            state=state,
            agent=agent,
            created_by=created_by,
            created_at=created_at,
            accepted_at=accepted_at,
            outcome=outcome,
            call_id=call_id,
            completed_at=completed_at,
        )

        seat_task.additional_properties = d
        return seat_task

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
