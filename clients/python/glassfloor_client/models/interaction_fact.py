from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.interaction_fact_actor import InteractionFactActor
    from ..models.interaction_fact_data import InteractionFactData


T = TypeVar("T", bound="InteractionFact")


@_attrs_define
class InteractionFact:
    """One thing that happened in a conversation.

    Attributes:
        seq (int):
        at (datetime.datetime):
        kind (str):
        actor (InteractionFactActor):
        data (InteractionFactData):
    """

    seq: int
    at: datetime.datetime
    kind: str
    actor: InteractionFactActor
    data: InteractionFactData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        at = self.at.isoformat()

        kind = self.kind

        actor = self.actor.to_dict()

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "at": at,
                "kind": kind,
                "actor": actor,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.interaction_fact_actor import InteractionFactActor  # noqa: PLC0415
        from ..models.interaction_fact_data import InteractionFactData  # noqa: PLC0415

        d = dict(src_dict)
        seq = d.pop("seq")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        kind = d.pop("kind")

        actor = InteractionFactActor.from_dict(d.pop("actor"))

        data = InteractionFactData.from_dict(d.pop("data"))

        interaction_fact = cls(
            seq=seq,
            at=at,
            kind=kind,
            actor=actor,
            data=data,
        )

        interaction_fact.additional_properties = d
        return interaction_fact

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
