from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Call")


@_attrs_define
class Call:
    """An interaction: open, or one of the last that ended. ``task``: what it is for when no contact waits.

    Attributes:
        id (str):
        started_at (int): an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock
        contact (str):
        queue (str):
        agent (str):
        state (str):
        since (int | None):
        outcome (str):
        wait_ms (int): milliseconds
        talk_ms (int): milliseconds
        recording (bool):
        task (str):
        due_at (int | None):
    """

    id: str
    started_at: int
    contact: str
    queue: str
    agent: str
    state: str
    since: int | None
    outcome: str
    wait_ms: int
    talk_ms: int
    recording: bool
    task: str
    due_at: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        started_at = self.started_at

        contact = self.contact

        queue = self.queue

        agent = self.agent

        state = self.state

        since: int | None
        since = self.since

        outcome = self.outcome

        wait_ms = self.wait_ms

        talk_ms = self.talk_ms

        recording = self.recording

        task = self.task

        due_at: int | None
        due_at = self.due_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "started_at": started_at,
                "contact": contact,
                "queue": queue,
                "agent": agent,
                "state": state,
                "since": since,
                "outcome": outcome,
                "wait_ms": wait_ms,
                "talk_ms": talk_ms,
                "recording": recording,
                "task": task,
                "due_at": due_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        started_at = d.pop("started_at")

        contact = d.pop("contact")

        queue = d.pop("queue")

        agent = d.pop("agent")

        state = d.pop("state")

        def _parse_since(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        since = _parse_since(d.pop("since"))

        outcome = d.pop("outcome")

        wait_ms = d.pop("wait_ms")

        talk_ms = d.pop("talk_ms")

        recording = d.pop("recording")

        task = d.pop("task")

        def _parse_due_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        due_at = _parse_due_at(d.pop("due_at"))

        call = cls(
            id=id,
            started_at=started_at,
            contact=contact,
            queue=queue,
            agent=agent,
            state=state,
            since=since,
            outcome=outcome,
            wait_ms=wait_ms,
            talk_ms=talk_ms,
            recording=recording,
            task=task,
            due_at=due_at,
        )

        call.additional_properties = d
        return call

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
