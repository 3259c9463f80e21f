from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Interaction")


@_attrs_define
class Interaction:
    """One conversation from arrival to disposition; what the reader's policy hides is masked.

    Attributes:
        id (UUID):
        started_at (datetime.datetime):
        queued_at (datetime.datetime | None):
        answered_at (datetime.datetime | None):
        ended_at (datetime.datetime | None):
        contact (None | str): The outside person's number, as far as you may see it.
        number (None | str):
        channel (str):
        state (str):
        queue (None | str):
        queue_code (None | str):
        agent (None | str): The agent's alias.
        outcome (None | str):
        ended_by (None | str):
        cause (None | str):
        wait_ms (int | None):
        talk_ms (int | None):
        hold_ms (int | None):
        wrap_ms (int | None):
        disposition (None | str):
        recording (bool):
        direction (str):
        task (None | str):
        origin_id (None | UUID):
        due_at (datetime.datetime | None):
        tries (int | None):
        result (None | str):
    """

    id: UUID
    started_at: datetime.datetime
    queued_at: datetime.datetime | None
    answered_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    contact: str | None
    number: str | None
    channel: str
    state: str
    queue: str | None
    queue_code: str | None
    agent: str | None
    outcome: str | None
    ended_by: str | None
    cause: str | None
    wait_ms: int | None
    talk_ms: int | None
    hold_ms: int | None
    wrap_ms: int | None
    disposition: str | None
    recording: bool
    direction: str
    task: str | None
    origin_id: UUID | None
    due_at: datetime.datetime | None
    tries: int | None
    result: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        started_at = self.started_at.isoformat()

        queued_at: str | None
        if isinstance(self.queued_at, datetime.datetime):
            queued_at = self.queued_at.isoformat()
        else:
            queued_at = self.queued_at

        answered_at: str | None
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at

        ended_at: str | None
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        contact: str | None
        contact = self.contact

        number: str | None
        number = self.number

        channel = self.channel

        state = self.state

        queue: str | None
        queue = self.queue

        queue_code: str | None
        queue_code = self.queue_code

        agent: str | None
        agent = self.agent

        outcome: str | None
        outcome = self.outcome

        ended_by: str | None
        ended_by = self.ended_by

        cause: str | None
        cause = self.cause

        wait_ms: int | None
        wait_ms = self.wait_ms

        talk_ms: int | None
        talk_ms = self.talk_ms

        hold_ms: int | None
        hold_ms = self.hold_ms

        wrap_ms: int | None
        wrap_ms = self.wrap_ms

        disposition: str | None
        disposition = self.disposition

        recording = self.recording

        direction = self.direction

        task: str | None
        task = self.task

        origin_id: str | None
        if isinstance(self.origin_id, UUID):
            origin_id = str(self.origin_id)
        else:
            origin_id = self.origin_id

        due_at: str | None
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        tries: int | None
        tries = self.tries

        result: str | None
        result = self.result

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "started_at": started_at,
                "queued_at": queued_at,
                "answered_at": answered_at,
                "ended_at": ended_at,
                "contact": contact,
                "number": number,
                "channel": channel,
                "state": state,
                "queue": queue,
                "queue_code": queue_code,
                "agent": agent,
                "outcome": outcome,
                "ended_by": ended_by,
                "cause": cause,
                "wait_ms": wait_ms,
                "talk_ms": talk_ms,
                "hold_ms": hold_ms,
                "wrap_ms": wrap_ms,
                "disposition": disposition,
                "recording": recording,
                "direction": direction,
                "task": task,
                "origin_id": origin_id,
                "due_at": due_at,
                "tries": tries,
                "result": result,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_queued_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                queued_at_type_0 = datetime.datetime.fromisoformat(data)

                return queued_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        queued_at = _parse_queued_at(d.pop("queued_at"))

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

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_contact(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        contact = _parse_contact(d.pop("contact"))

        def _parse_number(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        number = _parse_number(d.pop("number"))

        channel = d.pop("channel")

        state = d.pop("state")

        def _parse_queue(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        queue = _parse_queue(d.pop("queue"))

        def _parse_queue_code(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        queue_code = _parse_queue_code(d.pop("queue_code"))

        def _parse_agent(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        agent = _parse_agent(d.pop("agent"))

        def _parse_outcome(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_ended_by(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        ended_by = _parse_ended_by(d.pop("ended_by"))

        def _parse_cause(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        cause = _parse_cause(d.pop("cause"))

        def _parse_wait_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        wait_ms = _parse_wait_ms(d.pop("wait_ms"))

        def _parse_talk_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        talk_ms = _parse_talk_ms(d.pop("talk_ms"))

        def _parse_hold_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        hold_ms = _parse_hold_ms(d.pop("hold_ms"))

        def _parse_wrap_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        wrap_ms = _parse_wrap_ms(d.pop("wrap_ms"))

        def _parse_disposition(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        disposition = _parse_disposition(d.pop("disposition"))

        recording = d.pop("recording")

        direction = d.pop("direction")

        def _parse_task(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        task = _parse_task(d.pop("task"))

        def _parse_origin_id(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                origin_id_type_0 = UUID(data)

                return origin_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        origin_id = _parse_origin_id(d.pop("origin_id"))

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

        def _parse_tries(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        tries = _parse_tries(d.pop("tries"))

        def _parse_result(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        result = _parse_result(d.pop("result"))

        interaction = cls(
            id=id,
            started_at=started_at,
            queued_at=queued_at,
            answered_at=answered_at,
            ended_at=ended_at,
            contact=contact,
            number=number,
            channel=channel,
            state=state,
            queue=queue,
            queue_code=queue_code,
            agent=agent,
            outcome=outcome,
            ended_by=ended_by,
            cause=cause,
            wait_ms=wait_ms,
            talk_ms=talk_ms,
            hold_ms=hold_ms,
            wrap_ms=wrap_ms,
            disposition=disposition,
            recording=recording,
            direction=direction,
            task=task,
            origin_id=origin_id,
            due_at=due_at,
            tries=tries,
            result=result,
        )

        interaction.additional_properties = d
        return interaction

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
