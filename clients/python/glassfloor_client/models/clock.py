from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.side import Side
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.span import Span


T = TypeVar("T", bound="Clock")


@_attrs_define
class Clock:
    """A promise: how much of its business time is used, and when it is due.

    Attributes:
        metric (str):
        owed_by (Side): Who acts: the centre, or its client.
        state (str): running, paused, met or breached.
        policy (str):
        target_s (int):
        elapsed_s (int):
        remaining_s (int):
        due_at (datetime.datetime | None): null while it is paused.
        paused_for (None | str):
        ended_at (datetime.datetime | None):
        breached_at (datetime.datetime | None):
        cycle (int):
        breaches (int):
        intervals (list[Span] | None | Unset): When it ran; only at its own address.
    """

    metric: str
    owed_by: Side
    state: str
    policy: str
    target_s: int
    elapsed_s: int
    remaining_s: int
    due_at: datetime.datetime | None
    paused_for: str | None
    ended_at: datetime.datetime | None
    breached_at: datetime.datetime | None
    cycle: int
    breaches: int
    intervals: list[Span] | Unset | None = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        metric = self.metric

        owed_by = self.owed_by.value

        state = self.state

        policy = self.policy

        target_s = self.target_s

        elapsed_s = self.elapsed_s

        remaining_s = self.remaining_s

        due_at: str | None
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        paused_for: str | None
        paused_for = self.paused_for

        ended_at: str | None
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        breached_at: str | None
        if isinstance(self.breached_at, datetime.datetime):
            breached_at = self.breached_at.isoformat()
        else:
            breached_at = self.breached_at

        cycle = self.cycle

        breaches = self.breaches

        intervals: list[dict[str, Any]] | Unset | None
        if isinstance(self.intervals, Unset):
            intervals = UNSET
        elif isinstance(self.intervals, list):
            intervals = []
            for intervals_type_0_item_data in self.intervals:
                intervals_type_0_item = intervals_type_0_item_data.to_dict()
                intervals.append(intervals_type_0_item)

        else:
            intervals = self.intervals

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "metric": metric,
                "owed_by": owed_by,
                "state": state,
                "policy": policy,
                "target_s": target_s,
                "elapsed_s": elapsed_s,
                "remaining_s": remaining_s,
                "due_at": due_at,
                "paused_for": paused_for,
                "ended_at": ended_at,
                "breached_at": breached_at,
                "cycle": cycle,
                "breaches": breaches,
            }
        )
        if intervals is not UNSET:
            field_dict["intervals"] = intervals

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.span import Span  # noqa: PLC0415

        d = dict(src_dict)
        metric = d.pop("metric")

        owed_by = Side(d.pop("owed_by"))

        state = d.pop("state")

        policy = d.pop("policy")

        target_s = d.pop("target_s")

        elapsed_s = d.pop("elapsed_s")

        remaining_s = d.pop("remaining_s")

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

        def _parse_paused_for(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        paused_for = _parse_paused_for(d.pop("paused_for"))

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

        def _parse_breached_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                breached_at_type_0 = datetime.datetime.fromisoformat(data)

                return breached_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        breached_at = _parse_breached_at(d.pop("breached_at"))

        cycle = d.pop("cycle")

        breaches = d.pop("breaches")

        def _parse_intervals(data: object) -> list[Span] | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError
                intervals_type_0 = []
                _intervals_type_0 = data
                for intervals_type_0_item_data in _intervals_type_0:
                    intervals_type_0_item = Span.from_dict(intervals_type_0_item_data)

                    intervals_type_0.append(intervals_type_0_item)

                return intervals_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[Span] | None | Unset", data)

        intervals = _parse_intervals(d.pop("intervals", UNSET))

        clock = cls(
            metric=metric,
            owed_by=owed_by,
            state=state,
            policy=policy,
            target_s=target_s,
            elapsed_s=elapsed_s,
            remaining_s=remaining_s,
            due_at=due_at,
            paused_for=paused_for,
            ended_at=ended_at,
            breached_at=breached_at,
            cycle=cycle,
            breaches=breaches,
            intervals=intervals,
        )

        clock.additional_properties = d
        return clock

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
