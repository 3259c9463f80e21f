from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Current")


@_attrs_define
class Current:
    """The interaction that a seat works on: only this client's own; ``contact`` is masked as the reader may see it.

    Attributes:
        id (str):
        contact (str):
        queue (str):
        since (int): an instant: milliseconds since 1970-01-01T00:00:00Z by the server's clock
    """

    id: str
    contact: str
    queue: str
    since: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        contact = self.contact

        queue = self.queue

        since = self.since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "contact": contact,
                "queue": queue,
                "since": since,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = d.pop("id")

        contact = d.pop("contact")

        queue = d.pop("queue")

        since = d.pop("since")

        current = cls(
            id=id,
            contact=contact,
            queue=queue,
            since=since,
        )

        current.additional_properties = d
        return current

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
