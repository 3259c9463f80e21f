from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.side import Side
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewAssignment")


@_attrs_define
class NewAssignment:
    """Who of one side works on it; neither team nor person: nobody in particular.

    Attributes:
        side (Side): Who acts: the centre, or its client.
        team (None | str | Unset):
        person (None | str | Unset):
    """

    side: Side
    team: str | Unset | None = UNSET
    person: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        side = self.side.value

        team: str | Unset | None
        if isinstance(self.team, Unset):
            team = UNSET
        else:
            team = self.team

        person: str | Unset | None
        if isinstance(self.person, Unset):
            person = UNSET
        else:
            person = self.person

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "side": side,
            }
        )
        if team is not UNSET:
            field_dict["team"] = team
        if person is not UNSET:
            field_dict["person"] = person

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        side = Side(d.pop("side"))

        def _parse_team(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        team = _parse_team(d.pop("team", UNSET))

        def _parse_person(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        person = _parse_person(d.pop("person", UNSET))

        new_assignment = cls(
            side=side,
            team=team,
            person=person,
        )

        return new_assignment
