from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.new_recording_link_audience import NewRecordingLinkAudience
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewRecordingLink")


@_attrs_define
class NewRecordingLink:
    """What a link shall be to; without ``recording`` to the first one, without ``until_ms`` to its end.

    Attributes:
        audience (NewRecordingLinkAudience):
        hours (int):
        openings (int | Unset):  Default: 1.
        recording (None | Unset | UUID):
        from_ms (int | Unset):  Default: 0.
        until_ms (int | None | Unset):
    """

    audience: NewRecordingLinkAudience
    hours: int
    openings: int | Unset = 1
    recording: Unset | UUID | None = UNSET
    from_ms: int | Unset = 0
    until_ms: int | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        audience = self.audience.value

        hours = self.hours

        openings = self.openings

        recording: str | Unset | None
        if isinstance(self.recording, Unset):
            recording = UNSET
        elif isinstance(self.recording, UUID):
            recording = str(self.recording)
        else:
            recording = self.recording

        from_ms = self.from_ms

        until_ms: int | Unset | None
        if isinstance(self.until_ms, Unset):
            until_ms = UNSET
        else:
            until_ms = self.until_ms

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "audience": audience,
                "hours": hours,
            }
        )
        if openings is not UNSET:
            field_dict["openings"] = openings
        if recording is not UNSET:
            field_dict["recording"] = recording
        if from_ms is not UNSET:
            field_dict["from_ms"] = from_ms
        if until_ms is not UNSET:
            field_dict["until_ms"] = until_ms

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        audience = NewRecordingLinkAudience(d.pop("audience"))

        hours = d.pop("hours")

        openings = d.pop("openings", UNSET)

        def _parse_recording(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                recording_type_0 = UUID(data)

                return recording_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        recording = _parse_recording(d.pop("recording", UNSET))

        from_ms = d.pop("from_ms", UNSET)

        def _parse_until_ms(data: object) -> int | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        until_ms = _parse_until_ms(d.pop("until_ms", UNSET))

        new_recording_link = cls(
            audience=audience,
            hours=hours,
            openings=openings,
            recording=recording,
            from_ms=from_ms,
            until_ms=until_ms,
        )

        return new_recording_link
