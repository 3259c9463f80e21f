from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WayOut")


@_attrs_define
class WayOut:
    """What goes out.

    Attributes:
        waiting (int):
        dead (int):
        last_at (datetime.datetime | None):
        failing (bool):
        p95_ms (int | None):
    """

    waiting: int
    dead: int
    last_at: datetime.datetime | None
    failing: bool
    p95_ms: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        waiting = self.waiting

        dead = self.dead

        last_at: str | None
        if isinstance(self.last_at, datetime.datetime):
            last_at = self.last_at.isoformat()
        else:
            last_at = self.last_at

        failing = self.failing

        p95_ms: int | None
        p95_ms = self.p95_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "waiting": waiting,
                "dead": dead,
                "last_at": last_at,
                "failing": failing,
                "p95_ms": p95_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        waiting = d.pop("waiting")

        dead = d.pop("dead")

        def _parse_last_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                last_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        last_at = _parse_last_at(d.pop("last_at"))

        failing = d.pop("failing")

        def _parse_p95_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        p95_ms = _parse_p95_ms(d.pop("p95_ms"))

        way_out = cls(
            waiting=waiting,
            dead=dead,
            last_at=last_at,
            failing=failing,
            p95_ms=p95_ms,
        )

        way_out.additional_properties = d
        return way_out

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
