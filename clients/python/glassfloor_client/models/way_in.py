from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WayIn")


@_attrs_define
class WayIn:
    """What comes in; counts are of the newest thousand messages.

    Attributes:
        waiting (int):
        needs_mapping (int):
        dead (int):
        refused (int):
        oldest_at (datetime.datetime | None):
        p95_ms (int | None):
        last_at (datetime.datetime | None):
        skew_ms (int | None): How far the system's clock was from ours.
    """

    waiting: int
    needs_mapping: int
    dead: int
    refused: int
    oldest_at: datetime.datetime | None
    p95_ms: int | None
    last_at: datetime.datetime | None
    skew_ms: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        waiting = self.waiting

        needs_mapping = self.needs_mapping

        dead = self.dead

        refused = self.refused

        oldest_at: str | None
        if isinstance(self.oldest_at, datetime.datetime):
            oldest_at = self.oldest_at.isoformat()
        else:
            oldest_at = self.oldest_at

        p95_ms: int | None
        p95_ms = self.p95_ms

        last_at: str | None
        if isinstance(self.last_at, datetime.datetime):
            last_at = self.last_at.isoformat()
        else:
            last_at = self.last_at

        skew_ms: int | None
        skew_ms = self.skew_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "waiting": waiting,
                "needs_mapping": needs_mapping,
                "dead": dead,
                "refused": refused,
                "oldest_at": oldest_at,
                "p95_ms": p95_ms,
                "last_at": last_at,
                "skew_ms": skew_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        waiting = d.pop("waiting")

        needs_mapping = d.pop("needs_mapping")

        dead = d.pop("dead")

        refused = d.pop("refused")

        def _parse_oldest_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                oldest_at_type_0 = datetime.datetime.fromisoformat(data)

                return oldest_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        oldest_at = _parse_oldest_at(d.pop("oldest_at"))

        def _parse_p95_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        p95_ms = _parse_p95_ms(d.pop("p95_ms"))

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

        def _parse_skew_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        skew_ms = _parse_skew_ms(d.pop("skew_ms"))

        way_in = cls(
            waiting=waiting,
            needs_mapping=needs_mapping,
            dead=dead,
            refused=refused,
            oldest_at=oldest_at,
            p95_ms=p95_ms,
            last_at=last_at,
            skew_ms=skew_ms,
        )

        way_in.additional_properties = d
        return way_in

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
