from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.share import Share


T = TypeVar("T", bound="Queue")


@_attrs_define
class Queue:
    """A queue. ``tasks``: callbacks and the like in nobody's hands; ``tasks_due_at``: when the first one is due.

    Attributes:
        offered (int):
        answered (int):
        abandoned (int):
        short_abandoned (int):
        dequeued (int):
        handled (int):
        wait_ms_sum (int): milliseconds
        talk_ms_sum (int): milliseconds
        wrap_ms_sum (int): milliseconds
        waiting (int):
        oldest_wait_at (int | None):
        service_level (Share): A share by its exact counts; ``den`` 0: not computable yet.
        id (str):
        code (str):
        name (str):
        recent (list[list[int]]): the last half hour by minutes: instant, arrived, offered, both sides of the service
            level
        tasks (int):
        tasks_due_at (int | None):
    """

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    dequeued: int
    handled: int
    wait_ms_sum: int
    talk_ms_sum: int
    wrap_ms_sum: int
    waiting: int
    oldest_wait_at: int | None
    service_level: Share
    id: str
    code: str
    name: str
    recent: list[list[int]]
    tasks: int
    tasks_due_at: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        offered = self.offered

        answered = self.answered

        abandoned = self.abandoned

        short_abandoned = self.short_abandoned

        dequeued = self.dequeued

        handled = self.handled

        wait_ms_sum = self.wait_ms_sum

        talk_ms_sum = self.talk_ms_sum

        wrap_ms_sum = self.wrap_ms_sum

        waiting = self.waiting

        oldest_wait_at: int | None
        oldest_wait_at = self.oldest_wait_at

        service_level = self.service_level.to_dict()

        id = self.id

        code = self.code

        name = self.name

        recent = []
        for recent_item_data in self.recent:
            recent_item = []
            for recent_item_item_data in recent_item_data:
                recent_item_item: int
                recent_item_item = recent_item_item_data
                recent_item.append(recent_item_item)

            recent.append(recent_item)

        tasks = self.tasks

        tasks_due_at: int | None
        tasks_due_at = self.tasks_due_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "offered": offered,
                "answered": answered,
                "abandoned": abandoned,
                "short_abandoned": short_abandoned,
                "dequeued": dequeued,
                "handled": handled,
                "wait_ms_sum": wait_ms_sum,
                "talk_ms_sum": talk_ms_sum,
                "wrap_ms_sum": wrap_ms_sum,
                "waiting": waiting,
                "oldest_wait_at": oldest_wait_at,
                "service_level": service_level,
                "id": id,
                "code": code,
                "name": name,
                "recent": recent,
                "tasks": tasks,
                "tasks_due_at": tasks_due_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.share import Share  # noqa: PLC0415

        d = dict(src_dict)
        offered = d.pop("offered")

        answered = d.pop("answered")

        abandoned = d.pop("abandoned")

        short_abandoned = d.pop("short_abandoned")

        dequeued = d.pop("dequeued")

        handled = d.pop("handled")

        wait_ms_sum = d.pop("wait_ms_sum")

        talk_ms_sum = d.pop("talk_ms_sum")

        wrap_ms_sum = d.pop("wrap_ms_sum")

        waiting = d.pop("waiting")

        def _parse_oldest_wait_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        oldest_wait_at = _parse_oldest_wait_at(d.pop("oldest_wait_at"))

        service_level = Share.from_dict(d.pop("service_level"))

        id = d.pop("id")

        code = d.pop("code")

        name = d.pop("name")

        recent = []
        _recent = d.pop("recent")
        for recent_item_data in _recent:
            recent_item = []
            _recent_item = recent_item_data
            for recent_item_item_data in _recent_item:

                def _parse_recent_item_item(data: object) -> int:
                    return cast("int", data)

                recent_item_item = _parse_recent_item_item(recent_item_item_data)

                recent_item.append(recent_item_item)

            recent.append(recent_item)

        tasks = d.pop("tasks")

        def _parse_tasks_due_at(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        tasks_due_at = _parse_tasks_due_at(d.pop("tasks_due_at"))

        queue = cls(
            offered=offered,
            answered=answered,
            abandoned=abandoned,
            short_abandoned=short_abandoned,
            dequeued=dequeued,
            handled=handled,
            wait_ms_sum=wait_ms_sum,
            talk_ms_sum=talk_ms_sum,
            wrap_ms_sum=wrap_ms_sum,
            waiting=waiting,
            oldest_wait_at=oldest_wait_at,
            service_level=service_level,
            id=id,
            code=code,
            name=name,
            recent=recent,
            tasks=tasks,
            tasks_due_at=tasks_due_at,
        )

        queue.additional_properties = d
        return queue

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
