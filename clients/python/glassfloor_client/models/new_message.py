from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewMessage")


@_attrs_define
class NewMessage:
    """A message to the supervisors, or to the seat of ``agent`` (the client's own id of it).

    Attributes:
        text (str):
        agent (None | Unset | UUID):
    """

    text: str
    agent: Unset | UUID | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        agent: str | Unset | None
        if isinstance(self.agent, Unset):
            agent = UNSET
        elif isinstance(self.agent, UUID):
            agent = str(self.agent)
        else:
            agent = self.agent

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "text": text,
            }
        )
        if agent is not UNSET:
            field_dict["agent"] = agent

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        text = d.pop("text")

        def _parse_agent(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                agent_type_0 = UUID(data)

                return agent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        agent = _parse_agent(d.pop("agent", UNSET))

        new_message = cls(
            text=text,
            agent=agent,
        )

        return new_message
