from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.new_transition_pending_on_type_0 import NewTransitionPendingOnType0
from ..models.status import Status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.resolution import Resolution


T = TypeVar("T", bound="NewTransition")


@_attrs_define
class NewTransition:
    """A transition that is asked for.

    Attributes:
        to (Status): Where a work order stands; the words of TMF621, and ``submitted`` before the resolver has
            acknowledged.
        reason (None | str | Unset):
        pending_on (NewTransitionPendingOnType0 | None | Unset):
        resolution (None | Resolution | Unset):
        expected_resolution_at (datetime.datetime | None | Unset):
    """

    to: Status
    reason: str | Unset | None = UNSET
    pending_on: NewTransitionPendingOnType0 | Unset | None = UNSET
    resolution: Resolution | Unset | None = UNSET
    expected_resolution_at: datetime.datetime | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.resolution import Resolution  # noqa: PLC0415

        to = self.to.value

        reason: str | Unset | None
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        pending_on: str | Unset | None
        if isinstance(self.pending_on, Unset):
            pending_on = UNSET
        elif isinstance(self.pending_on, NewTransitionPendingOnType0):
            pending_on = self.pending_on.value
        else:
            pending_on = self.pending_on

        resolution: dict[str, Any] | Unset | None
        if isinstance(self.resolution, Unset):
            resolution = UNSET
        elif isinstance(self.resolution, Resolution):
            resolution = self.resolution.to_dict()
        else:
            resolution = self.resolution

        expected_resolution_at: str | Unset | None
        if isinstance(self.expected_resolution_at, Unset):
            expected_resolution_at = UNSET
        elif isinstance(self.expected_resolution_at, datetime.datetime):
            expected_resolution_at = self.expected_resolution_at.isoformat()
        else:
            expected_resolution_at = self.expected_resolution_at

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to": to,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if pending_on is not UNSET:
            field_dict["pending_on"] = pending_on
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if expected_resolution_at is not UNSET:
            field_dict["expected_resolution_at"] = expected_resolution_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.resolution import Resolution  # noqa: PLC0415

        d = dict(src_dict)
        to = Status(d.pop("to"))

        def _parse_reason(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_pending_on(data: object) -> NewTransitionPendingOnType0 | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                pending_on_type_0 = NewTransitionPendingOnType0(data)

                return pending_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("NewTransitionPendingOnType0 | None | Unset", data)

        pending_on = _parse_pending_on(d.pop("pending_on", UNSET))

        def _parse_resolution(data: object) -> Resolution | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                resolution_type_0 = Resolution.from_dict(data)

                return resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Resolution | Unset", data)

        resolution = _parse_resolution(d.pop("resolution", UNSET))

        def _parse_expected_resolution_at(data: object) -> datetime.datetime | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                expected_resolution_at_type_0 = datetime.datetime.fromisoformat(data)

                return expected_resolution_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        expected_resolution_at = _parse_expected_resolution_at(d.pop("expected_resolution_at", UNSET))

        new_transition = cls(
            to=to,
            reason=reason,
            pending_on=pending_on,
            resolution=resolution,
            expected_resolution_at=expected_resolution_at,
        )

        return new_transition
