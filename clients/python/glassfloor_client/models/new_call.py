from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewCall")


@_attrs_define
class NewCall:
    """Who calls whom: an agent by the client's own id for it, and a number, or the contact of an interaction.

    The agent's phone rings first. ``queue`` says whose outcomes and number are used: else the agent's first queue.

        Attributes:
            agent_id (UUID):
            number (None | str | Unset):
            interaction_id (None | Unset | UUID):
            queue (None | str | Unset):
    """

    agent_id: UUID
    number: str | Unset | None = UNSET
    interaction_id: Unset | UUID | None = UNSET
    queue: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        agent_id = str(self.agent_id)

        number: str | Unset | None
        if isinstance(self.number, Unset):
            number = UNSET
        else:
            number = self.number

        interaction_id: str | Unset | None
        if isinstance(self.interaction_id, Unset):
            interaction_id = UNSET
        elif isinstance(self.interaction_id, UUID):
            interaction_id = str(self.interaction_id)
        else:
            interaction_id = self.interaction_id

        queue: str | Unset | None
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "agent_id": agent_id,
            }
        )
        if number is not UNSET:
            field_dict["number"] = number
        if interaction_id is not UNSET:
            field_dict["interaction_id"] = interaction_id
        if queue is not UNSET:
            field_dict["queue"] = queue

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        agent_id = UUID(d.pop("agent_id"))

        def _parse_number(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        number = _parse_number(d.pop("number", UNSET))

        def _parse_interaction_id(data: object) -> Unset | UUID | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError
                interaction_id_type_0 = UUID(data)

                return interaction_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Unset | UUID", data)

        interaction_id = _parse_interaction_id(d.pop("interaction_id", UNSET))

        def _parse_queue(data: object) -> str | Unset | None:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        queue = _parse_queue(d.pop("queue", UNSET))

        new_call = cls(
            agent_id=agent_id,
            number=number,
            interaction_id=interaction_id,
            queue=queue,
        )

        return new_call
