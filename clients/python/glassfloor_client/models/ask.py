from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Ask")


@_attrs_define
class Ask:
    """What somebody of the client asked of the supervisors.

    Attributes:
        id (UUID):
        kind (str):
        text (str):
        name (str):
        role (str):
        asked_at (datetime.datetime):
        read_at (datetime.datetime | None):
        decision (None | str):
        answer (None | str):
        answered_by (None | str):
        agent (None | UUID):
        queue (None | UUID):
    """

    id: UUID
    kind: str
    text: str
    name: str
    role: str
    asked_at: datetime.datetime
    read_at: datetime.datetime | None
    decision: str | None
    answer: str | None
    answered_by: str | None
    agent: UUID | None
    queue: UUID | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        text = self.text

        name = self.name

        role = self.role

        asked_at = self.asked_at.isoformat()

        read_at: str | None
        if isinstance(self.read_at, datetime.datetime):
            read_at = self.read_at.isoformat()
        else:
            read_at = self.read_at

        decision: str | None
        decision = self.decision

        answer: str | None
        answer = self.answer

        answered_by: str | None
        answered_by = self.answered_by

        agent: str | None
        if isinstance(self.agent, UUID):
            agent = str(self.agent)
        else:
            agent = self.agent

        queue: str | None
        if isinstance(self.queue, UUID):
            queue = str(self.queue)
        else:
            queue = self.queue

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "text": text,
                "name": name,
                "role": role,
                "asked_at": asked_at,
                "read_at": read_at,
                "decision": decision,
                "answer": answer,
                "answered_by": answered_by,
                "agent": agent,
                "queue": queue,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        text = d.pop("text")

        name = d.pop("name")

        role = d.pop("role")

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        def _parse_read_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                read_at_type_0 = datetime.datetime.fromisoformat(data)

                return read_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        read_at = _parse_read_at(d.pop("read_at"))

        def _parse_decision(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        decision = _parse_decision(d.pop("decision"))

        def _parse_answer(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        answer = _parse_answer(d.pop("answer"))

        def _parse_answered_by(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        answered_by = _parse_answered_by(d.pop("answered_by"))

        def _parse_agent(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                agent_type_0 = UUID(data)

                return agent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        agent = _parse_agent(d.pop("agent"))

        def _parse_queue(data: object) -> UUID | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                queue_type_0 = UUID(data)

                return queue_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | UUID", data)

        queue = _parse_queue(d.pop("queue"))

        ask = cls(
            id=id,
            kind=kind,
            text=text,
            name=name,
            role=role,
            asked_at=asked_at,
            read_at=read_at,
            decision=decision,
            answer=answer,
            answered_by=answered_by,
            agent=agent,
            queue=queue,
        )

        ask.additional_properties = d
        return ask

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
