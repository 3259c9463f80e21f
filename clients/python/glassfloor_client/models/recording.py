from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.recording_gaps_item import RecordingGapsItem


T = TypeVar("T", bound="Recording")


@_attrs_define
class Recording:
    """What was recorded, and its gaps.

    Attributes:
        id (UUID):
        kind (str):
        duration_ms (int | None):
        media (str):
        channels (int):
        sha256 (None | str):
        content_sha256 (None | str):
        repaired (bool):
        gaps (list[RecordingGapsItem]):
    """

    id: UUID
    kind: str
    duration_ms: int | None
    media: str
    channels: int
    sha256: str | None
    content_sha256: str | None
    repaired: bool
    gaps: list[RecordingGapsItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        kind = self.kind

        duration_ms: int | None
        duration_ms = self.duration_ms

        media = self.media

        channels = self.channels

        sha256: str | None
        sha256 = self.sha256

        content_sha256: str | None
        content_sha256 = self.content_sha256

        repaired = self.repaired

        gaps = []
        for gaps_item_data in self.gaps:
            gaps_item = gaps_item_data.to_dict()
            gaps.append(gaps_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "kind": kind,
                "duration_ms": duration_ms,
                "media": media,
                "channels": channels,
                "sha256": sha256,
                "content_sha256": content_sha256,
                "repaired": repaired,
                "gaps": gaps,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.recording_gaps_item import RecordingGapsItem  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        kind = d.pop("kind")

        def _parse_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        media = d.pop("media")

        channels = d.pop("channels")

        def _parse_sha256(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        sha256 = _parse_sha256(d.pop("sha256"))

        def _parse_content_sha256(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        content_sha256 = _parse_content_sha256(d.pop("content_sha256"))

        repaired = d.pop("repaired")

        gaps = []
        _gaps = d.pop("gaps")
        for gaps_item_data in _gaps:
            gaps_item = RecordingGapsItem.from_dict(gaps_item_data)

            gaps.append(gaps_item)

        recording = cls(
            id=id,
            kind=kind,
            duration_ms=duration_ms,
            media=media,
            channels=channels,
            sha256=sha256,
            content_sha256=content_sha256,
            repaired=repaired,
            gaps=gaps,
        )

        recording.additional_properties = d
        return recording

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
