from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewPriority")


@_attrs_define
class NewPriority:
    """Move those who wait in a queue forward, or (below 0) back: seconds of waited time, within the agreed bounds.

    Attributes:
        target (str):
        reason (str):
        seconds (int):
        until (str | Unset):  Default: 'open'.
        scope (Literal['queue'] | Unset):  Default: 'queue'.
    """

    target: str
    reason: str
    seconds: int
    until: str | Unset = "open"
    scope: Literal["queue"] | Unset = "queue"

    def to_dict(self) -> dict[str, Any]:
        target = self.target

        reason = self.reason

        seconds = self.seconds

        until = self.until

        scope = self.scope

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "target": target,
                "reason": reason,
                "seconds": seconds,
            }
        )
        if until is not UNSET:
            field_dict["until"] = until
        if scope is not UNSET:
            field_dict["scope"] = scope

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        target = d.pop("target")

        reason = d.pop("reason")

        seconds = d.pop("seconds")

        until = d.pop("until", UNSET)

        scope = cast("Literal['queue'] | Unset", d.pop("scope", UNSET))
        if scope != "queue" and not isinstance(scope, Unset):
            raise ValueError(f"scope must match const 'queue', got '{scope}'")

        new_priority = cls(
            target=target,
            reason=reason,
            seconds=seconds,
            until=until,
            scope=scope,
        )

        return new_priority
