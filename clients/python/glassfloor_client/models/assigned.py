from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Assigned")


@_attrs_define
class Assigned:
    """A team, a person, or both.

    Attributes:
        team (None | str):
        person (None | str):
    """

    team: str | None
    person: str | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        team: str | None
        team = self.team

        person: str | None
        person = self.person

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "team": team,
                "person": person,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_team(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        team = _parse_team(d.pop("team"))

        def _parse_person(data: object) -> str | None:
            if data is None:
                return data
            return cast("None | str", data)

        person = _parse_person(d.pop("person"))

        assigned = cls(
            team=team,
            person=person,
        )

        assigned.additional_properties = d
        return assigned

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
