from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.map_body import MapBody
    from ..models.trial_payload_type_0 import TrialPayloadType0


T = TypeVar("T", bound="Trial")


@_attrs_define
class Trial:
    """A message that is only tried: as a signed one would come, or as the system answers when it is asked.

    Attributes:
        payload (list[Any] | TrialPayloadType0):
        map_ (MapBody | None | Unset):
    """

    payload: list[Any] | TrialPayloadType0
    map_: MapBody | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.map_body import MapBody  # noqa: PLC0415
        from ..models.trial_payload_type_0 import TrialPayloadType0  # noqa: PLC0415

        payload: dict[str, Any] | list[Any]
        if isinstance(self.payload, TrialPayloadType0):
            payload = self.payload.to_dict()
        else:
            payload = self.payload

        map_: dict[str, Any] | Unset | None
        if isinstance(self.map_, Unset):
            map_ = UNSET
        elif isinstance(self.map_, MapBody):
            map_ = self.map_.to_dict()
        else:
            map_ = self.map_

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "payload": payload,
            }
        )
        if map_ is not UNSET:
            field_dict["map"] = map_

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.map_body import MapBody  # noqa: PLC0415
        from ..models.trial_payload_type_0 import TrialPayloadType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_payload(data: object) -> list[Any] | TrialPayloadType0:
            try:
                if not isinstance(data, dict):
                    raise TypeError
                payload_type_0 = TrialPayloadType0.from_dict(data)

                return payload_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, list):
                raise TypeError
            payload_type_1 = cast("list[Any]", data)

            return payload_type_1

        payload = _parse_payload(d.pop("payload"))

        def _parse_map_(data: object) -> MapBody | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError
                map_type_0 = MapBody.from_dict(data)

                return map_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MapBody | None | Unset", data)

        map_ = _parse_map_(d.pop("map", UNSET))

        trial = cls(
            payload=payload,
            map_=map_,
        )

        return trial
